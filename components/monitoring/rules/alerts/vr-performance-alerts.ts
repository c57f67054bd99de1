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
      description: `Below ${FRAME_RATE.critical} frames a second VR makes players sick.`,
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
      description: "The limiter does not hold it: processor time is wasted and the autoscaler misled.",
    },
    {
      name: "FramesStalled",
      expr: `rate(spacetime_frames_total{${GAME_SERVER_JOB}}[1m]) == 0`,
      for: "1m",
      severity: "critical",
      team: "game",
      summary: "Game server {{ $labels.pod }} makes no frames",
      description: "The main loop hangs; players see a frozen world until the kubelet restarts it.",
    },
    {
      name: "FramesUneven",
      expr: `pod:spacetime_frame_duration_seconds:p99_rate5m{${GAME_SERVER_JOB}} > ${FRAME_RATE.slowFrameSeconds}`,
      for: "10m",
      severity: "warning",
      team: "game",
      summary: "One frame in a hundred on {{ $labels.pod }} is slower than 60 Hz",
      description: "The average may look well, but motion judders.",
    },
    {
      name: "PhysicsBehind",
      expr: `rate(spacetime_physics_ticks_total{${GAME_SERVER_JOB}}[5m]) / rate(spacetime_frames_total{${GAME_SERVER_JOB}}[5m]) < ${FRAME_RATE.physicsOfFrames}`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary:
        "Physics on {{ $labels.pod }} makes {{ $value | humanizePercentage }} of the steps that frames need",
      description: "Steps and frames should be equal; hands and objects lag behind what is drawn.",
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
        "Game server {{ $labels.pod }} is held back in {{ $value | humanizePercentage }} of processor periods",
      description: "It wants more processor than its limit; frames come late.",
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
      description: "Clients read too slowly or the gateway's network is full; their view jumps.",
    },
    {
      name: "TelemetryClientsNearLimit",
      expr: `spacetime_telemetry_clients{${GAME_SERVER_JOB}} / spacetime_telemetry_clients_maximum{${GAME_SERVER_JOB}} > ${FRAME_RATE.telemetryClients}`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary:
        "Game server {{ $labels.pod }} streams to {{ $value | humanizePercentage }} of the clients it takes",
      description: "The next clients are turned away with `full`.",
    },
    {
      name: "TelemetryClientsRefused",
      expr: `sum by (job, pod) (increase(spacetime_telemetry_connections_total{${GAME_SERVER_JOB},result="full"}[10m])) > 0`,
      for: "0s",
      severity: "critical",
      team: "game",
      summary: "Game server {{ $labels.pod }} turns telemetry clients away",
      description: "It streams to as many as it takes. Players with a session see nothing.",
    },
  ];
}

/** What players feel: frames, physics, and the stream that carries them. */
export function vrPerformanceAlerts(): AlertDefinition[] {
  return [...frameAlerts(), ...telemetryAlerts()];
}
