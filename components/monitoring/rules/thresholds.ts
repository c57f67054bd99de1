/**
 * Every number that an alert compares with, once: dashboards draw their lines from here. Each says why it is what it is,
 * and where it comes from: seed documents 000, 002 and 003 of the product, the settings' defaults, or a source in the field.
 */

/** Frame rate. */
export const FRAME_RATE = {
  /** Hz. Seed document 003: stable is 85 to 95, so below 85 somebody should look. */
  low: 85,
  /** Hz. Seed document 003's upper end: above it the limiter is off and the processor is wasted. */
  high: 95,
  /** Hz. Seed document 002 ("60/90 FPS"): below it VR makes people sick. */
  critical: 60,
  /** Physics steps per frame; GODOT_PHYSICS_TICKS_PER_SECOND equals the frame rate, and one lost step in twenty judders. */
  physicsOfFrames: 0.95,
  /** Seconds. One frame at 60 Hz: the slowest hundredth of frames must stay below it. */
  slowFrameSeconds: 0.0167,
  /** Share of a telemetry client's frames; above 1 % motion visibly jumps. */
  droppedFrames: 0.01,
  /** Share of the telemetry clients that one server takes; beyond 1 they are turned away. */
  telemetryClients: 0.9,
} as const;

/** Memory and processor of a server, as the container has them (the engine's own figure is absent in release builds). */
export const SERVER = {
  /** Bytes. Seed document 003: memory stays below 400 MB. */
  memoryTargetBytes: 400_000_000,
  /** Share of the container's limit at which the kernel is about to kill; leaves 50 MB of the usual 512 Mi. */
  memoryOfLimit: 0.9,
  /** Seconds ahead at which the present growth must not reach the limit: a night shift. */
  memoryForecastSeconds: 14_400,
  /** Share of processor periods in which the kernel held the container back; frames are late long before one half. */
  cpuThrottled: 0.25,
  /** Starts of one container within an hour; a deployment makes one. */
  restartsPerHour: 2,
  /** Share of all seats: the autoscaler needs two minutes for a new server, so leave it a seventh. */
  seatsTaken: 0.85,
  /** Sessions refused within ten minutes; a single one may be a client's race with a drain. */
  refusedSessions: 5,
  /** Scenes that did not load in time within a quarter of an hour. */
  sceneTimeouts: 2,
  /** Failed writes of the world within ten minutes; every object is tried again, so one is no loss yet. */
  failedWorldSaves: 3,
  /** Seconds. Twice production's interval between snapshots (GODOT_BACKUP_SNAPSHOT_INTERVAL_MINUTES is 15). */
  snapshotAgeSeconds: 1800,
  /** Share of objects that are not yet saved; saves run every 30 s, so most of a busy world is saved at any time. */
  unsavedObjects: 0.5,
  /** Error lines per second and server: six a minute is more than an accident. */
  errorLinesPerSecond: 0.1,
  /** Failed jobs or deliveries as a share of all. */
  failedWork: 0.1,
} as const;

/** HTTP API and gateway. */
export const HTTP = {
  /** Share of answers with 5xx: one in a hundred is felt by support. */
  errorsElevated: 0.01,
  /** Share of answers with 5xx: one in twenty is an outage for somebody. */
  errorsHigh: 0.05,
  /** Seconds at the 95th percentile; the SLO's bound, so that the budget is not the first to tell. */
  p95Seconds: 0.25,
  /** Seconds at the 99th percentile; clients give up at a few seconds. */
  p99Seconds: 1,
  /** Seconds of a whole probe from outside, TLS handshake included. */
  probeSeconds: 2,
  /** Refused connections per second over all servers. */
  refusedPerSecond: 0.1,
  /** Connections of one gateway; nginx.conf gives each of its workers 8,192, so this is most of the smallest one's. */
  gatewayConnections: 6500,
} as const;

/** Server meshing. */
export const MESH = {
  /** Share of received datagrams that were refused (bad key, bad format). */
  refusedDatagrams: 0.01,
  /** Sessions handed over and not resumed within a quarter of an hour; a few players simply leave. */
  lostHandovers: 5,
} as const;

/** Security. */
export const SECURITY = {
  /** Invalid credentials per second: 30 a minute; GODOT_IDS_MAX_FAILURES blocks one address at 10 in five minutes. */
  invalidPerSecond: 0.5,
  /** Invalid credentials per second: 300 a minute, the whole global limit of one client (seed document 003), spent on guessing. */
  bruteForcePerSecond: 5,
  /** Requests per second with a role too low: ten a minute is somebody trying doors. */
  wrongRolePerSecond: 0.17,
  /** Answers 429 per minute over all servers: the global limit of 300/min (seed document 003) refused once more. */
  limitedPerMinute: 300,
  /** Addresses blocked within a quarter of an hour. */
  blocks: 5,
  /** Addresses blocked at the same time: no longer one attacker but many. */
  blockedAddresses: 50,
  /** Scenes asked for that the whitelist forbids, within a quarter of an hour. */
  forbiddenScenes: 5,
  /** Telemetry handshakes without a valid token, within a quarter of an hour. */
  telemetryRefusals: 20,
} as const;

/** Redis. */
export const REDIS = {
  /** Share of `maxmemory`; keys with an expiry go at 1. */
  memory: 0.85,
  /** Keys dropped per second: sessions and counters end early. */
  evictionsPerSecond: 1,
  /** Share of `maxclients`. */
  clients: 0.8,
  /** Seconds at the 99th percentile of a command, seen by the servers; healthy is below one millisecond. */
  commandSeconds: 0.025,
  /** Failed commands per second over all servers. */
  errorsPerSecond: 0.1,
} as const;

/** Postgres. */
export const POSTGRES = {
  /** Share of `max_connections`; the rest is for backup and administrators. */
  connections: 0.8,
  /** Deadlocks within a quarter of an hour. */
  deadlocks: 3,
  /** Share of transactions that were rolled back. */
  rollbacks: 0.1,
  /** Seconds. A transaction this long keeps VACUUM from cleaning; our own statements end after five seconds. */
  transactionSeconds: 600,
  /** Share of blocks found in memory, below which the instance is too small. */
  cacheHits: 0.95,
  /** Seconds at the 99th percentile of a statement, seen by the servers. */
  querySeconds: 0.1,
  /** Failed statements per second over all servers. */
  errorsPerSecond: 0.1,
  /** Share of a server's pool in use. */
  pool: 0.9,
} as const;

/** Kubernetes: workloads, volumes and nodes. */
export const KUBERNETES = {
  /** Share of a volume that is free; growth by hand takes a day. */
  volumeFree: 0.15,
  /** Share of a volume that is free; Postgres stops at 0. */
  volumeAlmostFull: 0.05,
  /** Share of a node's disk that is free; the kubelet evicts pods at 0.1 (its default `imagefs` and `nodefs` marks). */
  nodeDiskFree: 0.15,
  /** Share of a node's memory that is free. */
  nodeMemoryFree: 0.1,
} as const;

/** Certificates, as shares of their lifetime, because lifetimes keep getting shorter. */
export const CERTIFICATES = {
  /** Renewal starts when a third of the lifetime is left, so at a quarter it has failed for days. */
  lowRemaining: 0.25,
  /** The last tenth: 4.5 days of 45. */
  criticalRemaining: 0.1,
} as const;

/** Backup and restore drill. */
export const BACKUP = {
  /** Seconds. RPO: at most five minutes of the database are lost, so its log is archived at least that often. */
  rpoSeconds: 300,
  /** Seconds. RTO: a restore, measured by the drill, takes at most an hour. */
  rtoSeconds: 3600,
  /** Seconds since the last good backup: a daily one and two hours to run and retry. */
  ageSeconds: 93_600,
  /** Seconds since the last good drill: a weekly one and a day. */
  drillAgeSeconds: 691_200,
  /** Seconds that a backup may run; longer ones collide with the next. */
  runSeconds: 7200,
} as const;

/** Logs. */
export const LOGGING = {
  /** Failed writes per second of one shipper. */
  errorsPerSecond: 0.1,
} as const;

/** Prometheus, Alertmanager and Grafana themselves. */
export const MONITORING = {
  /** Share of notifications that did not leave. */
  failedNotifications: 0.01,
  /** Series in memory; twice what 100 servers make, and two thirds of what the memory holds at about 4 KiB each. */
  headSeries: 1_500_000,
  /** Seconds of silence at the last evaluation of a group, as a share of its interval. */
  evaluationShare: 0.9,
} as const;
