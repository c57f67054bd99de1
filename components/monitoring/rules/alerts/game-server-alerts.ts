import type { AlertDefinition } from "../alert-definition.ts";
import { SERVER } from "../thresholds.ts";

const GAME_SERVER_JOB = 'job="game-server"';
const GAME_SERVER_CONTAINER = 'namespace="spacetime",container="game-server"';

/** Availability of the servers and of player slots. */
function availabilityAlerts(): AlertDefinition[] {
  return [
    {
      name: "GameServersAllDown",
      expr: `absent(up{${GAME_SERVER_JOB}} == 1)`,
      for: "1m",
      severity: "critical",
      team: "game",
      summary: "No game server responds",
      description: "Prometheus cannot scrape any game server, so no player can connect.",
    },
    {
      name: "GameServerDown",
      expr: `up{${GAME_SERVER_JOB}} == 0`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} does not respond",
      description: "Its players were disconnected, and other servers of the mesh took over its regions.",
    },
    {
      name: "GameServerNotReady",
      expr: `spacetime_ready{${GAME_SERVER_JOB}} == 0 unless on (job, instance) spacetime_draining{${GAME_SERVER_JOB}} == 1`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} is not ready and is not draining",
      description: "It accepts no new sessions. The usual cause is an unreachable database.",
    },
    {
      name: "GameServerDrainStuck",
      expr: `spacetime_draining{${GAME_SERVER_JOB}} == 1`,
      for: "10m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} has been draining for ten minutes",
      description:
        "The drain timeout and the deregistration delay have passed, but sessions have not been handed over.",
    },
    {
      name: "GameServerRestarting",
      expr: `changes(spacetime_start_time_seconds{${GAME_SERVER_JOB}}[1h]) > ${SERVER.restartsPerHour}`,
      for: "0s",
      severity: "critical",
      team: "game",
      summary: "Game server {{ $labels.pod }} restarts repeatedly",
      description: `It started more than ${SERVER.restartsPerHour} times within an hour; each restart drops its sessions.`,
    },
    {
      name: "GameServerSeatsAlmostTaken",
      expr: `job:spacetime_players:ratio{${GAME_SERVER_JOB}} > ${SERVER.seatsTaken}`,
      for: "10m",
      severity: "warning",
      team: "game",
      summary: "{{ $value | humanizePercentage }} of all player slots are in use",
      description: "The autoscaler is too slow or at its maximum; new players will soon be rejected.",
    },
    {
      name: "GameServerSessionsRefused",
      expr: `sum by (job) (increase(spacetime_sessions_total{${GAME_SERVER_JOB},event="refused"}[10m])) > ${SERVER.refusedSessions}`,
      for: "0s",
      severity: "critical",
      team: "game",
      summary: "Players are rejected",
      description: `More than ${SERVER.refusedSessions} sessions were rejected within ten minutes: servers are full or draining at the same time.`,
    },
    {
      name: "GameServerVersionsMixed",
      expr: `count by (job) (count by (job, version) (spacetime_build_info{${GAME_SERVER_JOB}})) > 1`,
      for: "1h",
      severity: "warning",
      team: "game",
      summary: "Two versions of the game server have been running for an hour",
      description: "A rollout or a rollback did not complete.",
    },
  ];
}

/** Memory of the game server container. */
function memoryAlerts(): AlertDefinition[] {
  const used = `container_memory_working_set_bytes{job="cadvisor",${GAME_SERVER_CONTAINER}}`;
  const limit = `kube_pod_container_resource_limits{job="kube-state-metrics",${GAME_SERVER_CONTAINER},resource="memory"}`;
  return [
    {
      name: "GameServerMemoryAboveTarget",
      expr: `max by (namespace, pod) (${used}) > ${SERVER.memoryTargetBytes}`,
      for: "10m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} uses {{ $value | humanize1024 }}B of memory",
      description: "The target is 400 MB; more indicates a memory leak or a scene that is too large.",
    },
    {
      name: "GameServerMemoryNearLimit",
      expr: `max by (namespace, pod) (${used}) / max by (namespace, pod) (${limit}) > ${SERVER.memoryOfLimit}`,
      for: "2m",
      severity: "critical",
      team: "game",
      summary: "Game server {{ $labels.pod }} uses {{ $value | humanizePercentage }} of its memory limit",
      description: "At the limit the kernel kills it, and its sessions end without a handover.",
    },
    {
      name: "GameServerMemoryLeaking",
      expr: `predict_linear(${used}[1h], ${SERVER.memoryForecastSeconds}) > on (namespace, pod, container) ${limit}`,
      for: "30m",
      severity: "info",
      team: "game",
      summary: "Game server {{ $labels.pod }} will reach its memory limit within four hours",
      description: "Its memory usage grows steadily. Drain it before the kernel kills it.",
    },
  ];
}

/** World persistence, scene loads and background jobs. */
function worldAlerts(): AlertDefinition[] {
  const failed = (metric: string): string => {
    const rate = (matchers: string): string => `sum by (job) (rate(${metric}{${matchers}}[15m]))`;
    return `${rate(`${GAME_SERVER_JOB},result="failed"`)} / ${rate(GAME_SERVER_JOB)} > ${SERVER.failedWork}`;
  };
  return [
    {
      name: "GameServerSceneLoadsTimeOut",
      expr: `sum by (job, pod) (increase(spacetime_scene_loads_total{${GAME_SERVER_JOB},result="timeout"}[15m])) > ${SERVER.sceneTimeouts}`,
      for: "0s",
      severity: "warning",
      team: "game",
      summary: "Scene loads time out on {{ $labels.pod }}",
      description:
        "Players stay in the previous scene. The resource pack may be damaged or the disk may be slow.",
    },
    {
      name: "GameServerWorldSavesFail",
      expr: `sum by (job, pod) (increase(spacetime_world_saves_total{${GAME_SERVER_JOB},result="failed"}[10m])) > ${SERVER.failedWorldSaves}`,
      for: "0s",
      severity: "critical",
      team: "data",
      summary: "Game server {{ $labels.pod }} cannot save the world",
      description: "Changes exist only in its memory and would be lost in a crash.",
    },
    {
      name: "GameServerWorldUnsaved",
      expr: `spacetime_world_unsaved_objects{${GAME_SERVER_JOB}} / (spacetime_world_objects{${GAME_SERVER_JOB}} > 0) > ${SERVER.unsavedObjects}`,
      for: "5m",
      severity: "warning",
      team: "data",
      summary: "{{ $value | humanizePercentage }} of the world on {{ $labels.pod }} is unsaved",
      description: "Saves are slower than changes; a crash loses all changes since the last save.",
    },
    {
      name: "GameServerSnapshotStale",
      expr: `time() - max by (job) (spacetime_world_last_snapshot_timestamp_seconds{${GAME_SERVER_JOB}} > 0) > ${SERVER.snapshotAgeSeconds}`,
      for: "5m",
      severity: "warning",
      team: "data",
      summary: "The last snapshot of the world is {{ $value | humanizeDuration }} old",
      description: "Two snapshot intervals have passed; a restore would lose all changes since then.",
    },
    {
      name: "GameServerErrorsLogged",
      expr: `sum by (job, pod) (rate(spacetime_log_lines_total{${GAME_SERVER_JOB},level="error"}[5m])) > ${SERVER.errorLinesPerSecond}`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} logs errors",
      description: "It logs more than six errors a minute. See the log of the pod.",
    },
    {
      name: "BackgroundJobsFail",
      expr: failed("spacetime_jobs_total"),
      for: "15m",
      severity: "warning",
      team: "game",
      summary: "{{ $value | humanizePercentage }} of background jobs fail",
      description: "Jobs of JobRouter end with an error, so their work is not done.",
    },
    {
      name: "WebhookDeliveriesFail",
      expr: failed("spacetime_webhook_deliveries_total"),
      for: "15m",
      severity: "info",
      team: "game",
      summary: "{{ $value | humanizePercentage }} of webhook deliveries fail",
      description: "Registered services miss events.",
    },
  ];
}

/** Game server alerts: availability, memory, world persistence and background jobs. */
export function gameServerAlerts(): AlertDefinition[] {
  return [...availabilityAlerts(), ...memoryAlerts(), ...worldAlerts()];
}
