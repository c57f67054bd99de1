import type { AlertDefinition } from "../alert-definition.ts";
import { SERVER } from "../thresholds.ts";

const GAME_SERVER_JOB = 'job="game-server"';
const GAME_SERVER_CONTAINER = 'namespace="spacetime",container="game-server"';

/** Whether servers answer, and whether players find a seat. */
function availabilityAlerts(): AlertDefinition[] {
  return [
    {
      name: "GameServersAllDown",
      expr: `absent(up{${GAME_SERVER_JOB}} == 1)`,
      for: "1m",
      severity: "critical",
      team: "game",
      summary: "No game server answers",
      description: "Prometheus cannot scrape any game server: players cannot connect.",
    },
    {
      name: "GameServerDown",
      expr: `up{${GAME_SERVER_JOB}} == 0`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} does not answer",
      description: "Its players are disconnected and its regions are with the other servers of the mesh.",
    },
    {
      name: "GameServerNotReady",
      expr: `spacetime_ready{${GAME_SERVER_JOB}} == 0 unless on (job, instance) spacetime_draining{${GAME_SERVER_JOB}} == 1`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} is not ready and does not drain",
      description: "It takes no new sessions. Most often its database does not answer.",
    },
    {
      name: "GameServerDrainStuck",
      expr: `spacetime_draining{${GAME_SERVER_JOB}} == 1`,
      for: "10m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} has been draining for ten minutes",
      description:
        "The drain budget and the load balancer's delay have passed: sessions are not handed over.",
    },
    {
      name: "GameServerRestarting",
      expr: `changes(spacetime_start_time_seconds{${GAME_SERVER_JOB}}[1h]) > ${SERVER.restartsPerHour}`,
      for: "0s",
      severity: "critical",
      team: "game",
      summary: "Game server {{ $labels.pod }} restarts again and again",
      description: `It started more than ${SERVER.restartsPerHour} times within an hour; each start drops its sessions.`,
    },
    {
      name: "GameServerSeatsAlmostTaken",
      expr: `job:spacetime_players:ratio{${GAME_SERVER_JOB}} > ${SERVER.seatsTaken}`,
      for: "10m",
      severity: "warning",
      team: "game",
      summary: "{{ $value | humanizePercentage }} of all seats are taken",
      description: "The autoscaler does not keep up, or has reached its maximum; soon players are refused.",
    },
    {
      name: "GameServerSessionsRefused",
      expr: `sum by (job) (increase(spacetime_sessions_total{${GAME_SERVER_JOB},event="refused"}[10m])) > ${SERVER.refusedSessions}`,
      for: "0s",
      severity: "critical",
      team: "game",
      summary: "Players are refused",
      description: `More than ${SERVER.refusedSessions} sessions were refused within ten minutes: servers are full or drain together.`,
    },
    {
      name: "GameServerVersionsMixed",
      expr: `count by (job) (count by (job, version) (spacetime_build_info{${GAME_SERVER_JOB}})) > 1`,
      for: "1h",
      severity: "warning",
      team: "game",
      summary: "Two versions of the game server have run beside each other for an hour",
      description: "A rollout or a rollback stopped half way.",
    },
  ];
}

/** Memory of the container. */
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
      description: "The target is 400 MB; more means a leak or a scene that is too large.",
    },
    {
      name: "GameServerMemoryNearLimit",
      expr: `max by (namespace, pod) (${used}) / max by (namespace, pod) (${limit}) > ${SERVER.memoryOfLimit}`,
      for: "2m",
      severity: "critical",
      team: "game",
      summary: "Game server {{ $labels.pod }} uses {{ $value | humanizePercentage }} of its memory limit",
      description: "At the limit the kernel kills it and every session on it ends without a handover.",
    },
    {
      name: "GameServerMemoryLeaking",
      expr: `predict_linear(${used}[1h], ${SERVER.memoryForecastSeconds}) > on (namespace, pod, container) ${limit}`,
      for: "30m",
      severity: "info",
      team: "game",
      summary: "Game server {{ $labels.pod }} will reach its memory limit within four hours",
      description: "Its memory grows steadily. Drain it before the kernel kills it.",
    },
  ];
}

/** The world, its scenes, and background work. */
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
      summary: "Scenes do not load in time on {{ $labels.pod }}",
      description: "Players stay in the scene before. The pack may be damaged or the disk slow.",
    },
    {
      name: "GameServerWorldSavesFail",
      expr: `sum by (job, pod) (increase(spacetime_world_saves_total{${GAME_SERVER_JOB},result="failed"}[10m])) > ${SERVER.failedWorldSaves}`,
      for: "0s",
      severity: "critical",
      team: "data",
      summary: "Game server {{ $labels.pod }} cannot save the world",
      description: "Changes exist only in its memory; a crash now loses them.",
    },
    {
      name: "GameServerWorldUnsaved",
      expr: `spacetime_world_unsaved_objects{${GAME_SERVER_JOB}} / (spacetime_world_objects{${GAME_SERVER_JOB}} > 0) > ${SERVER.unsavedObjects}`,
      for: "5m",
      severity: "warning",
      team: "data",
      summary: "{{ $value | humanizePercentage }} of the world on {{ $labels.pod }} is not saved",
      description: "Saves fall behind the changes; a crash loses everything since the last one.",
    },
    {
      name: "GameServerSnapshotStale",
      expr: `time() - max by (job) (spacetime_world_last_snapshot_timestamp_seconds{${GAME_SERVER_JOB}} > 0) > ${SERVER.snapshotAgeSeconds}`,
      for: "5m",
      severity: "warning",
      team: "data",
      summary: "The last snapshot of the world is {{ $value | humanizeDuration }} old",
      description: "Two intervals have passed without one; a restore would fall back that far.",
    },
    {
      name: "GameServerErrorsLogged",
      expr: `sum by (job, pod) (rate(spacetime_log_lines_total{${GAME_SERVER_JOB},level="error"}[5m])) > ${SERVER.errorLinesPerSecond}`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} logs errors",
      description: "More than six error lines a minute. The log says which.",
    },
    {
      name: "BackgroundJobsFail",
      expr: failed("spacetime_jobs_total"),
      for: "15m",
      severity: "warning",
      team: "game",
      summary: "{{ $value | humanizePercentage }} of background jobs fail",
      description: "JobRouter's jobs end with an error; what they were to do is not done.",
    },
    {
      name: "WebhookDeliveriesFail",
      expr: failed("spacetime_webhook_deliveries_total"),
      for: "15m",
      severity: "info",
      team: "game",
      summary: "{{ $value | humanizePercentage }} of webhook deliveries fail",
      description: "Registered services do not learn of events.",
    },
  ];
}

/** The game server itself: up, ready, within its memory, its world saved. */
export function gameServerAlerts(): AlertDefinition[] {
  return [...availabilityAlerts(), ...memoryAlerts(), ...worldAlerts()];
}
