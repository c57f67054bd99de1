/**
 * The thresholds of all alerts; dashboards draw their threshold lines from the same constants. Each comment states the unit
 * and the reason, or the source: seed documents 000, 002 and 003 of the product, or the default of a setting.
 */

/** Frame rate. */
export const FRAME_RATE = {
  /** Hz. Seed document 003: 85 to 95 is stable. */
  low: 85,
  /** Hz. Upper end of the stable range in seed document 003; above it, the frame limiter is off and CPU time is wasted. */
  high: 95,
  /** Hz. Seed document 002 ("60/90 FPS"); lower frame rates cause motion sickness in VR. */
  critical: 60,
  /** Physics steps per frame. GODOT_PHYSICS_TICKS_PER_SECOND equals the frame rate; one lost step in twenty is visible as judder. */
  physicsOfFrames: 0.95,
  /** Seconds. One frame at 60 Hz; the 99th percentile of frame times must be shorter. */
  slowFrameSeconds: 0.0167,
  /** Share of telemetry frames that were dropped; above 1 %, motion visibly jumps. */
  droppedFrames: 0.01,
  /** Share of a server's maximum number of telemetry clients; at 1, new clients are rejected. */
  telemetryClients: 0.9,
} as const;

/** Memory and CPU of a server, measured at the container because release builds do not report the engine's own figures. */
export const SERVER = {
  /** Bytes. Seed document 003: memory stays below 400 MB. */
  memoryTargetBytes: 400_000_000,
  /** Share of the container's memory limit; at 0.9, about 50 MB of the usual 512 Mi are left before an OOM kill. */
  memoryOfLimit: 0.9,
  /** Seconds. Forecast horizon for memory growth: four hours. */
  memoryForecastSeconds: 14_400,
  /** Share of CPU periods in which the container was throttled; frames are late well before half of the periods are. */
  cpuThrottled: 0.25,
  /** Starts of one container within an hour; a deployment causes one. */
  restartsPerHour: 2,
  /** Share of all player slots; the autoscaler needs two minutes to add a server, so about a seventh must be free. */
  seatsTaken: 0.85,
  /** Rejected sessions within ten minutes; a single one can be a client that connects while its server drains. */
  refusedSessions: 5,
  /** Scene loads that timed out within 15 minutes. */
  sceneTimeouts: 2,
  /** Failed world saves within ten minutes; every object is retried, so a single failure loses no data. */
  failedWorldSaves: 3,
  /** Seconds. Twice the snapshot interval of production (GODOT_BACKUP_SNAPSHOT_INTERVAL_MINUTES is 15). */
  snapshotAgeSeconds: 1800,
  /** Share of objects that are not saved; saves run every 30 s, so most objects are saved at any time, even under load. */
  unsavedObjects: 0.5,
  /** Error log lines per second and server: six per minute. */
  errorLinesPerSecond: 0.1,
  /** Share of jobs or deliveries that failed. */
  failedWork: 0.1,
} as const;

/** HTTP API and gateway. */
export const HTTP = {
  /** Share of responses with 5xx: one in a hundred causes support requests. */
  errorsElevated: 0.01,
  /** Share of responses with 5xx: at one in twenty, some players have an outage. */
  errorsHigh: 0.05,
  /** Seconds. 95th percentile; the same limit as in the SLO, so that this alert fires before the error budget is spent. */
  p95Seconds: 0.25,
  /** Seconds. 99th percentile; clients time out after a few seconds. */
  p99Seconds: 1,
  /** Seconds. Duration of a blackbox probe, including the TLS handshake. */
  probeSeconds: 2,
  /** Rejected connections per second over all servers. */
  refusedPerSecond: 0.1,
  /** Connections of one gateway pod; nginx.conf allows 8,192 per worker, so this is about 80 % of a pod with one worker. */
  gatewayConnections: 6500,
} as const;

/** Server meshing. */
export const MESH = {
  /** Share of received datagrams that were rejected (wrong key or invalid format). */
  refusedDatagrams: 0.01,
  /** Sessions that were handed over but not resumed within 15 minutes; a few players leave during a handover. */
  lostHandovers: 5,
} as const;

/** Security. */
export const SECURITY = {
  /** Invalid credentials per second: 30 per minute. GODOT_IDS_MAX_FAILURES blocks an address after 10 in five minutes. */
  invalidPerSecond: 0.5,
  /** Invalid credentials per second: 300 per minute, the global rate limit of one client (seed document 003). */
  bruteForcePerSecond: 5,
  /** Requests per second without the required role: ten per minute indicate probing for accessible endpoints. */
  wrongRolePerSecond: 0.17,
  /** Responses with 429 per minute over all servers: as many as the global limit of 300/min (seed document 003) allows. */
  limitedPerMinute: 300,
  /** Addresses blocked within 15 minutes. */
  blocks: 5,
  /** Addresses blocked at the same time: a distributed attack. */
  blockedAddresses: 50,
  /** Requests for scenes that are not on the whitelist, within 15 minutes. */
  forbiddenScenes: 5,
  /** Telemetry handshakes without a valid token, within 15 minutes. */
  telemetryRefusals: 20,
} as const;

/** Redis. */
export const REDIS = {
  /** Share of `maxmemory`; at 1, Redis evicts keys with an expiry. */
  memory: 0.85,
  /** Evicted keys per second; sessions and rate-limit counters end early. */
  evictionsPerSecond: 1,
  /** Share of `maxclients`. */
  clients: 0.8,
  /** Seconds. 99th percentile of a command, measured by the game servers; normal is below one millisecond. */
  commandSeconds: 0.025,
  /** Failed commands per second over all servers. */
  errorsPerSecond: 0.1,
} as const;

/** Postgres. */
export const POSTGRES = {
  /** Share of `max_connections`; the rest is for backups and administrators. */
  connections: 0.8,
  /** Deadlocks within 15 minutes. */
  deadlocks: 3,
  /** Share of transactions that were rolled back. */
  rollbacks: 0.1,
  /** Seconds. A transaction this long blocks VACUUM; the game servers' own statements time out after five seconds. */
  transactionSeconds: 600,
  /** Cache hit ratio of block reads; below it, the instance has too little memory. */
  cacheHits: 0.95,
  /** Seconds. 99th percentile of a statement, measured by the game servers. */
  querySeconds: 0.1,
  /** Failed statements per second over all servers. */
  errorsPerSecond: 0.1,
  /** Share of a server's connection pool that is in use. */
  pool: 0.9,
} as const;

/** Kubernetes: workloads, volumes and nodes. */
export const KUBERNETES = {
  /** Share of a volume that is free; expanding a volume manually takes up to a day. */
  volumeFree: 0.15,
  /** Share of a volume that is free; Postgres stops when nothing is free. */
  volumeAlmostFull: 0.05,
  /** Share of a node's disk that is free; the kubelet evicts pods near 0.1 (its default `nodefs` and `imagefs` thresholds). */
  nodeDiskFree: 0.15,
  /** Share of a node's memory that is free. */
  nodeMemoryFree: 0.1,
} as const;

/** Certificates, as shares of their lifetime, because lifetimes keep getting shorter. */
export const CERTIFICATES = {
  /** cert-manager renews when a third of the lifetime is left, so at a quarter, renewals have failed for days. */
  lowRemaining: 0.25,
  /** The last tenth: 4.5 days of 45. */
  criticalRemaining: 0.1,
} as const;

/** Backup and restore drill. */
export const BACKUP = {
  /** Seconds. RPO: at most five minutes of database changes are lost, so WAL is archived at least that often. */
  rpoSeconds: 300,
  /** Seconds. RTO: a restore, measured by the drill, takes at most an hour. */
  rtoSeconds: 3600,
  /** Seconds since the last successful backup: backups run daily, plus two hours for the run and retries. */
  ageSeconds: 93_600,
  /** Seconds since the last successful restore drill: drills run weekly, plus one day. */
  drillAgeSeconds: 691_200,
  /** Seconds. Maximum duration of a backup; a longer one can overlap with the next. */
  runSeconds: 7200,
} as const;

/** Logs. */
export const LOGGING = {
  /** Failed writes per second of one log shipper. */
  errorsPerSecond: 0.1,
} as const;

/** Prometheus, Alertmanager and Grafana themselves. */
export const MONITORING = {
  /** Share of notifications that failed. */
  failedNotifications: 0.01,
  /** Series in memory: twice what 100 servers produce, and two thirds of what fits into memory at about 4 KiB per series. */
  headSeries: 1_500_000,
  /** Share of its interval that a rule group's last evaluation took. */
  evaluationShare: 0.9,
} as const;
