import type { AlertCase } from "../rule-case.ts";

export const GAME_SERVER_CASES: readonly AlertCase[] = [
  {
    alert: "GameServersAllDown",
    series: {
      'up{job="game-server",pod="game-server-0"}': "0",
      'up{job="game-server",pod="game-server-1"}': "0",
    },
    evaluationInterval: "3s",
    notYetAt: "57s",
    firesAt: "1m",
    labels: {
      severity: "critical",
      team: "game",
    },
    summary: "No game server responds",
    description: "Prometheus cannot scrape any game server, so no player can connect.",
    runbook: "game-server.md#gameserversalldown",
    notFiring: [
      {
        why: "one of two answers",
        series: {
          'up{job="game-server",pod="game-server-0"}': "0",
          'up{job="game-server",pod="game-server-1"}': "1",
        },
      },
    ],
  },
  {
    alert: "GameServerDown",
    series: {
      'up{job="game-server",pod="game-server-0"}': "0",
      'up{job="game-server",pod="game-server-1"}': "1",
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
    summary: "Game server game-server-0 does not respond",
    description: "Its players were disconnected, and other servers of the mesh took over its regions.",
    runbook: "game-server.md#gameserverdown",
    notFiring: [
      {
        why: "it answers",
        series: {
          'up{job="game-server",pod="game-server-0"}': "1",
        },
      },
    ],
  },
  {
    alert: "GameServerNotReady",
    series: {
      'spacetime_ready{job="game-server",pod="game-server-0"}': "0",
      'spacetime_draining{job="game-server",pod="game-server-0"}': "0",
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
    summary: "Game server game-server-0 is not ready and is not draining",
    description: "It accepts no new sessions. The usual cause is an unreachable database.",
    runbook: "game-server.md#gameservernotready",
    notFiring: [
      {
        why: "it drains",
        series: {
          'spacetime_ready{job="game-server",pod="game-server-0"}': "0",
          'spacetime_draining{job="game-server",pod="game-server-0"}': "1",
        },
      },
      {
        why: "it is ready",
        series: {
          'spacetime_ready{job="game-server",pod="game-server-0"}': "1",
        },
      },
    ],
  },
  {
    alert: "GameServerDrainStuck",
    series: {
      'spacetime_draining{job="game-server",pod="game-server-0"}': "1",
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
    summary: "Game server game-server-0 has been draining for ten minutes",
    description:
      "The drain timeout and the deregistration delay have passed, but sessions have not been handed over.",
    runbook: "game-server.md#gameserverdrainstuck",
    notFiring: [
      {
        why: "it does not drain",
        series: {
          'spacetime_draining{job="game-server",pod="game-server-0"}': "0",
        },
      },
    ],
  },
  {
    alert: "GameServerRestarting",
    series: {
      'spacetime_start_time_seconds{job="game-server",pod="game-server-0"}': "0x3 100x3 200x3 300x80",
    },
    evaluationInterval: "15s",
    firesAt: "3m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "critical",
      team: "game",
    },
    summary: "Game server game-server-0 restarts repeatedly",
    description: "It started more than 2 times within an hour; each restart drops its sessions.",
    runbook: "game-server.md#gameserverrestarting",
    notFiring: [
      {
        why: "two changes are a deployment and an accident",
        series: {
          'spacetime_start_time_seconds{job="game-server",pod="game-server-0"}': "0x3 100x3 200x80",
        },
      },
    ],
    countsWholeNumbers: true,
  },
  {
    alert: "GameServerSeatsAlmostTaken",
    series: {
      'job:spacetime_players:ratio{job="game-server"}': "0.86",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "game",
    },
    summary: "86% of all player slots are in use",
    description: "The autoscaler is too slow or at its maximum; new players will soon be rejected.",
    runbook: "game-server.md#gameserverseatsalmosttaken",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'job:spacetime_players:ratio{job="game-server"}': "0.85",
        },
      },
    ],
  },
  {
    alert: "GameServerSessionsRefused",
    series: {
      'spacetime_sessions_total{job="game-server",pod="game-server-0",event="refused"}': "1000+0.13",
    },
    evaluationInterval: "15s",
    firesAt: "9m30s",
    labels: {
      job: "game-server",
      severity: "critical",
      team: "game",
    },
    summary: "Players are rejected",
    description:
      "More than 5 sessions were rejected within ten minutes: servers are full or draining at the same time.",
    runbook: "game-server.md#gameserversessionsrefused",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_sessions_total{job="game-server",pod="game-server-0",event="refused"}': "1000+0.1225",
        },
      },
      {
        why: "other events",
        series: {
          'spacetime_sessions_total{job="game-server",pod="game-server-0",event="closed"}': "+100",
        },
      },
    ],
  },
  {
    alert: "GameServerVersionsMixed",
    series: {
      'spacetime_build_info{job="game-server",pod="game-server-0",version="2.5.0"}': "1",
      'spacetime_build_info{job="game-server",pod="game-server-1",version="2.5.1"}': "1",
    },
    evaluationInterval: "3m",
    notYetAt: "57m",
    firesAt: "1h",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "game",
    },
    summary: "Two versions of the game server have been running for an hour",
    description: "A rollout or a rollback did not complete.",
    runbook: "game-server.md#gameserverversionsmixed",
    notFiring: [
      {
        why: "all run the same",
        series: {
          'spacetime_build_info{job="game-server",pod="game-server-0",version="2.5.1"}': "1",
          'spacetime_build_info{job="game-server",pod="game-server-1",version="2.5.1"}': "1",
        },
      },
    ],
    countsWholeNumbers: true,
  },
  {
    alert: "GameServerMemoryAboveTarget",
    series: {
      'container_memory_working_set_bytes{job="cadvisor",namespace="spacetime",pod="game-server-0",container="game-server"}':
        "401000000",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      namespace: "spacetime",
      pod: "game-server-0",
      severity: "warning",
      team: "game",
    },
    summary: "Game server game-server-0 uses 382.4MiB of memory",
    description: "The target is 400 MB; more indicates a memory leak or a scene that is too large.",
    runbook: "game-server.md#gameservermemoryabovetarget",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'container_memory_working_set_bytes{job="cadvisor",namespace="spacetime",pod="game-server-0",container="game-server"}':
            "400000000",
        },
      },
      {
        why: "another container",
        series: {
          'container_memory_working_set_bytes{job="cadvisor",namespace="spacetime",pod="postgres-0",container="postgres"}':
            "900000000",
        },
      },
    ],
  },
  {
    alert: "GameServerMemoryNearLimit",
    series: {
      'container_memory_working_set_bytes{job="cadvisor",namespace="spacetime",pod="game-server-0",container="game-server"}':
        "460000000",
      'kube_pod_container_resource_limits{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",container="game-server",resource="memory",unit="byte"}':
        "500000000",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      namespace: "spacetime",
      pod: "game-server-0",
      severity: "critical",
      team: "game",
    },
    summary: "Game server game-server-0 uses 92% of its memory limit",
    description: "At the limit the kernel kills it, and its sessions end without a handover.",
    runbook: "game-server.md#gameservermemorynearlimit",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'container_memory_working_set_bytes{job="cadvisor",namespace="spacetime",pod="game-server-0",container="game-server"}':
            "450000000",
          'kube_pod_container_resource_limits{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",container="game-server",resource="memory",unit="byte"}':
            "500000000",
        },
      },
    ],
  },
  {
    alert: "GameServerMemoryLeaking",
    series: {
      'container_memory_working_set_bytes{job="cadvisor",namespace="spacetime",pod="game-server-0",container="game-server"}':
        "113000000+300000",
      'kube_pod_container_resource_limits{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",container="game-server",resource="memory",unit="byte"}':
        "400000000",
    },
    evaluationInterval: "1m30s",
    notYetAt: "30m",
    firesAt: "31m30s",
    labels: {
      container: "game-server",
      namespace: "spacetime",
      pod: "game-server-0",
      severity: "info",
      team: "game",
    },
    summary: "Game server game-server-0 will reach its memory limit within four hours",
    description: "Its memory usage grows steadily. Drain it before the kernel kills it.",
    runbook: "game-server.md#gameservermemoryleaking",
    notFiring: [
      {
        why: "the limit is five hours away",
        series: {
          'container_memory_working_set_bytes{job="cadvisor",namespace="spacetime",pod="game-server-0",container="game-server"}':
            "100000000+300000",
          'kube_pod_container_resource_limits{job="kube-state-metrics",namespace="spacetime",pod="game-server-0",container="game-server",resource="memory",unit="byte"}':
            "400000000",
        },
      },
    ],
  },
  {
    alert: "GameServerSceneLoadsTimeOut",
    series: {
      'spacetime_scene_loads_total{job="game-server",pod="game-server-0",result="timeout"}': "1000+0.035",
    },
    evaluationInterval: "15s",
    firesAt: "14m15s",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "game",
    },
    summary: "Scene loads time out on game-server-0",
    description:
      "Players stay in the previous scene. The resource pack may be damaged or the disk may be slow.",
    runbook: "game-server.md#gameserversceneloadstimeout",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_scene_loads_total{job="game-server",pod="game-server-0",result="timeout"}':
            "1000+0.0325",
        },
      },
      {
        why: "they load",
        series: {
          'spacetime_scene_loads_total{job="game-server",pod="game-server-0",result="loaded"}': "+10",
        },
      },
    ],
  },
  {
    alert: "GameServerWorldSavesFail",
    series: {
      'spacetime_world_saves_total{job="game-server",pod="game-server-0",result="failed"}': "1000+0.0775",
    },
    evaluationInterval: "15s",
    firesAt: "9m45s",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "critical",
      team: "data",
    },
    summary: "Game server game-server-0 cannot save the world",
    description: "Changes exist only in its memory and would be lost in a crash.",
    runbook: "game-server.md#gameserverworldsavesfail",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_world_saves_total{job="game-server",pod="game-server-0",result="failed"}': "1000+0.0725",
        },
      },
      {
        why: "saves succeed",
        series: {
          'spacetime_world_saves_total{job="game-server",pod="game-server-0",result="saved"}': "+10",
        },
      },
    ],
  },
  {
    alert: "GameServerWorldUnsaved",
    series: {
      'spacetime_world_unsaved_objects{job="game-server",pod="game-server-0"}': "51",
      'spacetime_world_objects{job="game-server",pod="game-server-0"}': "100",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "data",
    },
    summary: "51% of the world on game-server-0 is unsaved",
    description: "Saves are slower than changes; a crash loses all changes since the last save.",
    runbook: "game-server.md#gameserverworldunsaved",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'spacetime_world_unsaved_objects{job="game-server",pod="game-server-0"}': "50",
          'spacetime_world_objects{job="game-server",pod="game-server-0"}': "100",
        },
      },
      {
        why: "an empty world",
        series: {
          'spacetime_world_unsaved_objects{job="game-server",pod="game-server-0"}': "1",
          'spacetime_world_objects{job="game-server",pod="game-server-0"}': "0",
        },
      },
    ],
  },
  {
    alert: "GameServerSnapshotStale",
    series: {
      'spacetime_world_last_snapshot_timestamp_seconds{job="game-server",pod="game-server-0"}': "1",
    },
    evaluationInterval: "15s",
    notYetAt: "35m",
    firesAt: "35m15s",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "data",
    },
    summary: "The last snapshot of the world is 35m 14s old",
    description: "Two snapshot intervals have passed; a restore would lose all changes since then.",
    runbook: "game-server.md#gameserversnapshotstale",
    notFiring: [
      {
        why: "no snapshot yet",
        series: {
          'spacetime_world_last_snapshot_timestamp_seconds{job="game-server",pod="game-server-0"}': "0",
        },
      },
      {
        why: "another server made one",
        series: {
          'spacetime_world_last_snapshot_timestamp_seconds{job="game-server",pod="game-server-0"}': "1",
          'spacetime_world_last_snapshot_timestamp_seconds{job="game-server",pod="game-server-1"}': "1+15",
        },
      },
    ],
  },
  {
    alert: "GameServerErrorsLogged",
    series: {
      'spacetime_log_lines_total{job="game-server",pod="game-server-0",level="error"}': "1000+1.575",
    },
    evaluationInterval: "15s",
    notYetAt: "9m30s",
    firesAt: "9m45s",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "game",
    },
    summary: "Game server game-server-0 logs errors",
    description: "It logs more than six errors a minute. See the log of the pod.",
    runbook: "game-server.md#gameservererrorslogged",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_log_lines_total{job="game-server",pod="game-server-0",level="error"}': "1000+1.425",
        },
      },
      {
        why: "warnings",
        series: {
          'spacetime_log_lines_total{job="game-server",pod="game-server-0",level="warning"}': "1000+75",
        },
      },
    ],
  },
  {
    alert: "BackgroundJobsFail",
    series: {
      'spacetime_jobs_total{job="game-server",pod="game-server-0",result="failed"}': "+10.5",
      'spacetime_jobs_total{job="game-server",pod="game-server-0",result="done"}': "+89.5",
    },
    evaluationInterval: "45s",
    notYetAt: "15m",
    firesAt: "15m45s",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "game",
    },
    summary: "10.5% of background jobs fail",
    description: "Jobs of JobRouter end with an error, so their work is not done.",
    runbook: "game-server.md#backgroundjobsfail",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'spacetime_jobs_total{job="game-server",pod="game-server-0",result="failed"}': "+9.5",
          'spacetime_jobs_total{job="game-server",pod="game-server-0",result="done"}': "+90.5",
        },
      },
    ],
  },
  {
    alert: "WebhookDeliveriesFail",
    series: {
      'spacetime_webhook_deliveries_total{job="game-server",pod="game-server-0",result="failed"}': "+10.5",
      'spacetime_webhook_deliveries_total{job="game-server",pod="game-server-0",result="delivered"}': "+89.5",
    },
    evaluationInterval: "45s",
    notYetAt: "15m",
    firesAt: "15m45s",
    labels: {
      job: "game-server",
      severity: "info",
      team: "game",
    },
    summary: "10.5% of webhook deliveries fail",
    description: "Registered services miss events.",
    runbook: "game-server.md#webhookdeliveriesfail",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_webhook_deliveries_total{job="game-server",pod="game-server-0",result="failed"}': "+9.5",
          'spacetime_webhook_deliveries_total{job="game-server",pod="game-server-0",result="delivered"}':
            "+90.5",
        },
      },
    ],
  },
];
