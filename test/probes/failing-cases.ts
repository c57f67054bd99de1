import { SECURITY_CASES } from "./security-cases.ts";
import {
  type ContextOverride,
  combineOverrides,
  inHealthyCluster,
  overrideCluster,
  overrideExpectations,
  overrideHeader,
  overrideJson,
  overrideMetrics,
  overrideMetricsSequence,
  overrideProcesses,
  overrideResponse,
  overrideSession,
  overrideStatus,
  overrideTarget,
  overrideTls,
} from "./support/context-overrides.ts";
import { fakeGrafana, fakePrometheus, type QuerySeries } from "./support/fake-monitoring.ts";
import { healthyCluster, withChangedObject } from "./support/healthy-cluster.ts";

/** A fault of an environment and the finding that must fail. */
export interface FailingCase {
  /** `suite/check`. */
  readonly check: string;
  readonly finding: string;
  /** The fault, as the end of a test title. */
  readonly when: string;
  readonly override: ContextOverride;
}

const failingCase = (check: string, finding: string, when: string, tamper: ContextOverride): FailingCase => ({
  check,
  finding,
  when,
  override: tamper,
});

/** A healthy cluster with one object changed or removed. */
const withChangedObjectInCluster = (
  part: Parameters<typeof withChangedObject>[1],
  name: string,
  change: (found: never) => object | undefined,
): ContextOverride =>
  combineOverrides(
    inHealthyCluster,
    overrideCluster((found) => withChangedObject(found, part, name, change as never)),
  );
const removeObject = (): undefined => undefined;
const patchStatus = (patch: object) => (found: { status?: object }) => ({
  ...found,
  status: { ...found.status, ...patch },
});
const patchSpec = (patch: object) => (found: { spec?: object }) => ({
  ...found,
  spec: { ...found.spec, ...patch },
});

const withSeries = (...given: QuerySeries): ContextOverride =>
  combineOverrides(inHealthyCluster, () => ({ prometheus: fakePrometheus(given) }));
const withPrometheusAnswers = (answers: Readonly<Record<string, unknown>>): ContextOverride =>
  combineOverrides(inHealthyCluster, () => ({ prometheus: fakePrometheus([], answers) }));

/** Changes a section of the settings in effect. */
const overrideSettings = (section: string, change: object, status: object): ContextOverride =>
  overrideResponse(/^GET \/status/, ({ json }) => {
    const { settings, ...rest } = json as { readonly settings: Readonly<Record<string, object>> };
    return {
      json: { ...rest, ...status, settings: { ...settings, [section]: { ...settings[section], ...change } } },
    };
  });

const withoutTokens: ContextOverride = (context) => {
  const { apiToken: _apiToken, metricsToken: _metricsToken, ...rest } = context.target;
  return { target: rest };
};
const isUnauthenticated = (request: { auth?: unknown }): boolean => request.auth === "none";
const hasClientToken = (request: { auth?: unknown }): boolean => typeof request.auth === "object";
const openPorts: ContextOverride = () => ({ port: async () => "open" });
const closedPorts: ContextOverride = () => ({ port: async () => "closed" });
const PROCESS = { name: "server-a", state: "running", pid: 1, restarts: 0, alive: true };
const DAY_MS = 86_400_000;

const VERIFY = [
  failingCase(
    "verify/instances-running",
    "running",
    "a process has ended",
    overrideProcesses({ processes: [{ ...PROCESS, alive: false, state: "failed" }] }),
  ),
  failingCase(
    "verify/instances-running",
    "no-restarts",
    "a process was restarted",
    overrideProcesses({ processes: [{ ...PROCESS, restarts: 2 }] }),
  ),
  failingCase(
    "verify/instances-running",
    "running",
    "a pod is pending",
    withChangedObjectInCluster("pods", "gateway-a", patchStatus({ phase: "Pending" })),
  ),
  failingCase(
    "verify/instances-running",
    "no-restarts",
    "a container restarted",
    withChangedObjectInCluster(
      "pods",
      "gateway-a",
      patchStatus({ containerStatuses: [{ name: "nginx", restartCount: 3 }] }),
    ),
  ),
  failingCase(
    "verify/instances-running",
    "running",
    "the status endpoint returns 404",
    combineOverrides(() => ({ processes: undefined as never }), overrideStatus(/^GET \/status/, 404)),
  ),
  failingCase(
    "verify/api-health",
    "status-200",
    "the main loop stalls",
    overrideStatus(/^GET \/health/, 503),
  ),
  failingCase(
    "verify/api-health",
    "body",
    "the body is different",
    overrideJson(/^GET \/health/, { status: "fine" }),
  ),
  failingCase(
    "verify/api-status",
    "healthy",
    "the server is draining",
    overrideJson(/^GET \/status/, { status: "draining" }),
  ),
  failingCase(
    "verify/api-status",
    "environment",
    "the server reports another environment",
    overrideJson(/^GET \/status/, { environment: "production" }),
  ),
  failingCase(
    "verify/api-status",
    "http-api-active",
    "the HTTP API is disabled",
    overrideJson(/^GET \/status/, { http_api: "off" }),
  ),
  failingCase(
    "verify/api-status",
    "shape",
    "members are missing",
    overrideJson(/^GET \/status/, { telemetry: undefined }),
  ),
  failingCase(
    "verify/telemetry-websocket",
    "listening",
    "the handshake is rejected",
    overrideSession(() => ({ opened: false, rejectedStatus: 503, frames: [] })),
  ),
  failingCase(
    "verify/telemetry-websocket",
    "connected",
    "no frame is received",
    overrideSession(() => ({ frames: [] })),
  ),
  failingCase(
    "verify/telemetry-websocket",
    "connected",
    "messages violate the contract",
    overrideSession(() => ({ unknown: 4 })),
  ),
  failingCase(
    "verify/scene-loaded",
    "current",
    "another scene is loaded",
    overrideJson(/^GET \/status/, { scene: "res://tests/other.tscn" }),
  ),
  failingCase(
    "verify/scene-loaded",
    "loaded",
    "the load time of the scene is missing",
    overrideJson(/^GET \/scene/, { loaded_at: undefined }),
  ),
  failingCase(
    "verify/authentication",
    "without-token",
    "a request without a token is accepted",
    overrideStatus(/^GET \/performance/, 200, isUnauthenticated),
  ),
  failingCase(
    "verify/authentication",
    "wrong-token",
    "a wrong token is accepted",
    overrideStatus(/^GET \/performance/, 200, hasClientToken),
  ),
  failingCase(
    "verify/authentication",
    "with-token",
    "the right token is rejected",
    overrideStatus(/^GET \/performance/, 401, (request) => request.auth === undefined),
  ),
  failingCase("verify/authentication", "with-token", "no token is configured", withoutTokens),
  failingCase(
    "verify/authentication",
    "player-refused",
    "a player may use an operator route",
    overrideStatus(/^DELETE \/players/, 204, hasClientToken),
  ),
  failingCase(
    "verify/rate-limiting",
    "over-limit",
    "no request is limited",
    overrideStatus(/^GET \/scene/, 200),
  ),
  failingCase(
    "verify/rate-limiting",
    "under-limit",
    "the rejection has no valid Retry-After",
    overrideHeader(/^GET \/scene/, "retry-after", "soon"),
  ),
  failingCase(
    "verify/rate-limiting",
    "under-limit",
    "other clients are rejected as well",
    overrideStatus(/^GET \/scene/, 429, (request) => request.bucket?.endsWith("-calm") === true),
  ),
  failingCase(
    "verify/scene-whitelist",
    "unlisted",
    "a test scene is loaded",
    overrideStatus(/^POST \/scene/, 200),
  ),
  failingCase(
    "verify/scene-whitelist",
    "enforced",
    "a path with .. is accepted",
    overrideStatus(/^POST \/scene/, 200, ({ body }) =>
      String((body as { scene: string }).scene).includes(".."),
    ),
  ),
  failingCase(
    "verify/scene-whitelist",
    "enforced",
    "the listed scene is rejected",
    overrideStatus(/^POST \/scene/, 403),
  ),
  failingCase(
    "verify/performance-metrics",
    "answers",
    "the endpoint returns 404",
    overrideStatus(/^GET \/performance/, 404),
  ),
  failingCase(
    "verify/performance-metrics",
    "complete",
    "a metric is missing",
    overrideJson(/^GET \/performance/, { fps: undefined }),
  ),
  failingCase(
    "verify/performance-metrics",
    "complete",
    "the main loop is stopped",
    overrideJson(/^GET \/performance/, { fps: 0 }),
  ),
  failingCase("verify/automated-validation", "exit-status", "no token is configured", withoutTokens),
  failingCase(
    "verify/automated-validation",
    "complete",
    "the settings are not reported",
    overrideJson(/^GET \/status/, { settings: undefined }),
  ),
  ...[
    ["debugging", { debugMode: true }, { environment: "production" }] as const,
    ["debugging", { adaptersEnabled: true }, { environment: "production" }] as const,
    ["scenes", { hotReload: true }, { environment: "production" }] as const,
    ["logging", { level: "debug" }, { environment: "production" }] as const,
    ["logging", { redactionEnabled: false }, {}] as const,
    ["logging", { auditEnabled: false }, {}] as const,
    ["intrusion", { enabled: false }, { environment: "production" }] as const,
    ["tls", { enabled: false }, {}] as const,
    ["tls", { minVersion: "1.1" }, {}] as const,
    ["access", { signingKey: "not set" }, {}] as const,
    ["database", { host: "postgres", playerKey: "not set" }, {}] as const,
    ["monitoring", { scrapeToken: "not set" }, {}] as const,
    ["scenes", { blacklist: ["addons"] }, {}] as const,
  ].map(([section, change, status]) =>
    failingCase(
      "verify/automated-validation",
      "exit-status",
      `${section} has ${JSON.stringify(change)}`,
      overrideSettings(section, change, status),
    ),
  ),
];

const SMOKE = [
  failingCase(
    "smoke/health-endpoint",
    "answers",
    "the status is not ok",
    overrideJson(/^GET \/health/, { status: "stalled" }),
  ),
  failingCase(
    "smoke/health-endpoint",
    "not-everything",
    "unknown paths return 200",
    overrideStatus(/^GET \/probe-/, 200),
  ),
  failingCase(
    "smoke/status-endpoint",
    "shape",
    "members are missing",
    overrideJson(/^GET \/status/, { vr: undefined }),
  ),
  failingCase(
    "smoke/status-endpoint",
    "version",
    "another version runs",
    overrideTarget({ release: "9.9.9" }),
  ),
  failingCase(
    "smoke/metrics-endpoint",
    "complete",
    "most metrics are missing",
    overrideResponse(/^GET \/metrics/, () => ({ text: "# TYPE spacetime_build_info gauge\n" })),
  ),
  failingCase(
    "smoke/metrics-endpoint",
    "alive",
    "the counters do not increase",
    overrideResponse(/^GET \/metrics/, ({ text }) => ({
      text: text.replaceAll(/^spacetime_frames_total \S+/gm, "spacetime_frames_total 7"),
    })),
  ),
  failingCase(
    "smoke/websocket",
    "frames",
    "no frame is sent",
    overrideSession(() => ({ frames: [], spanMs: 0 })),
  ),
  failingCase(
    "smoke/websocket",
    "rate",
    "frames arrive at half the rate",
    overrideSession(({ spanMs }) => ({ spanMs: spanMs * 2 })),
  ),
  failingCase("smoke/debug-adapter-closed", "closed", "the port is open", openPorts),
  failingCase("smoke/language-server-closed", "closed", "the port is open", openPorts),
  failingCase(
    "smoke/response-time",
    "percentile",
    "responses take a second",
    overrideResponse(/./, () => ({ ms: 1000 })),
  ),
  failingCase(
    "smoke/authentication",
    "refused",
    "a protected route requires no token",
    overrideStatus(/^GET \/players/, 200, isUnauthenticated),
  ),
  failingCase(
    "smoke/authentication",
    "served",
    "the right token is rejected",
    overrideStatus(/^GET \/players/, 401),
  ),
  failingCase(
    "smoke/authentication",
    "telemetry",
    "telemetry does not require a token although it should",
    overrideJson(/^GET \/status/, { telemetry: { state: "active", rate_hz: 30, auth_required: true } }),
  ),
  failingCase("smoke/rate-limiting", "refused", "no request is limited", overrideStatus(/^GET \/scene/, 200)),
  failingCase(
    "smoke/rate-limiting",
    "retry-after",
    "the rejection has no valid Retry-After",
    overrideHeader(/^GET \/scene/, "retry-after", ""),
  ),
  failingCase(
    "smoke/tls-certificate",
    "chain",
    "the certificate is untrusted",
    overrideTls({ untrusted: "SELF_SIGNED_CERT_IN_CHAIN" }),
  ),
  failingCase(
    "smoke/tls-certificate",
    "name",
    "the certificate is for another name",
    overrideTls({ wrongName: "play.example.com" }),
  ),
  failingCase(
    "smoke/tls-certificate",
    "expiry",
    "the certificate has expired",
    overrideTls({ notAfter: new Date(Date.now() - DAY_MS) }),
  ),
  failingCase(
    "smoke/tls-certificate",
    "modern",
    "an old TLS version is used",
    overrideTls({ protocol: "TLSv1.1" }),
  ),
];

const HEALTH_PLATFORM = [
  failingCase(
    "health/namespaces",
    "active",
    "other users can list the state directory",
    overrideProcesses({ directoryMode: 0o755 }),
  ),
  failingCase(
    "health/namespaces",
    "created",
    "a namespace is missing",
    withChangedObjectInCluster("namespaces", "spacetime-backup", removeObject),
  ),
  failingCase(
    "health/namespaces",
    "active",
    "a namespace is not restricted",
    withChangedObjectInCluster("namespaces", "spacetime", (found: { metadata: object }) => ({
      ...found,
      metadata: { ...found.metadata, labels: {} },
    })),
  ),
  failingCase(
    "health/configuration",
    "created",
    "other users can read a secret",
    overrideProcesses({ secrets: [{ path: "secrets/api-token", mode: 0o644, bytes: 43, modifiedMs: 0 }] }),
  ),
  failingCase(
    "health/configuration",
    "as-planned",
    "another scene is configured",
    overrideJson(/^GET \/status/, { settings: { scenes: { main: "res://other.tscn" } } }),
  ),
  failingCase(
    "health/configuration",
    "created",
    "a ConfigMap is missing",
    withChangedObjectInCluster("configMaps", "game-server-env-0123456789", removeObject),
  ),
  failingCase(
    "health/configuration",
    "as-planned",
    "a value was changed manually",
    withChangedObjectInCluster("configMaps", "game-server-env-0123456789", (found: object) => ({
      ...found,
      data: { GODOT_ENV: "local" },
    })),
  ),
  failingCase("health/volumes", "database-space", "the disk is full", overrideProcesses({ freeBytes: 1e6 })),
  failingCase(
    "health/volumes",
    "bound",
    "the data directory is not writable",
    overrideProcesses({ writable: false }),
  ),
  failingCase(
    "health/volumes",
    "created",
    "a claim is missing",
    withChangedObjectInCluster("claims", "data-postgres-0", removeObject),
  ),
  failingCase(
    "health/volumes",
    "bound",
    "a claim is pending",
    withChangedObjectInCluster("claims", "data-redis-0", patchStatus({ phase: "Pending" })),
  ),
  failingCase(
    "health/volumes",
    "database-space",
    "the volume is almost full",
    withSeries(["kubelet_volume_stats", [0.05]]),
  ),
  failingCase("health/services", "addresses", "no process listens", closedPorts),
  failingCase(
    "health/services",
    "endpoints",
    "the Service has no ready endpoint",
    withChangedObjectInCluster("endpointSlices", "game-server-x", removeObject),
  ),
  failingCase(
    "health/services",
    "addresses",
    "the load balancer is pending",
    withChangedObjectInCluster("services", "gateway", patchStatus({ loadBalancer: {} })),
  ),
  failingCase(
    "health/rollout",
    "complete",
    "the running release is not the current release",
    overrideProcesses({ runningRelease: "20250101-000000-0123456789" }),
  ),
  failingCase(
    "health/rollout",
    "pods-running",
    "a process has ended",
    overrideProcesses({ processes: [{ ...PROCESS, alive: false }] }),
  ),
  failingCase(
    "health/rollout",
    "stateful-sets",
    "Redis lacks its replica",
    withChangedObjectInCluster("statefulSets", "redis", patchStatus({ readyReplicas: 0 })),
  ),
  failingCase(
    "health/rollout",
    "deployments",
    "the gateway Deployment is missing",
    withChangedObjectInCluster("deployments", "gateway", removeObject),
  ),
  failingCase(
    "health/rollout",
    "complete",
    "an old pod is still running",
    withChangedObjectInCluster("deployments", "gateway", patchStatus({ replicas: 2 })),
  ),
  failingCase(
    "health/rollout",
    "pods-running",
    "a pod has failed",
    withChangedObjectInCluster("pods", "gateway-a", patchStatus({ phase: "Failed" })),
  ),
  failingCase(
    "health/autoscaler",
    "created",
    "the autoscaler is missing",
    withChangedObjectInCluster("autoscalers", "game-server-main", removeObject),
  ),
  failingCase(
    "health/autoscaler",
    "metrics",
    "the autoscaler has no metrics",
    withChangedObjectInCluster(
      "autoscalers",
      "game-server-main",
      patchStatus({ conditions: [{ type: "ScalingActive", status: "False" }] }),
    ),
  ),
  failingCase(
    "health/disruption-budgets",
    "allowed",
    "the server is draining",
    overrideJson(/^GET \/drain/, { state: "draining" }),
  ),
  failingCase(
    "health/disruption-budgets",
    "allowed",
    "no disruption is allowed",
    withChangedObjectInCluster(
      "disruptionBudgets",
      "game-server-main",
      patchStatus({ disruptionsAllowed: 0 }),
    ),
  ),
  failingCase(
    "health/zone-spread",
    "spread",
    "all servers run in one zone",
    combineOverrides(
      inHealthyCluster,
      overrideCluster((found) =>
        withChangedObject(
          withChangedObject(found, "pods", "game-server-main-b", patchSpec({ nodeName: "node-a" }) as never),
          "pods",
          "gateway-a",
          removeObject,
        ),
      ),
    ),
  ),
  failingCase(
    "health/readiness",
    "ready",
    "the server is not ready",
    combineOverrides(overrideStatus(/^GET \/ready/, 503)),
  ),
  failingCase(
    "health/readiness",
    "none-draining",
    "the server is draining",
    overrideJson(/^GET \/ready/, {
      checks: { autoloads: "ok", database: "off", redis: "off", draining: "failed" },
    }),
  ),
  failingCase(
    "health/readiness",
    "enough",
    "a server is missing",
    withChangedObjectInCluster("pods", "game-server-main-b", removeObject),
  ),
  failingCase(
    "health/pod-restarts",
    "none",
    "a process was restarted",
    overrideProcesses({ processes: [{ ...PROCESS, restarts: 1 }] }),
  ),
  failingCase(
    "health/pod-restarts",
    "memory",
    "a container was OOM-killed",
    withChangedObjectInCluster(
      "pods",
      "gateway-a",
      patchStatus({
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
  failingCase(
    "health/image-digest",
    "digest",
    "the release's files are missing",
    overrideProcesses({ current: { release: "x", exists: false } }),
  ),
  failingCase(
    "health/image-digest",
    "digest",
    "a server runs another image",
    withChangedObjectInCluster(
      "pods",
      "game-server-main-a",
      patchStatus({
        containerStatuses: [
          { name: "game-server", restartCount: 0, imageID: "example.com/spacetime-vr/server@sha256:2" },
        ],
      }),
    ),
  ),
];

const FRAME_BUCKET = 'spacetime_frame_duration_seconds_bucket{le="0.0111"}';
const FRAME_INF_BUCKET = 'spacetime_frame_duration_seconds_bucket{le="+Inf"}';
const DATABASE_POOL_METRICS =
  'spacetime_database_connections{state="used"} 10\nspacetime_database_connections{state="idle"} 0\n';

const HEALTH_NETWORK = [
  failingCase(
    "health/gateway-exposure",
    "routes",
    "telemetry is not routed",
    overrideSession(() => ({ opened: false, rejectedStatus: 404 })),
  ),
  failingCase("health/gateway-exposure", "created", "nginx is not running", (context) => {
    const { local } = context.target;
    return local === undefined
      ? {}
      : { target: { ...context.target, local: { ...local, gateway: "nginx" } } };
  }),
  failingCase(
    "health/gateway-exposure",
    "created",
    "the Service has type ClusterIP",
    withChangedObjectInCluster("services", "gateway", patchSpec({ type: "ClusterIP" })),
  ),
  failingCase(
    "health/gateway-exposure",
    "address",
    "the load balancer is pending",
    withChangedObjectInCluster("services", "gateway", patchStatus({ loadBalancer: {} })),
  ),
  failingCase("health/public-name", "address", "the name does not resolve", () => ({
    resolve: async () => [],
  })),
  failingCase(
    "health/public-name",
    "address",
    "the name resolves to another address",
    combineOverrides(inHealthyCluster, () => ({ resolve: async () => ["203.0.113.9"] })),
  ),
  failingCase(
    "health/public-name",
    "serves-release",
    "another deployment answers",
    overrideJson(/^GET \/status/, { public_host: "play.example.com" }),
  ),
  failingCase(
    "health/network-policies",
    "inner-paths",
    "metrics are public",
    overrideStatus(/^GET \/metrics/, 200, isUnauthenticated),
  ),
  failingCase(
    "health/network-policies",
    "default-deny",
    "a namespace has no default-deny policy",
    combineOverrides(
      inHealthyCluster,
      overrideCluster((found) => ({ ...found, networkPolicies: found.networkPolicies.slice(1) })),
    ),
  ),
  failingCase(
    "health/network-isolation",
    "refused",
    "a listener is reachable from the network",
    combineOverrides(openPorts, () => ({ ownAddresses: () => ["192.0.2.7"] })),
  ),
  failingCase(
    "health/network-isolation",
    "refused",
    "the database is reachable",
    combineOverrides(inHealthyCluster, overrideTarget({ url: "https://play.example.com" }), openPorts),
  ),
  failingCase(
    "health/frame-rate",
    "rate",
    "the main loop is slow",
    overrideMetricsSequence("spacetime_frames_total 1", "spacetime_frames_total 1"),
  ),
  failingCase(
    "health/frame-rate",
    "frame-time",
    "frames take too long",
    overrideMetricsSequence(
      `${FRAME_BUCKET} 0\n${FRAME_INF_BUCKET} 0`,
      `${FRAME_BUCKET} 1\n${FRAME_INF_BUCKET} 50`,
    ),
  ),
  failingCase(
    "health/frame-rate",
    "rate",
    "one of the servers is slow",
    withSeries(["spacetime_frame_rate_hertz", [90, 12]]),
  ),
  failingCase(
    "health/memory",
    "below-target",
    "memory usage is above the target",
    overrideExpectations({ memoryMb: 1 }),
  ),
  failingCase(
    "health/memory",
    "below-target",
    "a container's memory usage is above the target",
    withSeries(["container_memory", [5e9]]),
  ),
  failingCase(
    "health/cpu-headroom",
    "headroom",
    "the CPU is busy",
    overrideMetricsSequence(
      ...[0, 1, 2, 3, 4, 5].map((turn) => `spacetime_cpu_seconds_total ${turn * 1000}`),
    ),
  ),
  failingCase(
    "health/cpu-headroom",
    "headroom",
    "pods are busy",
    withChangedObjectInCluster(
      "autoscalers",
      "game-server-main",
      patchStatus({ currentMetrics: [{ resource: { name: "cpu", current: { averageUtilization: 97 } } }] }),
    ),
  ),
  failingCase(
    "health/error-rate",
    "within-target",
    "requests fail",
    overrideMetrics(
      'spacetime_http_requests_total{status="500",route="/scene"} 5\nspacetime_http_requests_total{status="200",route="/scene"} 5',
    ),
  ),
  failingCase("health/error-rate", "within-target", "the request counter is missing", overrideMetrics("")),
  failingCase(
    "health/security-headers",
    "answers",
    "a header is missing",
    overrideHeader(/^GET \/health/, "x-content-type-options", ""),
  ),
  failingCase(
    "health/security-headers",
    "errors",
    "error responses lack a header",
    combineOverrides(
      inHealthyCluster,
      overrideHeader(/^GET \/probe-/, "strict-transport-security", "max-age=1"),
    ),
  ),
  failingCase(
    "health/certificate-lifetime",
    "gateway",
    "renewal has failed",
    overrideTls({ notAfter: new Date(Date.now() + DAY_MS) }),
  ),
  failingCase(
    "health/certificate-lifetime",
    "server",
    "the server's internal certificate was not renewed",
    combineOverrides(
      (context) => ({ target: { ...context.target, serverUrl: `${context.target.url}/` } }),
      (context) => ({
        tls: async (endpoint, maxVersion) => ({
          ...(await context.tls(endpoint, maxVersion)),
          ...(endpoint === "server" ? { notAfter: new Date(Date.now() + DAY_MS) } : {}),
        }),
      }),
    ),
  ),
];

const HEALTH_DATA = [
  failingCase(
    "health/database-connection",
    "answers",
    "the database is unavailable",
    overrideJson(/^GET \/ready/, {
      checks: { autoloads: "ok", database: "failed", redis: "off", draining: "ok" },
    }),
  ),
  failingCase(
    "health/database-connection",
    "headroom",
    "connections are almost exhausted",
    withSeries(["pg_stat_activity_count", [0.95]]),
  ),
  failingCase(
    "health/database-connection",
    "headroom",
    "the connection pool is exhausted",
    combineOverrides(
      inHealthyCluster,
      () => ({ prometheus: undefined as never }),
      overrideMetrics(DATABASE_POOL_METRICS),
    ),
  ),
  failingCase(
    "health/database-schema",
    "version",
    "a table is missing",
    combineOverrides(inHealthyCluster, overrideStatus(/^GET \/world/, 503)),
  ),
  failingCase("health/wal-archive", "recent", "the archive is old", withSeries(["last_archive_age", [4000]])),
  failingCase(
    "health/wal-archive",
    "no-failure",
    "archiving fails",
    withSeries(["archiver_failed_count", [3]]),
  ),
  failingCase(
    "health/backups",
    "database",
    "the last backup is old",
    combineOverrides(
      inHealthyCluster,
      overrideCluster((found) => ({
        ...found,
        cronJobs: healthyCluster({}, new Date(Date.now() - 3 * DAY_MS)).cronJobs,
      })),
    ),
  ),
  failingCase(
    "health/backups",
    "all-recent",
    "no backup is scheduled",
    combineOverrides(
      inHealthyCluster,
      overrideCluster((found) => ({ ...found, cronJobs: [] })),
    ),
  ),
  failingCase(
    "health/redis-connection",
    "answers",
    "Redis is unavailable",
    overrideJson(/^GET \/ready/, {
      checks: { autoloads: "ok", database: "off", redis: "degraded", draining: "ok" },
    }),
  ),
  failingCase(
    "health/redis-memory",
    "share",
    "Redis is full",
    withSeries(["redis_memory_used_bytes", [0.99]]),
  ),
  failingCase("health/redis-memory", "evictions", "keys are evicted", withSeries(["evicted_keys", [12]])),
  failingCase(
    "health/redis-persistence",
    "append-only",
    "the last write failed",
    withSeries(["redis_aof", [0]]),
  ),
  failingCase(
    "health/redis-persistence",
    "append-only",
    "no append-only file exists",
    combineOverrides(overrideProcesses({ appendOnly: [] }), (context) => {
      const { local } = context.target;
      return local === undefined
        ? {}
        : { target: { ...context.target, local: { ...local, redis: "redis" } } };
    }),
  ),
];

const HEALTH_OBSERVATION = [
  failingCase(
    "health/scrape-targets",
    "up",
    "metrics are missing",
    overrideMetrics("# TYPE spacetime_build_info gauge"),
  ),
  failingCase(
    "health/scrape-targets",
    "up",
    "a target is down",
    withPrometheusAnswers({
      "/api/v1/targets": { data: { activeTargets: [{ health: "down", scrapeUrl: "x" }] } },
    }),
  ),
  failingCase(
    "health/alert-rules",
    "loaded",
    "no rule is loaded",
    withPrometheusAnswers({ "/api/v1/rules": { data: { groups: [] } } }),
  ),
  failingCase(
    "health/alert-rules",
    "healthy",
    "a rule is broken",
    withPrometheusAnswers({
      "/api/v1/rules": { data: { groups: [{ rules: [{ type: "alerting", name: "A", health: "err" }] }] } },
    }),
  ),
  failingCase(
    "health/alerts-quiet",
    "now",
    "an alert fires",
    withPrometheusAnswers({
      "/api/v1/alerts": { data: { alerts: [{ state: "firing", labels: { alertname: "A" } }] } },
    }),
  ),
  failingCase(
    "health/alerts-quiet",
    "now",
    "no alert is evaluated",
    withPrometheusAnswers({ "/api/v1/alerts": { data: { alerts: [] } } }),
  ),
  failingCase(
    "health/alerts-quiet",
    "since-deployment",
    "an alert has fired",
    withSeries(["count by (alertname)", [1]]),
  ),
  failingCase(
    "health/watchdog",
    "fires",
    "the Watchdog does not fire",
    withSeries(['alertname="Watchdog"', []]),
  ),
  failingCase(
    "health/watchdog",
    "received",
    "Alertmanager has not received it",
    combineOverrides(inHealthyCluster, () => ({ alertmanager: async () => [] })),
  ),
  failingCase(
    "health/dashboards",
    "provisioned",
    "no dashboard exists",
    combineOverrides(inHealthyCluster, () => ({ grafana: fakeGrafana(0, 0) })),
  ),
  failingCase(
    "health/dashboards",
    "panels",
    "the dashboards have no panels",
    combineOverrides(inHealthyCluster, () => ({ grafana: fakeGrafana(2, 0) })),
  ),
  failingCase("health/log-shipping", "arrives", "no log line is written", () => ({ logs: async () => "" })),
  failingCase(
    "health/log-shipping",
    "arrives",
    "a node ships no logs",
    withChangedObjectInCluster("daemonSets", "fluent-bit", patchStatus({ numberReady: 1 })),
  ),
];

const FEATURES = [
  failingCase(
    "features/http-api",
    "answers",
    "a response has another format",
    overrideJson(/^GET \/performance/, { memory_mb: "much" }),
  ),
  failingCase(
    "features/http-api",
    "errors",
    "an error has no message",
    overrideResponse(/^DELETE \/scene/, () => ({ json: undefined, text: "" })),
  ),
  failingCase(
    "features/telemetry-stream",
    "binary",
    "frames are lost",
    overrideSession(({ frames }) => ({ frames: frames.slice(0, 2) })),
  ),
  failingCase(
    "features/telemetry-stream",
    "json",
    "frames are out of order",
    overrideSession(({ frames }) => ({ frames: frames.toReversed() })),
  ),
  failingCase(
    "features/telemetry-stream",
    "players",
    "no frame contains players",
    overrideSession(({ frames }) => ({ frames: frames.map((frame) => ({ ...frame, players: [] })) })),
  ),
  failingCase(
    "features/scene-management",
    "operator",
    "operators are rejected",
    overrideStatus(/^POST \/scene/, 403),
  ),
  failingCase(
    "features/scene-management",
    "player",
    "players may load scenes",
    overrideStatus(/^POST \/scene/, 200),
  ),
  failingCase(
    "features/scene-management",
    "whitelist",
    "the whitelist differs",
    overrideExpectations({ whitelist: ["res://vr_main.tscn"] }),
  ),
  failingCase(
    "features/access-control",
    "observer",
    "an observer may join",
    overrideStatus(/^POST \/players/, 201),
  ),
  failingCase(
    "features/access-control",
    "player",
    "a player may delete other players",
    overrideStatus(/^DELETE \/players/, 204),
  ),
  failingCase(
    "features/access-control",
    "operator",
    "an operator may issue tokens",
    overrideStatus(/^POST \/auth\/token/, 200, hasClientToken),
  ),
  failingCase(
    "features/access-control",
    "forged",
    "a forged token is accepted",
    overrideStatus(/^GET \/scene/, 200, hasClientToken),
  ),
  failingCase(
    "features/player-state",
    "read-back",
    "a change is lost",
    overrideJson(/^GET \/players\//, { player: { id: "x", name: "x", data: {} } }),
  ),
  failingCase(
    "features/player-state",
    "persistent",
    "leaving loses the state",
    overrideResponse(/^DELETE .*\/session/, () => ({ status: 500 })),
  ),
  failingCase(
    "features/player-state",
    "erased",
    "a player cannot be deleted",
    overrideResponse(/^DELETE \/players\/[^/]+$/, () => ({ status: 500 })),
  ),
  failingCase(
    "features/world-state",
    "shared",
    "other clients do not find the object",
    overrideStatus(/^GET \/world\/objects/, 404),
  ),
  failingCase(
    "features/world-state",
    "versioned",
    "changes are lost",
    overrideJson(/^PUT \/world/, { version: 1 }),
  ),
  failingCase(
    "features/world-state",
    "removed",
    "the object cannot be deleted",
    overrideStatus(/^DELETE \/world/, 500),
  ),
  failingCase(
    "features/server-meshing",
    "peers",
    "the other servers are not discovered",
    overrideExpectations({ servers: 3 }),
  ),
  failingCase(
    "features/server-meshing",
    "peers",
    "a peer is planned and none is found",
    overrideExpectations({ servers: 2 }),
  ),
  failingCase(
    "features/server-meshing",
    "shared",
    "Redis is unavailable",
    overrideJson(/^GET \/status/, { shared_state: "unavailable" }),
  ),
  failingCase(
    "features/vr-fallback",
    "starts",
    "the status endpoint fails",
    overrideStatus(/^GET \/status/, 500),
  ),
  failingCase(
    "features/vr-fallback",
    "desktop-mode",
    "no mode replaces the headset",
    overrideJson(/^GET \/status/, { vr: { enabled: true, mode: "off" } }),
  ),
  failingCase("features/vr-fallback", "logged", "the fallback is not logged", () => ({
    logs: async () => "started",
  })),
];

/** Every fault with its finding. */
export const FAILING_CASES: readonly FailingCase[] = [
  ...VERIFY,
  ...SMOKE,
  ...HEALTH_PLATFORM,
  ...HEALTH_NETWORK,
  ...HEALTH_DATA,
  ...HEALTH_OBSERVATION,
  ...FEATURES,
  ...SECURITY_CASES.map(([check, ...rest]) => failingCase(`security/${check}`, ...rest)),
];
