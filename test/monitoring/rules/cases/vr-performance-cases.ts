import type { AlertCase } from "../rule-case.ts";

export const VR_PERFORMANCE_CASES: readonly AlertCase[] = [
  {
    alert: "FrameRateCritical",
    series: {
      'spacetime_frame_rate_hertz{job="game-server",pod="game-server-0"}': "59",
    },
    evaluationInterval: "3s",
    notYetAt: "57s",
    firesAt: "1m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "critical",
      team: "game",
    },
    summary: "Game server game-server-0 runs at 59 frames a second",
    description: "Below 60 frames a second, VR causes motion sickness.",
    runbook: "vr-performance.md#frameratecritical",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'spacetime_frame_rate_hertz{job="game-server",pod="game-server-0"}': "60",
        },
      },
    ],
  },
  {
    alert: "FrameRateLow",
    series: {
      'spacetime_frame_rate_hertz{job="game-server",pod="game-server-0"}': "84",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "game",
    },
    summary: "Game server game-server-0 runs at 84 frames a second",
    description: "The range is 85 to 95 frames a second.",
    runbook: "vr-performance.md#frameratelow",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'spacetime_frame_rate_hertz{job="game-server",pod="game-server-0"}': "85",
        },
      },
    ],
  },
  {
    alert: "FrameRateUnlimited",
    series: {
      'spacetime_frame_rate_hertz{job="game-server",pod="game-server-0"}': "96",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "info",
      team: "game",
    },
    summary: "Game server game-server-0 runs at 96 frames a second",
    description: "The frame limiter does not work: CPU time is wasted, and the autoscaler adds servers.",
    runbook: "vr-performance.md#framerateunlimited",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'spacetime_frame_rate_hertz{job="game-server",pod="game-server-0"}': "95",
        },
      },
    ],
  },
  {
    alert: "FramesStalled",
    series: {
      'spacetime_frames_total{job="game-server",pod="game-server-0"}': "5000",
    },
    evaluationInterval: "3s",
    notYetAt: "1m12s",
    firesAt: "1m15s",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "critical",
      team: "game",
    },
    summary: "Game server game-server-0 renders no frames",
    description: "The main loop hangs; the world is frozen until the kubelet restarts the container.",
    runbook: "vr-performance.md#framesstalled",
    notFiring: [
      {
        why: "it makes frames",
        series: {
          'spacetime_frames_total{job="game-server",pod="game-server-0"}': "+1350",
        },
      },
    ],
  },
  {
    alert: "FramesUneven",
    series: {
      'pod:spacetime_frame_duration_seconds:p99_rate5m{job="game-server",pod="game-server-0"}': "0.017",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "game",
    },
    summary: "1% of the frames on game-server-0 are slower than 60 Hz",
    description: "The average may look normal, but motion stutters.",
    runbook: "vr-performance.md#framesuneven",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'pod:spacetime_frame_duration_seconds:p99_rate5m{job="game-server",pod="game-server-0"}': "0.0167",
        },
      },
    ],
  },
  {
    alert: "PhysicsBehind",
    series: {
      'spacetime_physics_ticks_total{job="game-server",pod="game-server-0"}': "+1260",
      'spacetime_frames_total{job="game-server",pod="game-server-0"}': "+1350",
    },
    evaluationInterval: "15s",
    notYetAt: "5m",
    firesAt: "5m15s",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "game",
    },
    summary: "Physics on game-server-0 runs 93.33% of the required ticks",
    description: "There should be one tick per frame; hands and objects lag behind the rendered image.",
    runbook: "vr-performance.md#physicsbehind",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_physics_ticks_total{job="game-server",pod="game-server-0"}': "+1290",
          'spacetime_frames_total{job="game-server",pod="game-server-0"}': "+1350",
        },
      },
    ],
  },
  {
    alert: "GameServerCpuThrottled",
    series: {
      'container_cpu_cfs_throttled_periods_total{job="cadvisor",namespace="spacetime",pod="game-server-0",container="game-server"}':
        "+26",
      'container_cpu_cfs_periods_total{job="cadvisor",namespace="spacetime",pod="game-server-0",container="game-server"}':
        "+100",
    },
    evaluationInterval: "30s",
    notYetAt: "10m",
    firesAt: "10m30s",
    labels: {
      namespace: "spacetime",
      pod: "game-server-0",
      severity: "warning",
      team: "platform",
    },
    summary: "Game server game-server-0 is throttled in 26% of CPU periods",
    description: "It needs more CPU than its limit, so frames are late.",
    runbook: "vr-performance.md#gameservercputhrottled",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'container_cpu_cfs_throttled_periods_total{job="cadvisor",namespace="spacetime",pod="game-server-0",container="game-server"}':
            "+24",
          'container_cpu_cfs_periods_total{job="cadvisor",namespace="spacetime",pod="game-server-0",container="game-server"}':
            "+100",
        },
      },
    ],
  },
  {
    alert: "TelemetryFramesDropped",
    series: {
      'pod:spacetime_telemetry_frames_dropped:ratio_rate5m{job="game-server",pod="game-server-0"}': "0.0105",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "game",
    },
    summary: "1.05% of telemetry frames on game-server-0 are dropped",
    description: "Clients read too slowly or the gateway's network is saturated, so their view jumps.",
    runbook: "vr-performance.md#telemetryframesdropped",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'pod:spacetime_telemetry_frames_dropped:ratio_rate5m{job="game-server",pod="game-server-0"}':
            "0.01",
        },
      },
    ],
  },
  {
    alert: "TelemetryClientsNearLimit",
    series: {
      'spacetime_telemetry_clients{job="game-server",pod="game-server-0"}': "91",
      'spacetime_telemetry_clients_maximum{job="game-server",pod="game-server-0"}': "100",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "game",
    },
    summary: "Game server game-server-0 uses 91% of its telemetry client limit",
    description: "Additional clients will be rejected with `full`.",
    runbook: "vr-performance.md#telemetryclientsnearlimit",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'spacetime_telemetry_clients{job="game-server",pod="game-server-0"}': "90",
          'spacetime_telemetry_clients_maximum{job="game-server",pod="game-server-0"}': "100",
        },
      },
    ],
  },
  {
    alert: "TelemetryClientsRefused",
    series: {
      'spacetime_telemetry_connections_total{job="game-server",pod="game-server-0",result="full"}':
        "0x4 1x60",
    },
    evaluationInterval: "15s",
    firesAt: "1m15s",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "critical",
      team: "game",
    },
    summary: "Game server game-server-0 rejects telemetry clients",
    description:
      "Its telemetry client limit is reached. The affected players have a session but see nothing.",
    runbook: "vr-performance.md#telemetryclientsrefused",
    notFiring: [
      {
        why: "none is turned away",
        series: {
          'spacetime_telemetry_connections_total{job="game-server",pod="game-server-0",result="full"}': "3",
          'spacetime_telemetry_connections_total{job="game-server",pod="game-server-0",result="accepted"}':
            "+1",
        },
      },
    ],
  },
];
