import type { AlertDefinition } from "../alert-definition.ts";
import { FRAME_RATE, SERVER } from "../thresholds.ts";

const GAME_SERVER_JOB = 'job="game-server"';

function frameAlerts(): AlertDefinition[] {
  return [
    {
      name: "FrameRateCritical",
      expr: `spacetime_frame_rate_hertz{${GAME_SERVER_JOB}} < ${FRAME_RATE.critical}`,
      for: "1m",
      severity: "critical",
      team: "game",
      summary: "Game server {{ $labels.pod }} runs at {{ $value }} frames a second",
      description: `Below ${FRAME_RATE.critical} frames a second, VR causes motion sickness.`,
    },
    {
      name: "FrameRateLow",
      expr: `spacetime_frame_rate_hertz{${GAME_SERVER_JOB}} < ${FRAME_RATE.low}`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} runs at {{ $value }} frames a second",
      description: `The range is ${FRAME_RATE.low} to ${FRAME_RATE.high} frames a second.`,
    },
    {
      name: "FrameRateUnlimited",
      expr: `spacetime_frame_rate_hertz{${GAME_SERVER_JOB}} > ${FRAME_RATE.high}`,
      for: "15m",
      severity: "info",
      team: "game",
      summary: "Game server {{ $labels.pod }} runs at {{ $value }} frames a second",
      description: "The frame limiter does not work: CPU time is wasted, and the autoscaler adds servers.",
    },
    {
      name: "FramesStalled",
      expr: `rate(spacetime_frames_total{${GAME_SERVER_JOB}}[1m]) == 0`,
      for: "1m",
      severity: "critical",
      team: "game",
      summary: "Game server {{ $labels.pod }} renders no frames",
      description: "The main loop hangs; the world is frozen until the kubelet restarts the container.",
    },
    {
      name: "FramesUneven",
      expr: `pod:spacetime_frame_duration_seconds:p99_rate5m{${GAME_SERVER_JOB}} > ${FRAME_RATE.slowFrameSeconds}`,
      for: "10m",
      severity: "warning",
      team: "game",
      summary: "1% of the frames on {{ $labels.pod }} are slower than 60 Hz",
      description: "The average may look normal, but motion stutters.",
    },
    {
      name: "PhysicsBehind",
      expr: `rate(spacetime_physics_ticks_total{${GAME_SERVER_JOB}}[5m]) / rate(spacetime_frames_total{${GAME_SERVER_JOB}}[5m]) < ${FRAME_RATE.physicsOfFrames}`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Physics on {{ $labels.pod }} runs {{ $value | humanizePercentage }} of the required ticks",
      description: "There should be one tick per frame; hands and objects lag behind the rendered image.",
    },
    {
      name: "GameServerCpuThrottled",
      expr: `sum by (namespace, pod) (rate(container_cpu_cfs_throttled_periods_total{job="cadvisor",namespace="spacetime",container="game-server"}[5m]))
        / sum by (namespace, pod) (rate(container_cpu_cfs_periods_total{job="cadvisor",namespace="spacetime",container="game-server"}[5m]))
        > ${SERVER.cpuThrottled}`,
      for: "10m",
      severity: "warning",
      team: "platform",
      summary:
        "Game server {{ $labels.pod }} is throttled in {{ $value | humanizePercentage }} of CPU periods",
      description: "It needs more CPU than its limit, so frames are late.",
    },
  ];
}

function telemetryAlerts(): AlertDefinition[] {
  return [
    {
      name: "TelemetryFramesDropped",
      expr: `pod:spacetime_telemetry_frames_dropped:ratio_rate5m{${GAME_SERVER_JOB}} > ${FRAME_RATE.droppedFrames}`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "{{ $value | humanizePercentage }} of telemetry frames on {{ $labels.pod }} are dropped",
      description: "Clients read too slowly or the gateway's network is saturated, so their view jumps.",
    },
    {
      name: "TelemetryClientsNearLimit",
      expr: `spacetime_telemetry_clients{${GAME_SERVER_JOB}} / spacetime_telemetry_clients_maximum{${GAME_SERVER_JOB}} > ${FRAME_RATE.telemetryClients}`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary:
        "Game server {{ $labels.pod }} uses {{ $value | humanizePercentage }} of its telemetry client limit",
      description: "Additional clients will be rejected with `full`.",
    },
    {
      name: "TelemetryClientsRefused",
      expr: `sum by (job, pod) (increase(spacetime_telemetry_connections_total{${GAME_SERVER_JOB},result="full"}[10m])) > 0`,
      for: "0s",
      severity: "critical",
      team: "game",
      summary: "Game server {{ $labels.pod }} rejects telemetry clients",
      description:
        "Its telemetry client limit is reached. The affected players have a session but see nothing.",
    },
  ];
}

/** Alerts on frame rate, physics and the telemetry stream. */
export function vrPerformanceAlerts(): AlertDefinition[] {
  return [...frameAlerts(), ...telemetryAlerts()];
}
