/**
 * One Prometheus metric of the game server. Names follow https://prometheus.io/docs/practices/naming/: one namespace,
 * base units (seconds, bytes, hertz), `_total` on counters, `_info` on constants whose labels are the message.
 */
export interface MetricDefinition {
  readonly name: `spacetime_${string}`;
  readonly type: "counter" | "gauge" | "histogram";
  /** Unit of the value; "1" where it only counts. */
  readonly unit: "1" | "seconds" | "bytes" | "hertz" | "timestamp_seconds";
  readonly labels: readonly string[];
  readonly meaning: string;
  /** Upper bounds of a histogram in its unit; absent where a variable gives them. */
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
const gauge = defineMetric("gauge");
const histogram = defineMetric("histogram");

/** Around the 11.1 ms of a frame at 90 Hz, down to the 16.7 ms of 60 Hz where it becomes critical. */
const FRAME_BUCKETS = [0.008, 0.01, 0.0105, 0.0111, 0.0118, 0.0125, 0.0143, 0.0167, 0.0333, 0.1];

/** From a healthy round trip inside a cluster to the default statement timeout. */
const DATABASE_LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

const PROCESS = [
  gauge("spacetime_build_info", "1", "Always 1; the labels say which build runs where.", [
    "version",
    "implementation",
    "environment",
  ]),
  gauge("spacetime_start_time_seconds", "timestamp_seconds", "Unix time at which the server started."),
  gauge("spacetime_ready", "1", "1 while /ready would answer 200, as of the last sample."),
  gauge("spacetime_draining", "1", "1 while sessions are handed over and new ones are refused."),
  gauge(
    "spacetime_memory_resident_bytes",
    "bytes",
    "Memory of the process as the operating system counts it, not the engine.",
  ),
  gauge("spacetime_memory_target_bytes", "bytes", "Memory above which the server calls itself degraded."),
  counter("spacetime_cpu_seconds_total", "seconds", "Processor time that the process has used."),
];

const ENGINE = [
  gauge("spacetime_frame_rate_hertz", "hertz", "Frames per second over the last sample."),
  gauge("spacetime_frame_rate_target_hertz", "hertz", "Frame rate that the server is set to hold."),
  counter("spacetime_frames_total", "1", "Frames since the start."),
  histogram(
    "spacetime_frame_duration_seconds",
    "seconds",
    "Time from one frame to the next.",
    [],
    FRAME_BUCKETS,
  ),
  counter("spacetime_physics_ticks_total", "1", "Steps of the physics simulation since the start."),
  gauge("spacetime_scene_info", "1", "1 for the scene that is loaded.", ["scene"]),
  counter(
    "spacetime_scene_loads_total",
    "1",
    "Attempts to load a scene; result: loaded, forbidden, timeout.",
    ["result"],
  ),
];

const HTTP = [
  counter(
    "spacetime_http_requests_total",
    "1",
    "Answered requests; route is the path's pattern, so that labels stay few.",
    ["method", "route", "status"],
  ),
  histogram(
    "spacetime_http_request_duration_seconds",
    "seconds",
    "Time from a request's head to the end of its answer.",
    ["method", "route"],
  ),
  gauge("spacetime_http_connections", "1", "Open connections to the HTTP API."),
  counter(
    "spacetime_http_connections_refused_total",
    "1",
    "Connections beyond the limit, answered with 503.",
  ),
  gauge(
    "spacetime_tls_certificate_not_after_timestamp_seconds",
    "timestamp_seconds",
    "End of the served certificate's validity; 0 without TLS.",
  ),
];

const ACCESS = [
  counter(
    "spacetime_rate_limited_total",
    "1",
    "Requests answered with 429; class: global, probe, status, scene_read, scene_write.",
    ["class"],
  ),
  gauge(
    "spacetime_rate_limit_fallback",
    "1",
    "1 while Redis is configured but cannot be asked, so that limits are not shared.",
  ),
  counter("spacetime_auth_failures_total", "1", "Refused requests; reason: missing, invalid, role.", [
    "reason",
  ]),
  counter("spacetime_intrusion_blocks_total", "1", "Addresses that were blocked for repeated failures."),
  gauge("spacetime_intrusion_blocked_addresses", "1", "Addresses that are blocked now."),
  counter(
    "spacetime_audit_records_total",
    "1",
    "Audit records written; kind: auth, scene, admin, player, world, drain.",
    ["kind"],
  ),
  counter("spacetime_log_lines_total", "1", "Log lines written; level: debug, info, warning, error.", [
    "level",
  ]),
];

const PLAYERS = [
  gauge("spacetime_players", "1", "Players with a session on this server."),
  gauge("spacetime_players_maximum", "1", "Players that this server takes."),
  counter(
    "spacetime_sessions_total",
    "1",
    "Sessions; event: opened, resumed, handed_over, closed, idle, refused.",
    ["event"],
  ),
  gauge("spacetime_world_objects", "1", "Objects of the world that this server knows."),
  gauge("spacetime_world_unsaved_objects", "1", "Objects whose last change is not yet in the database."),
  counter("spacetime_world_saves_total", "1", "Writes of changed objects; result: saved, failed.", [
    "result",
  ]),
  counter("spacetime_world_snapshots_total", "1", "Snapshots of the whole world; result: saved, failed.", [
    "result",
  ]),
  gauge(
    "spacetime_world_last_snapshot_timestamp_seconds",
    "timestamp_seconds",
    "Unix time of the last snapshot; 0 before the first.",
  ),
];

const TELEMETRY = [
  gauge("spacetime_telemetry_clients", "1", "Connected telemetry clients."),
  gauge("spacetime_telemetry_clients_maximum", "1", "Telemetry clients that this server takes."),
  counter(
    "spacetime_telemetry_connections_total",
    "1",
    "WebSocket handshakes; result: accepted, unauthorized, full, draining.",
    ["result"],
  ),
  counter(
    "spacetime_telemetry_frames_sent_total",
    "1",
    "Frames handed to clients' connections; format: binary, json.",
    ["format"],
  ),
  counter(
    "spacetime_telemetry_frames_dropped_total",
    "1",
    "Frames left out for clients that read too slowly.",
  ),
  counter("spacetime_telemetry_sent_bytes_total", "bytes", "Payload of sent frames before compression."),
];

const MESH = [
  gauge("spacetime_mesh_peers", "1", "Other servers that were heard within the peer timeout."),
  counter(
    "spacetime_discovery_datagrams_total",
    "1",
    "Discovery datagrams; direction: sent, received; result: ok, refused.",
    ["direction", "result"],
  ),
];

const DATABASE_AND_REDIS = [
  gauge("spacetime_database_up", "1", "1 while the configured database answers; 0 also without one."),
  histogram(
    "spacetime_database_query_duration_seconds",
    "seconds",
    "Time of one statement, waiting for a connection included.",
    [],
    DATABASE_LATENCY_BUCKETS,
  ),
  counter("spacetime_database_errors_total", "1", "Statements that failed."),
  gauge("spacetime_database_connections", "1", "Connections of the pool; state: idle, used.", ["state"]),
  gauge("spacetime_redis_up", "1", "1 while the configured Redis answers; 0 also without one."),
  histogram(
    "spacetime_redis_command_duration_seconds",
    "seconds",
    "Time of one command.",
    [],
    DATABASE_LATENCY_BUCKETS,
  ),
  counter("spacetime_redis_errors_total", "1", "Commands that failed or timed out."),
  gauge("spacetime_cache_entries", "1", "Entries that CacheManager holds."),
  counter("spacetime_cache_requests_total", "1", "Questions to CacheManager; result: hit, miss.", ["result"]),
];

const FEATURES = [
  counter("spacetime_jobs_total", "1", "Finished background jobs; result: done, failed.", ["result"]),
  counter(
    "spacetime_webhook_deliveries_total",
    "1",
    "Events sent to registered services; result: delivered, failed.",
    ["result"],
  ),
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
