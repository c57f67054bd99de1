import { healthyCluster, withObject } from "./support/cluster.ts";
import { grafanaWith, prometheusWith, type Series } from "./support/monitoring.ts";
import {
  all,
  answer,
  certificate,
  cluster,
  deployment,
  expected,
  header,
  inCluster,
  member,
  scrape,
  scrapes,
  session,
  status,
  type Tamper,
  target,
} from "./support/tamper.ts";

/** A way in which an environment is ill, and the finding that must say so. */
export interface FailingCase {
  /** `suite/check`. */
  readonly check: string;
  readonly finding: string;
  /** What is wrong, as the end of a title. */
  readonly when: string;
  readonly tamper: Tamper;
}

const ill = (check: string, finding: string, when: string, tamper: Tamper): FailingCase => ({
  check,
  finding,
  when,
  tamper,
});

/** In a cluster with one object changed, or taken away. */
const object = (
  part: Parameters<typeof withObject>[1],
  name: string,
  change: (found: never) => object | undefined,
): Tamper =>
  all(
    inCluster,
    cluster((found) => withObject(found, part, name, change as never)),
  );
const gone = (): undefined => undefined;
const statusOf = (patch: object) => (found: { status?: object }) => ({
  ...found,
  status: { ...found.status, ...patch },
});
const specOf = (patch: object) => (found: { spec?: object }) => ({
  ...found,
  spec: { ...found.spec, ...patch },
});

const series = (...given: Series): Tamper => all(inCluster, () => ({ prometheus: prometheusWith(given) }));
const prometheus = (answers: Readonly<Record<string, unknown>>): Tamper =>
  all(inCluster, () => ({ prometheus: prometheusWith([], answers) }));

const noToken: Tamper = (context) => {
  const { apiToken: _apiToken, metricsToken: _metricsToken, ...rest } = context.target;
  return { target: rest };
};
const asNobody = (ask: { as?: unknown }): boolean => ask.as === "none";
const asSomebody = (ask: { as?: unknown }): boolean => typeof ask.as === "object";
const opened: Tamper = () => ({ port: async () => "open" });
const closed: Tamper = () => ({ port: async () => "closed" });
const PROCESS = { name: "server-a", state: "running", pid: 1, restarts: 0, alive: true };
const DAY = 86_400_000;

const VERIFY = [
  ill(
    "verify/instances-running",
    "running",
    "a process has ended",
    deployment({ processes: [{ ...PROCESS, alive: false, state: "failed" }] }),
  ),
  ill(
    "verify/instances-running",
    "no-restarts",
    "a process was started again",
    deployment({ processes: [{ ...PROCESS, restarts: 2 }] }),
  ),
  ill(
    "verify/instances-running",
    "running",
    "a pod is pending",
    object("pods", "gateway-a", statusOf({ phase: "Pending" })),
  ),
  ill(
    "verify/instances-running",
    "no-restarts",
    "a container restarted",
    object("pods", "gateway-a", statusOf({ containerStatuses: [{ name: "nginx", restartCount: 3 }] })),
  ),
  ill(
    "verify/instances-running",
    "running",
    "an address answers no status",
    all(() => ({ processes: undefined as never }), status(/^GET \/status/, 404)),
  ),
  ill("verify/api-health", "status-200", "the main loop stalls", status(/^GET \/health/, 503)),
  ill(
    "verify/api-health",
    "body",
    "the body says something else",
    member(/^GET \/health/, { status: "fine" }),
  ),
  ill(
    "verify/api-status",
    "healthy",
    "the server is draining",
    member(/^GET \/status/, { status: "draining" }),
  ),
  ill(
    "verify/api-status",
    "environment",
    "it is another environment",
    member(/^GET \/status/, { environment: "production" }),
  ),
  ill("verify/api-status", "http-api-active", "the API is off", member(/^GET \/status/, { http_api: "off" })),
  ill("verify/api-status", "shape", "members are missing", member(/^GET \/status/, { telemetry: undefined })),
  ill(
    "verify/telemetry-websocket",
    "listening",
    "the handshake is refused",
    session(() => ({ opened: false, refusedWith: 503, frames: [] })),
  ),
  ill(
    "verify/telemetry-websocket",
    "connected",
    "no frame comes",
    session(() => ({ frames: [] })),
  ),
  ill(
    "verify/telemetry-websocket",
    "connected",
    "messages are not of the contract",
    session(() => ({ unknown: 4 })),
  ),
  ill(
    "verify/scene-loaded",
    "current",
    "another scene is loaded",
    member(/^GET \/status/, { scene: "res://tests/other.tscn" }),
  ),
  ill(
    "verify/scene-loaded",
    "loaded",
    "the scene has no time of loading",
    member(/^GET \/scene/, { loaded_at: undefined }),
  ),
  ill(
    "verify/authentication",
    "without-token",
    "nobody is let in",
    status(/^GET \/performance/, 200, asNobody),
  ),
  ill(
    "verify/authentication",
    "wrong-token",
    "a wrong token is let in",
    status(/^GET \/performance/, 200, asSomebody),
  ),
  ill(
    "verify/authentication",
    "with-token",
    "the right token is refused",
    status(/^GET \/performance/, 401, (ask) => ask.as === undefined),
  ),
  ill("verify/authentication", "with-token", "no token is given", noToken),
  ill(
    "verify/authentication",
    "player-refused",
    "a player may do what takes an operator",
    status(/^DELETE \/players/, 204, asSomebody),
  ),
  ill("verify/rate-limiting", "over-limit", "no limit holds", status(/^GET \/scene/, 200)),
  ill(
    "verify/rate-limiting",
    "under-limit",
    "the refusal says no time",
    header(/^GET \/scene/, "retry-after", "soon"),
  ),
  ill(
    "verify/rate-limiting",
    "under-limit",
    "others are refused, too",
    status(/^GET \/scene/, 429, (ask) => ask.bucket?.endsWith("-calm") === true),
  ),
  ill("verify/scene-whitelist", "unlisted", "a test scene is loaded", status(/^POST \/scene/, 200)),
  ill(
    "verify/scene-whitelist",
    "enforced",
    "a disguised path passes",
    status(/^POST \/scene/, 200, ({ body }) => String((body as { scene: string }).scene).includes("..")),
  ),
  ill("verify/scene-whitelist", "enforced", "the listed scene is refused", status(/^POST \/scene/, 403)),
  ill("verify/performance-metrics", "answers", "it is not found", status(/^GET \/performance/, 404)),
  ill(
    "verify/performance-metrics",
    "complete",
    "a figure is missing",
    member(/^GET \/performance/, { fps: undefined }),
  ),
  ill(
    "verify/performance-metrics",
    "complete",
    "the loop stands still",
    member(/^GET \/performance/, { fps: 0 }),
  ),
];

const SMOKE = [
  ill("smoke/health-endpoint", "answers", "it is not ok", member(/^GET \/health/, { status: "stalled" })),
  ill("smoke/health-endpoint", "not-everything", "every path is answered", status(/^GET \/probe-/, 200)),
  ill("smoke/status-endpoint", "shape", "members are missing", member(/^GET \/status/, { vr: undefined })),
  ill("smoke/status-endpoint", "version", "another version runs", target({ release: "9.9.9" })),
  ill(
    "smoke/metrics-endpoint",
    "complete",
    "most metrics are missing",
    answer(/^GET \/metrics/, () => ({ text: "# TYPE spacetime_build_info gauge\n" })),
  ),
  ill(
    "smoke/metrics-endpoint",
    "alive",
    "the counters stand still",
    answer(/^GET \/metrics/, ({ text }) => ({
      text: text.replaceAll(/^spacetime_frames_total \S+/gm, "spacetime_frames_total 7"),
    })),
  ),
  ill(
    "smoke/websocket",
    "frames",
    "nothing is sent",
    session(() => ({ frames: [], spanMs: 0 })),
  ),
  ill(
    "smoke/websocket",
    "rate",
    "frames come at half the rate",
    session(({ spanMs }) => ({ spanMs: spanMs * 2 })),
  ),
  ill("smoke/debug-adapter-closed", "closed", "the port is open", opened),
  ill("smoke/language-server-closed", "closed", "the port is open", opened),
  ill(
    "smoke/response-time",
    "percentile",
    "answers take a second",
    answer(/./, () => ({ ms: 1000 })),
  ),
  ill("smoke/authentication", "refused", "a guarded route is open", status(/^GET \/players/, 200, asNobody)),
  ill("smoke/authentication", "served", "the right token is refused", status(/^GET \/players/, 401)),
  ill(
    "smoke/authentication",
    "telemetry",
    "telemetry does not ask for the token it should",
    member(/^GET \/status/, { telemetry: { state: "active", rate_hz: 30, auth_required: true } }),
  ),
  ill("smoke/rate-limiting", "refused", "no limit holds", status(/^GET \/scene/, 200)),
  ill(
    "smoke/rate-limiting",
    "retry-after",
    "the refusal says no time",
    header(/^GET \/scene/, "retry-after", ""),
  ),
  ill(
    "smoke/tls-certificate",
    "chain",
    "nobody vouches for it",
    certificate({ untrusted: "SELF_SIGNED_CERT_IN_CHAIN" }),
  ),
  ill(
    "smoke/tls-certificate",
    "name",
    "it is for another name",
    certificate({ wrongName: "play.example.com" }),
  ),
  ill(
    "smoke/tls-certificate",
    "expiry",
    "it has expired",
    certificate({ notAfter: new Date(Date.now() - DAY) }),
  ),
  ill("smoke/tls-certificate", "modern", "old TLS is spoken", certificate({ protocol: "TLSv1.1" })),
];

const HEALTH_PLATFORM = [
  ill("health/namespaces", "active", "others can list the state", deployment({ directoryMode: 0o755 })),
  ill(
    "health/namespaces",
    "created",
    "a namespace is missing",
    object("namespaces", "spacetime-backup", gone),
  ),
  ill(
    "health/namespaces",
    "active",
    "a namespace is not restricted",
    object("namespaces", "spacetime", (found: { metadata: object }) => ({
      ...found,
      metadata: { ...found.metadata, labels: {} },
    })),
  ),
  ill(
    "health/configuration",
    "created",
    "others can read a secret",
    deployment({ secrets: [{ path: "secrets/api-token", mode: 0o644, bytes: 43, changedMs: 0 }] }),
  ),
  ill(
    "health/configuration",
    "as-planned",
    "another scene is configured",
    member(/^GET \/status/, { settings: { scenes: { main: "res://other.tscn" } } }),
  ),
  ill(
    "health/configuration",
    "created",
    "a ConfigMap is missing",
    object("configMaps", "game-server-env-0123456789", gone),
  ),
  ill(
    "health/configuration",
    "as-planned",
    "a value was changed by hand",
    object("configMaps", "game-server-env-0123456789", (found: object) => ({
      ...found,
      data: { GODOT_ENV: "local" },
    })),
  ),
  ill("health/volumes", "database-space", "the disk is full", deployment({ freeBytes: 1e6 })),
  ill("health/volumes", "bound", "the data directory cannot be written", deployment({ writable: false })),
  ill("health/volumes", "created", "a claim is missing", object("claims", "data-postgres-0", gone)),
  ill(
    "health/volumes",
    "bound",
    "a claim is pending",
    object("claims", "data-redis-0", statusOf({ phase: "Pending" })),
  ),
  ill(
    "health/volumes",
    "database-space",
    "the volume is almost full",
    series(["kubelet_volume_stats", [0.05]]),
  ),
  ill("health/services", "addresses", "nobody listens", closed),
  ill(
    "health/services",
    "endpoints",
    "nobody is ready behind it",
    object("endpointSlices", "game-server-x", gone),
  ),
  ill(
    "health/services",
    "addresses",
    "the load balancer is pending",
    object("services", "gateway", statusOf({ loadBalancer: {} })),
  ),
  ill(
    "health/rollout",
    "complete",
    "another release runs than the pointer names",
    deployment({ runningRelease: "20250101-000000-0123456789" }),
  ),
  ill(
    "health/rollout",
    "pods-running",
    "a process has ended",
    deployment({ processes: [{ ...PROCESS, alive: false }] }),
  ),
  ill(
    "health/rollout",
    "stateful-sets",
    "Redis lacks its replica",
    object("statefulSets", "redis", statusOf({ readyReplicas: 0 })),
  ),
  ill("health/rollout", "deployments", "the gateway is gone", object("deployments", "gateway", gone)),
  ill(
    "health/rollout",
    "complete",
    "an old pod is left",
    object("deployments", "gateway", statusOf({ replicas: 2 })),
  ),
  ill(
    "health/rollout",
    "pods-running",
    "a pod has failed",
    object("pods", "gateway-a", statusOf({ phase: "Failed" })),
  ),
  ill(
    "health/autoscaler",
    "created",
    "nobody scales the servers",
    object("autoscalers", "game-server-main", gone),
  ),
  ill(
    "health/autoscaler",
    "metrics",
    "it sees no metrics",
    object(
      "autoscalers",
      "game-server-main",
      statusOf({ conditions: [{ type: "ScalingActive", status: "False" }] }),
    ),
  ),
  ill(
    "health/disruption-budgets",
    "allowed",
    "the server drains",
    member(/^GET \/drain/, { state: "draining" }),
  ),
  ill(
    "health/disruption-budgets",
    "allowed",
    "no pod may be taken away",
    object("disruptionBudgets", "game-server-main", statusOf({ disruptionsAllowed: 0 })),
  ),
  ill(
    "health/zone-spread",
    "spread",
    "all servers stand in one zone",
    all(
      inCluster,
      cluster((found) =>
        withObject(
          withObject(found, "pods", "game-server-main-b", specOf({ nodeName: "node-a" }) as never),
          "pods",
          "gateway-a",
          gone,
        ),
      ),
    ),
  ),
  ill("health/readiness", "ready", "the server is not ready", all(status(/^GET \/ready/, 503))),
  ill(
    "health/readiness",
    "none-draining",
    "the server drains",
    member(/^GET \/ready/, {
      checks: { autoloads: "ok", database: "off", redis: "off", draining: "failed" },
    }),
  ),
  ill("health/readiness", "enough", "a server is missing", object("pods", "game-server-main-b", gone)),
  ill(
    "health/pod-restarts",
    "none",
    "a process was started again",
    deployment({ processes: [{ ...PROCESS, restarts: 1 }] }),
  ),
  ill(
    "health/pod-restarts",
    "memory",
    "a container was killed for its memory",
    object(
      "pods",
      "gateway-a",
      statusOf({
        containerStatuses: [
          {
            name: "nginx",
            restartCount: 0,
            lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } },
          },
        ],
      }),
    ),
  ),
  ill(
    "health/image-digest",
    "digest",
    "the release's files are gone",
    deployment({ current: { release: "x", exists: false } }),
  ),
  ill(
    "health/image-digest",
    "digest",
    "a server runs another image",
    object(
      "pods",
      "game-server-main-a",
      statusOf({
        containerStatuses: [
          { name: "game-server", restartCount: 0, imageID: "example.com/spacetime-vr/server@sha256:2" },
        ],
      }),
    ),
  ),
];

const BUCKETS = 'spacetime_frame_duration_seconds_bucket{le="0.0111"}';
const INFINITE = 'spacetime_frame_duration_seconds_bucket{le="+Inf"}';
const POOL =
  'spacetime_database_connections{state="used"} 10\nspacetime_database_connections{state="idle"} 0\n';

const HEALTH_NETWORK = [
  ill(
    "health/gateway-exposure",
    "routes",
    "telemetry is not routed",
    session(() => ({ opened: false, refusedWith: 404 })),
  ),
  ill("health/gateway-exposure", "created", "nginx does not run", (context) => {
    const { local } = context.target;
    return local === undefined
      ? {}
      : { target: { ...context.target, local: { ...local, gateway: "nginx" } } };
  }),
  ill(
    "health/gateway-exposure",
    "created",
    "the Service is for the cluster alone",
    object("services", "gateway", specOf({ type: "ClusterIP" })),
  ),
  ill(
    "health/gateway-exposure",
    "address",
    "the load balancer is pending",
    object("services", "gateway", statusOf({ loadBalancer: {} })),
  ),
  ill("health/public-name", "address", "the name leads nowhere", () => ({ resolve: async () => [] })),
  ill(
    "health/public-name",
    "address",
    "the name leads elsewhere",
    all(inCluster, () => ({ resolve: async () => ["203.0.113.9"] })),
  ),
  ill(
    "health/public-name",
    "serves-release",
    "another deployment answers",
    member(/^GET \/status/, { public_host: "play.example.com" }),
  ),
  ill(
    "health/network-policies",
    "inner-paths",
    "the outside can scrape",
    status(/^GET \/metrics/, 200, asNobody),
  ),
  ill(
    "health/network-policies",
    "default-deny",
    "a namespace denies nothing",
    all(
      inCluster,
      cluster((found) => ({ ...found, networkPolicies: found.networkPolicies.slice(1) })),
    ),
  ),
  ill(
    "health/network-isolation",
    "refused",
    "a listener is open to the network",
    all(opened, () => ({ ownAddresses: () => ["192.0.2.7"] })),
  ),
  ill(
    "health/network-isolation",
    "refused",
    "the database can be reached",
    all(inCluster, target({ url: "https://play.example.com" }), opened),
  ),
  ill(
    "health/frame-rate",
    "rate",
    "the loop is slow",
    scrapes("spacetime_frames_total 1", "spacetime_frames_total 1"),
  ),
  ill(
    "health/frame-rate",
    "frame-time",
    "frames take long",
    scrapes(`${BUCKETS} 0\n${INFINITE} 0`, `${BUCKETS} 1\n${INFINITE} 50`),
  ),
  ill(
    "health/frame-rate",
    "rate",
    "one of the servers is slow",
    series(["spacetime_frame_rate_hertz", [90, 12]]),
  ),
  ill("health/memory", "below-target", "it uses more than its target", expected({ memoryMb: 1 })),
  ill(
    "health/memory",
    "below-target",
    "a container uses more than its target",
    series(["container_memory", [5e9]]),
  ),
  ill(
    "health/cpu-headroom",
    "headroom",
    "the processor is busy",
    scrapes(...[0, 1, 2, 3, 4, 5].map((turn) => `spacetime_cpu_seconds_total ${turn * 1000}`)),
  ),
  ill(
    "health/cpu-headroom",
    "headroom",
    "pods are busy",
    object(
      "autoscalers",
      "game-server-main",
      statusOf({ currentMetrics: [{ resource: { name: "cpu", current: { averageUtilization: 97 } } }] }),
    ),
  ),
  ill(
    "health/error-rate",
    "within-target",
    "requests fail",
    scrape(
      'spacetime_http_requests_total{status="500",route="/scene"} 5\nspacetime_http_requests_total{status="200",route="/scene"} 5',
    ),
  ),
  ill("health/error-rate", "within-target", "nobody counts", scrape("")),
  ill(
    "health/security-headers",
    "answers",
    "a header is missing",
    header(/^GET \/health/, "x-content-type-options", ""),
  ),
  ill(
    "health/security-headers",
    "errors",
    "errors lack a header",
    all(inCluster, header(/^GET \/probe-/, "strict-transport-security", "max-age=1")),
  ),
  ill(
    "health/certificate-lifetime",
    "entrance",
    "renewal has failed",
    certificate({ notAfter: new Date(Date.now() + DAY) }),
  ),
  ill(
    "health/certificate-lifetime",
    "server",
    "the server's own was not renewed",
    all(
      (context) => ({ target: { ...context.target, serverUrl: `${context.target.url}/` } }),
      (context) => ({
        tls: async (at, maximum) => ({
          ...(await context.tls(at, maximum)),
          ...(at === "server" ? { notAfter: new Date(Date.now() + DAY) } : {}),
        }),
      }),
    ),
  ),
];

const HEALTH_DATA = [
  ill(
    "health/database-connection",
    "answers",
    "the database is away",
    member(/^GET \/ready/, { checks: { autoloads: "ok", database: "failed", redis: "off", draining: "ok" } }),
  ),
  ill(
    "health/database-connection",
    "headroom",
    "connections run out",
    series(["pg_stat_activity_count", [0.95]]),
  ),
  ill(
    "health/database-connection",
    "headroom",
    "the pool is used up",
    all(inCluster, () => ({ prometheus: undefined as never }), scrape(POOL)),
  ),
  ill("health/database-schema", "version", "a table is missing", all(inCluster, status(/^GET \/world/, 503))),
  ill("health/wal-archive", "recent", "the archive is old", series(["last_archive_age", [4000]])),
  ill("health/wal-archive", "no-failure", "archiving fails", series(["archiver_failed_count", [3]])),
  ill(
    "health/backups",
    "database",
    "the last backup is old",
    all(
      inCluster,
      cluster((found) => ({
        ...found,
        cronJobs: healthyCluster({}, new Date(Date.now() - 3 * DAY)).cronJobs,
      })),
    ),
  ),
  ill(
    "health/backups",
    "all-recent",
    "no backup is scheduled",
    all(
      inCluster,
      cluster((found) => ({ ...found, cronJobs: [] })),
    ),
  ),
  ill(
    "health/redis-connection",
    "answers",
    "Redis is away",
    member(/^GET \/ready/, {
      checks: { autoloads: "ok", database: "off", redis: "degraded", draining: "ok" },
    }),
  ),
  ill("health/redis-memory", "share", "Redis is full", series(["redis_memory_used_bytes", [0.99]])),
  ill("health/redis-memory", "evictions", "keys are thrown away", series(["evicted_keys", [12]])),
  ill("health/redis-persistence", "append-only", "the last write failed", series(["redis_aof", [0]])),
  ill(
    "health/redis-persistence",
    "append-only",
    "no file is written",
    all(deployment({ appendOnly: [] }), (context) => {
      const { local } = context.target;
      return local === undefined
        ? {}
        : { target: { ...context.target, local: { ...local, redis: "redis" } } };
    }),
  ),
];

const HEALTH_OBSERVATION = [
  ill("health/scrape-targets", "up", "metrics are missing", scrape("# TYPE spacetime_build_info gauge")),
  ill(
    "health/scrape-targets",
    "up",
    "a target is down",
    prometheus({ "/api/v1/targets": { data: { activeTargets: [{ health: "down", scrapeUrl: "x" }] } } }),
  ),
  ill(
    "health/alert-rules",
    "loaded",
    "there is no rule",
    prometheus({ "/api/v1/rules": { data: { groups: [] } } }),
  ),
  ill(
    "health/alert-rules",
    "healthy",
    "a rule is broken",
    prometheus({
      "/api/v1/rules": { data: { groups: [{ rules: [{ type: "alerting", name: "A", health: "err" }] }] } },
    }),
  ),
  ill(
    "health/alerts-quiet",
    "now",
    "an alert fires",
    prometheus({ "/api/v1/alerts": { data: { alerts: [{ state: "firing", labels: { alertname: "A" } }] } } }),
  ),
  ill(
    "health/alerts-quiet",
    "now",
    "nothing is evaluated",
    prometheus({ "/api/v1/alerts": { data: { alerts: [] } } }),
  ),
  ill("health/alerts-quiet", "since-deployment", "an alert has fired", series(["count by (alertname)", [1]])),
  ill("health/watchdog", "fires", "it is silent", series(['alertname="Watchdog"', []])),
  ill(
    "health/watchdog",
    "received",
    "Alertmanager has not heard it",
    all(inCluster, () => ({ alertmanager: async () => [] })),
  ),
  ill(
    "health/dashboards",
    "provisioned",
    "there is none",
    all(inCluster, () => ({ grafana: grafanaWith(0, 0) })),
  ),
  ill(
    "health/dashboards",
    "panels",
    "they are empty",
    all(inCluster, () => ({ grafana: grafanaWith(2, 0) })),
  ),
  ill("health/log-shipping", "arrives", "nothing is written", () => ({ logs: async () => "" })),
  ill(
    "health/log-shipping",
    "arrives",
    "a node ships nothing",
    object("daemonSets", "fluent-bit", statusOf({ numberReady: 1 })),
  ),
];

const FEATURES = [
  ill(
    "features/http-api",
    "answers",
    "an answer has another form",
    member(/^GET \/performance/, { memory_mb: "much" }),
  ),
  ill(
    "features/http-api",
    "errors",
    "an error has no words",
    answer(/^DELETE \/scene/, () => ({ json: undefined, text: "" })),
  ),
  ill(
    "features/telemetry-stream",
    "binary",
    "frames are lost",
    session(({ frames }) => ({ frames: frames.slice(0, 2) })),
  ),
  ill(
    "features/telemetry-stream",
    "json",
    "frames are out of order",
    session(({ frames }) => ({ frames: frames.toReversed() })),
  ),
  ill(
    "features/telemetry-stream",
    "players",
    "players are in no frame",
    session(({ frames }) => ({ frames: frames.map((frame) => ({ ...frame, players: [] })) })),
  ),
  ill("features/scene-management", "operator", "operators are refused", status(/^POST \/scene/, 403)),
  ill("features/scene-management", "player", "players may load scenes", status(/^POST \/scene/, 200)),
  ill(
    "features/scene-management",
    "whitelist",
    "the whitelist is another one",
    expected({ whitelist: ["res://vr_main.tscn"] }),
  ),
  ill("features/access-control", "observer", "an observer may join", status(/^POST \/players/, 201)),
  ill("features/access-control", "player", "a player may erase others", status(/^DELETE \/players/, 204)),
  ill(
    "features/access-control",
    "operator",
    "an operator may mint tokens",
    status(/^POST \/auth\/token/, 200, asSomebody),
  ),
  ill("features/access-control", "forged", "a forged token passes", status(/^GET \/scene/, 200, asSomebody)),
  ill(
    "features/player-state",
    "read-back",
    "a change is lost",
    member(/^GET \/players\//, { player: { id: "x", name: "x", data: {} } }),
  ),
  ill(
    "features/player-state",
    "persistent",
    "leaving forgets",
    answer(/^DELETE .*\/session/, () => ({ status: 500 })),
  ),
  ill(
    "features/player-state",
    "erased",
    "a player is never forgotten",
    answer(/^DELETE \/players\/[^/]+$/, () => ({ status: 500 })),
  ),
  ill("features/world-state", "shared", "others do not find it", status(/^GET \/world\/objects/, 404)),
  ill("features/world-state", "versioned", "changes are lost", member(/^PUT \/world/, { version: 1 })),
  ill("features/world-state", "removed", "it cannot be taken away", status(/^DELETE \/world/, 500)),
  ill("features/server-meshing", "peers", "the others are not heard", expected({ servers: 3 })),
  ill(
    "features/server-meshing",
    "shared",
    "Redis is away",
    member(/^GET \/status/, { shared_state: "unavailable" }),
  ),
  ill("features/vr-fallback", "starts", "there is no status", status(/^GET \/status/, 500)),
  ill(
    "features/vr-fallback",
    "desktop-mode",
    "nothing stands for the headset",
    member(/^GET \/status/, { vr: { enabled: true, mode: "off" } }),
  ),
  ill("features/vr-fallback", "logged", "the log is silent", () => ({ logs: async () => "started" })),
];

/** Every illness, each with the finding that names it. */
export const FAILING_CASES: readonly FailingCase[] = [
  ...VERIFY,
  ...SMOKE,
  ...HEALTH_PLATFORM,
  ...HEALTH_NETWORK,
  ...HEALTH_DATA,
  ...HEALTH_OBSERVATION,
  ...FEATURES,
];
