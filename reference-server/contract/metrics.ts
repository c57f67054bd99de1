/**
 * A Prometheus metric of the game server. Names follow https://prometheus.io/docs/practices/naming/: one namespace,
 * base units (seconds, bytes, hertz), `_total` on counters, `_info` on constant metrics whose labels carry the information.
 */
interface MetricDefinition {
  readonly name: `spacetime_${string}`;
  readonly type: "counter" | "gauge" | "histogram";
  /** Unit of the value; "1" for a plain count. */
  readonly unit: "1" | "seconds" | "bytes" | "hertz" | "timestamp_seconds";
  readonly labels: readonly string[];
  /**
   * All values of each label, for counters whose labels have a fixed set of values. The server exposes these series at zero from the
   * start: `increase()` over a series that appears with its first event is 0, so an alert on it would miss the first burst
   * (https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics).
   */
  readonly labelValues?: Readonly<Record<string, readonly string[]>>;
  readonly meaning: string;
  /** Upper bounds of a histogram in its unit; absent when a variable defines them. */
  readonly buckets?: readonly number[];
}

type MetricUnit = MetricDefinition["unit"];
type MetricNamePattern = MetricDefinition["name"];

function defineMetric(type: MetricDefinition["type"]) {
  return <const Given extends MetricNamePattern>(
    name: Given,
    unit: MetricUnit,
    meaning: string,
    labels: readonly string[] = [],
    buckets?: readonly number[],
  ): MetricDefinition & { readonly name: Given } => ({
    name,
    type,
    unit,
    labels,
    meaning,
    ...(buckets === undefined ? {} : { buckets }),
  });
}

const counter = defineMetric("counter");

/** A counter whose labels have a fixed set of values, which its description lists. */
function countedBy<const Given extends MetricNamePattern>(
  name: Given,
  meaning: string,
  labelValues: Readonly<Record<string, readonly string[]>>,
): MetricDefinition & { readonly name: Given } {
  const lists = Object.entries(labelValues).map(([label, values]) => `${label}: ${values.join(", ")}`);
  const text = `${meaning}; ${lists.join("; ")}.`;
  return { ...counter(name, "1", text, Object.keys(labelValues)), labelValues };
}

const gauge = defineMetric("gauge");
const histogram = defineMetric("histogram");

/** Buckets around 11.1 ms (90 Hz), up to 16.7 ms (60 Hz), where the frame rate becomes critical, and beyond. */
const FRAME_BUCKETS = [0.008, 0.01, 0.0105, 0.0111, 0.0118, 0.0125, 0.0143, 0.0167, 0.0333, 0.1];

/** From a typical round trip inside a cluster to the default statement timeout. */
const DATABASE_LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

const PROCESS = [
  gauge("spacetime_build_info", "1", "Always 1; the labels identify the running build and its environment.", [
    "version",
    "implementation",
    "environment",
  ]),
  gauge("spacetime_start_time_seconds", "timestamp_seconds", "Unix time at which the server started."),
  gauge("spacetime_ready", "1", "1 if /ready returned 200 at the last sample, 0 otherwise."),
  gauge(
    "spacetime_draining",
    "1",
    "1 while the server is draining: sessions are handed over and new ones are rejected.",
  ),
  gauge(
    "spacetime_memory_resident_bytes",
    "bytes",
    "Resident memory of the process as reported by the operating system, not by the engine.",
  ),
  gauge(
    "spacetime_memory_target_bytes",
    "bytes",
    "Memory above which the server reports the status degraded.",
  ),
  counter("spacetime_cpu_seconds_total", "seconds", "CPU time used by the process."),
];

const ENGINE = [
  gauge("spacetime_frame_rate_hertz", "hertz", "Frames per second over the last sample."),
  gauge("spacetime_frame_rate_target_hertz", "hertz", "Configured target frame rate."),
  counter("spacetime_frames_total", "1", "Frames since the process started."),
  histogram(
    "spacetime_frame_duration_seconds",
    "seconds",
    "Time from one frame to the next.",
    [],
    FRAME_BUCKETS,
  ),
  counter("spacetime_physics_ticks_total", "1", "Physics simulation steps since the process started."),
  gauge("spacetime_scene_info", "1", "1 for the loaded scene.", ["scene"]),
  countedBy("spacetime_scene_loads_total", "Attempts to load a scene", {
    result: ["loaded", "forbidden", "timeout"],
  }),
];

const HTTP = [
  counter(
    "spacetime_http_requests_total",
    "1",
    "HTTP requests; route is the path pattern, which bounds the number of series.",
    ["method", "route", "status"],
  ),
  histogram(
    "spacetime_http_request_duration_seconds",
    "seconds",
    "Time from receiving the request headers to sending the response.",
    ["method", "route"],
  ),
  gauge("spacetime_http_connections", "1", "Open connections to the HTTP API."),
  counter(
    "spacetime_http_connections_refused_total",
    "1",
    "Connections rejected with 503 because the connection limit was reached.",
  ),
  gauge(
    "spacetime_tls_certificate_not_after_timestamp_seconds",
    "timestamp_seconds",
    "Unix time at which the served certificate expires; 0 without TLS.",
  ),
];

const ACCESS = [
  countedBy("spacetime_rate_limited_total", "Requests rejected with 429", {
    class: ["global", "probe", "status", "scene_read", "scene_write"],
  }),
  gauge(
    "spacetime_rate_limit_fallback",
    "1",
    "1 while the configured Redis is unavailable, so that rate limits are not shared between servers.",
  ),
  countedBy("spacetime_auth_failures_total", "Rejected requests", { reason: ["missing", "invalid", "role"] }),
  counter("spacetime_intrusion_blocks_total", "1", "Addresses blocked after repeated failures."),
  gauge("spacetime_intrusion_blocked_addresses", "1", "Addresses that are currently blocked."),
  countedBy("spacetime_audit_records_total", "Audit records written", {
    kind: ["auth", "scene", "admin", "player", "world", "drain"],
  }),
  countedBy("spacetime_log_lines_total", "Log lines written", {
    level: ["debug", "info", "warning", "error"],
  }),
];

const PLAYERS = [
  gauge("spacetime_players", "1", "Players with a session on this server."),
  gauge("spacetime_players_maximum", "1", "Maximum number of players on this server."),
  countedBy("spacetime_sessions_total", "Sessions", {
    event: ["opened", "resumed", "handed_over", "closed", "idle", "refused"],
  }),
  gauge("spacetime_world_objects", "1", "World objects that this server has loaded."),
  gauge(
    "spacetime_world_unsaved_objects",
    "1",
    "World objects with changes that are not yet saved to the database.",
  ),
  countedBy("spacetime_world_saves_total", "Saves of changed world objects", { result: ["saved", "failed"] }),
  countedBy("spacetime_world_snapshots_total", "World snapshots", { result: ["saved", "failed"] }),
  gauge(
    "spacetime_world_last_snapshot_timestamp_seconds",
    "timestamp_seconds",
    "Unix time of the last world snapshot; 0 before the first one.",
  ),
];

const TELEMETRY = [
  gauge("spacetime_telemetry_clients", "1", "Connected telemetry clients."),
  gauge("spacetime_telemetry_clients_maximum", "1", "Maximum number of telemetry clients on this server."),
  countedBy("spacetime_telemetry_connections_total", "WebSocket handshakes", {
    result: ["accepted", "unauthorized", "full", "draining"],
  }),
  countedBy("spacetime_telemetry_frames_sent_total", "Frames sent to clients", {
    format: ["binary", "json"],
  }),
  counter(
    "spacetime_telemetry_frames_dropped_total",
    "1",
    "Frames dropped because a client reads too slowly.",
  ),
  counter(
    "spacetime_telemetry_sent_bytes_total",
    "bytes",
    "Payload bytes of sent frames, before compression.",
  ),
];

const MESH = [
  gauge("spacetime_mesh_peers", "1", "Other servers discovered within the peer timeout."),
  countedBy("spacetime_discovery_datagrams_total", "Discovery datagrams", {
    direction: ["sent", "received"],
    result: ["ok", "refused"],
  }),
];

const DATABASE_AND_REDIS = [
  gauge(
    "spacetime_database_up",
    "1",
    "1 while the configured database is available; 0 otherwise, also when none is configured.",
  ),
  histogram(
    "spacetime_database_query_duration_seconds",
    "seconds",
    "Duration of a statement, including the wait for a connection.",
    [],
    DATABASE_LATENCY_BUCKETS,
  ),
  counter("spacetime_database_errors_total", "1", "Failed statements."),
  gauge("spacetime_database_connections", "1", "Connections in the pool; state: idle, used.", ["state"]),
  gauge(
    "spacetime_redis_up",
    "1",
    "1 while the configured Redis is available; 0 otherwise, also when none is configured.",
  ),
  histogram(
    "spacetime_redis_command_duration_seconds",
    "seconds",
    "Duration of a command.",
    [],
    DATABASE_LATENCY_BUCKETS,
  ),
  counter("spacetime_redis_errors_total", "1", "Commands that failed or timed out."),
  gauge("spacetime_cache_entries", "1", "Entries in CacheManager."),
  countedBy("spacetime_cache_requests_total", "Lookups in CacheManager", { result: ["hit", "miss"] }),
];

const FEATURES = [
  countedBy("spacetime_jobs_total", "Finished background jobs", { result: ["done", "failed"] }),
  countedBy("spacetime_webhook_deliveries_total", "Webhook deliveries", { result: ["delivered", "failed"] }),
];

/** Every metric of the game-server contract; the server emits exactly these. */
export const METRICS = [
  ...PROCESS,
  ...ENGINE,
  ...HTTP,
  ...ACCESS,
  ...PLAYERS,
  ...TELEMETRY,
  ...MESH,
  ...DATABASE_AND_REDIS,
  ...FEATURES,
] as const;

/** The name of a metric of the contract. */
export type MetricName = (typeof METRICS)[number]["name"];
