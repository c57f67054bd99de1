import type { Environment } from "../../../components/shared/environments.ts";
import { SELF_SIGNED_CERTIFICATE } from "../../support/certificates.ts";
import { useExistingCluster, type Values } from "../../support/filled-config.ts";

/** A configuration that fails exactly one check. */
export interface CheckCase {
  readonly check: string;
  readonly title: string;
  /** @default production */
  readonly environment?: Environment;
  readonly overrides?: Readonly<Record<string, string | number | boolean>>;
  readonly change?: (values: Values) => void;
  readonly secretKeys?: readonly string[];
  /** Values that replace the parsed ones, because the parser would reject them. */
  readonly unvalidatedVariables?: Readonly<Record<string, string>>;
  /** The path of the finding, without the namespace. */
  readonly expectedPath: string;
  /** A part of the finding's rule. */
  readonly expectedRule: string;
}

/** Creates a case with one overridden variable, which is also the path of the finding. */
function overrideCase(
  check: string,
  name: string,
  value: string | number | boolean,
  says: string,
  rest: Partial<CheckCase> = {},
): CheckCase {
  const title = `${name} is ${JSON.stringify(value)}${rest.environment === undefined ? "" : ` in ${rest.environment}`}`;
  return {
    check,
    title,
    overrides: { [name]: value },
    expectedPath: `gameServer.variables.${name}`,
    expectedRule: says,
    ...rest,
  };
}

const MAIN_SCENE = "res://vr_main.tscn";
const ALL_AUTOLOADS = "CacheManager,HttpApiServer,MeshCoordinator,SettingsManager,TelemetryServer,VRManager";

const SERVER: readonly CheckCase[] = [
  overrideCase(
    "autoloads",
    "GODOT_AUTOLOADS",
    ALL_AUTOLOADS.replace("CacheManager,", ""),
    "must contain CacheManager",
  ),
  overrideCase("autoloads", "GODOT_AUTOLOADS", `${ALL_AUTOLOADS},GdUnit4`, "must not contain GdUnit4"),
  overrideCase("http-api", "GODOT_ENABLE_HTTP_API", false, "every probe fails", { environment: "local" }),
  overrideCase("http-api", "GODOT_TELEMETRY_ENABLED", false, "WebSocket"),
  overrideCase("http-api", "GODOT_METRICS_ENABLED", false, "without metrics, failures are not visible"),
  {
    check: "environment-name",
    title: "GODOT_ENV is staging in production",
    unvalidatedVariables: { GODOT_ENV: "staging" },
    expectedPath: "gameServer.variables.GODOT_ENV",
    expectedRule: "must be production",
  },
  overrideCase("debug-flags", "GODOT_DEBUG_MODE", true, "expose server internals"),
  overrideCase("debug-flags", "GODOT_DEVELOPMENT_MODE", true, "unfinished content", {
    environment: "staging",
  }),
  overrideCase("debug-flags", "GODOT_DEBUG_ADAPTERS_ENABLED", true, "controls the server"),
  overrideCase("debug-flags", "GODOT_SCENE_HOT_RELOAD", true, "running world", { environment: "package" }),
  overrideCase("debug-flags", "GODOT_LOG_LEVEL", "debug", "must not be debug"),
  overrideCase(
    "scene-whitelist",
    "GODOT_SCENE_WHITELIST",
    `${MAIN_SCENE},res://lobby.tscn`,
    `must contain only ${MAIN_SCENE}`,
  ),
  overrideCase(
    "scene-whitelist",
    "GODOT_SCENE_WHITELIST",
    `${MAIN_SCENE},res://scenes/test_room.tscn`,
    "test_room",
    {
      environment: "staging",
    },
  ),
  overrideCase("scene-whitelist", "GODOT_SCENE_WHITELIST", "res://lobby.tscn", `must contain ${MAIN_SCENE}`, {
    environment: "staging",
  }),
  overrideCase("scene-whitelist", "GODOT_MAIN_SCENE", "res://lobby.tscn", `must be ${MAIN_SCENE}`),
  overrideCase("scene-blacklist", "GODOT_SCENE_BLACKLIST", "addons,.godot", "must contain gdUnit4"),
  overrideCase(
    "scene-blacklist",
    "GODOT_SCENE_WHITELIST",
    `${MAIN_SCENE},res://addons/x.tscn`,
    "the blacklist prevents it from loading",
    {
      environment: "local",
    },
  ),
];

const ACCESS: readonly CheckCase[] = [
  overrideCase("jwt", "GODOT_JWT_ENABLED", false, "otherwise clients can change the scene"),
  overrideCase("jwt", "GODOT_JWT_AUDIENCE", "staging", "another environment"),
  overrideCase("token-lifetimes", "GODOT_JWT_ACCESS_TTL_SECONDS", 7200, "at most 3600"),
  overrideCase("token-lifetimes", "GODOT_JWT_REFRESH_TTL_SECONDS", 2592001, "at most 2592000"),
  overrideCase(
    "token-lifetimes",
    "GODOT_JWT_REFRESH_TTL_SECONDS",
    600,
    "must be above GODOT_JWT_ACCESS_TTL_SECONDS",
  ),
  overrideCase("rbac", "GODOT_RBAC_ENABLED", false, "otherwise every player has operator rights"),
  overrideCase("rbac", "GODOT_RBAC_DEFAULT_ROLE", "admin", "observer or player"),
  overrideCase("rbac", "GODOT_RBAC_SCENE_ROLE", "player", "operator or admin"),
  overrideCase("intrusion-detection", "GODOT_IDS_ENABLED", false, "password guessing is not blocked"),
  overrideCase("intrusion-detection", "GODOT_IDS_MAX_FAILURES", 500, "at most 20"),
  overrideCase("intrusion-detection", "GODOT_IDS_BLOCK_SECONDS", 60, "at least 300"),
  overrideCase("rate-limiting", "GODOT_RATE_LIMIT_ENABLED", false, "one client can exhaust the server"),
  overrideCase("rate-limits", "GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE", 600, "100 to 300"),
  overrideCase("rate-limits", "GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE", 50, "100 to 300"),
  overrideCase("rate-limits", "GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE", 31, "10 to 30", {
    environment: "local",
  }),
  overrideCase("rate-limits", "GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE", 9, "10 to 30"),
  overrideCase("rate-limits", "GODOT_RATE_LIMIT_STATUS_PER_MINUTE", 101, "at most 100"),
  overrideCase("rate-limits", "GODOT_RATE_LIMIT_PROBE_PER_MINUTE", 10, "at least 60"),
  overrideCase("origins", "GODOT_HTTP_CORS_ORIGINS", "*", "any web page"),
  overrideCase("origins", "GODOT_HTTP_CORS_ORIGINS", "http://play.spacetime-vr.com", "any web page"),
  overrideCase("origins", "GODOT_HTTP_TRUSTED_PROXIES", "0.0.0.0/0", "clients could forge"),
  overrideCase("telemetry-access", "GODOT_TELEMETRY_AUTH_REQUIRED", false, "personal data"),
];

const PROTECTION: readonly CheckCase[] = [
  {
    check: "tls",
    title: "GODOT_TLS_ENABLED is false",
    environment: "local",
    unvalidatedVariables: { GODOT_TLS_ENABLED: "false" },
    expectedPath: "gameServer.variables.GODOT_TLS_ENABLED",
    expectedRule: "must be true",
  },
  {
    check: "tls",
    title: "GODOT_REDIS_TLS_ENABLED is false",
    unvalidatedVariables: { GODOT_REDIS_TLS_ENABLED: "false" },
    expectedPath: "gameServer.variables.GODOT_REDIS_TLS_ENABLED",
    expectedRule: "cross the network unencrypted",
  },
  overrideCase("tls", "GODOT_DATABASE_TLS_MODE", "require", "must be verify-full"),
  {
    check: "certificate",
    title: "production has a self-signed certificate",
    change: (values) => {
      values.certificates = { kind: "self-signed", validityDays: 365 };
    },
    expectedPath: "certificates.kind",
    expectedRule: "must be acme or imported",
  },
  {
    check: "certificate",
    title: "production has a certificate of the Let's Encrypt staging CA",
    change: (values) => {
      values.certificates.server = "letsencrypt-staging";
    },
    expectedPath: "certificates.server",
    expectedRule: "must be letsencrypt",
  },
  {
    check: "certificate",
    title: "an imported certificate is self-signed",
    change: (values) => {
      values.certificates = { kind: "imported", certificateChain: SELF_SIGNED_CERTIFICATE };
      values.tlsPrivateKey = "given";
    },
    secretKeys: ["tlsPrivateKey"],
    expectedPath: "certificates.certificateChain",
    expectedRule: "must not be self-signed",
  },
  overrideCase("audit", "GODOT_AUDIT_ENABLED", false, "there is no record of who did what"),
  overrideCase("audit", "GODOT_AUDIT_EVENTS", "auth,scene,admin", "must contain player, drain"),
  overrideCase("redaction", "GODOT_LOG_REDACTION_ENABLED", false, "otherwise logs contain tokens", {
    environment: "local",
  }),
  overrideCase(
    "redaction",
    "GODOT_LOG_REDACTED_FIELDS",
    "password",
    "must contain authorization, cookie, secret, token",
  ),
  overrideCase("redaction", "GODOT_LOG_CLIENT_ADDRESS", "full", "personal data"),
];

const DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

const placeholderCase = (
  check: string,
  at: string,
  says: string,
  change: (values: Values) => void,
): CheckCase => ({
  check,
  title: `${at} was not filled in (${says})`,
  expectedPath: at,
  expectedRule: says,
  change,
});

const VALUES: readonly CheckCase[] = [
  placeholderCase("placeholders", "cluster.context", "placeholder", (values) => {
    useExistingCluster(values);
    values.cluster.context = "REPLACE_WITH_CONTEXT";
  }),
  placeholderCase("placeholders", "cluster.context", "must not be a placeholder", (values) => {
    useExistingCluster(values);
    values.cluster.context = "<your context>";
  }),
  placeholderCase("placeholders", "gateway.exposure.annotations.team", "placeholder", (values) => {
    values.gateway.exposure.annotations = { team: "TODO" };
  }),
  overrideCase("placeholders", "GODOT_JWT_ISSUER", "changeme", "placeholder", { environment: "local" }),
  {
    check: "placeholders",
    title: "a credential still has the placeholder value",
    change: (values) => {
      values.smtpPassword = "REPLACE_WITH_SECURE_TOKEN";
    },
    secretKeys: ["smtpPassword"],
    expectedPath: "smtpPassword",
    expectedRule: "placeholder",
  },
  placeholderCase("examples", "aws.account", "an account id of only zeros", (values) => {
    values.aws.account = "000000000000";
  }),
  placeholderCase("examples", "cluster.access.publicCidrs[0]", "RFC 5737", (values) => {
    values.cluster.access.publicCidrs = ["198.51.100.0/24"];
  }),
  placeholderCase("examples", "cluster.access.deployer", "an account id of only zeros", (values) => {
    values.cluster.access.deployer = "arn:aws:iam::000000000000:role/deploy";
  }),
  placeholderCase("examples", "gateway.domain", "RFC 2606", (values) => {
    useExistingCluster(values);
    values.gateway.domain = "play.example.org";
  }),
  placeholderCase("examples", "gateway.domain", "example (RFC 2606)", (values) => {
    useExistingCluster(values);
    values.gateway.domain = "play.spacetime.test";
  }),
  placeholderCase("examples", "gateway.exposure.sourceCidrs[1]", "RFC 5737", (values) => {
    values.gateway.exposure.sourceCidrs = ["185.12.64.0/24", "203.0.113.0/24"];
  }),
  placeholderCase("examples", "gameServer.image", "a digest of repeated digits", (values) => {
    values.gameServer.image = `registry.spacetime-vr.com/server@sha256:${"0".repeat(64)}`;
  }),
  placeholderCase("examples", "gameServer.image", "an account id of only zeros", (values) => {
    values.gameServer.image = `000000000000.dkr.ecr.eu-central-1.amazonaws.com/server@sha256:${DIGEST}`;
  }),
  placeholderCase("examples", "certificates.hostedZoneId", "a zone id of only zeros", (values) => {
    useExistingCluster(values);
    values.certificates.hostedZoneId = "Z0000";
  }),
  {
    check: "image",
    title: "the image reference has no registry, so each node could pull from a different one",
    change: (values) => {
      values.gameServer.image = `game/server@sha256:${DIGEST}`;
    },
    expectedPath: "gameServer.image",
    expectedRule: "must include the registry",
  },
  overrideCase("ports", "GODOT_HTTP_PORT", 80, "at least 1024", { environment: "local" }),
  {
    check: "ports",
    title: "two variables have the same port",
    unvalidatedVariables: { GODOT_TELEMETRY_PORT: "8080" },
    expectedPath: "gameServer.variables.GODOT_TELEMETRY_PORT",
    expectedRule: "must differ from GODOT_HTTP_PORT",
  },
];

const scalingCase = (title: string, at: string, says: string, rest: Partial<CheckCase>): CheckCase => ({
  check: "replicas",
  title,
  expectedPath: at,
  expectedRule: says,
  ...rest,
});

const CAPACITY: readonly CheckCase[] = [
  scalingCase(
    "the minimum of production's pool is below the number of zones",
    "gameServer.pools[0].scaling.minimum",
    "at least 3: the loss of a zone",
    {
      change: (values) => {
        values.gameServer.pools[0].scaling.minimum = 2;
      },
    },
  ),
  scalingCase("production's gateway does not scale", "gateway.scaling.kind", "must be autoscaled", {
    change: (values) => {
      values.gateway.scaling = { kind: "fixed", replicas: 3 };
    },
  }),
  scalingCase("a package has one gateway", "gateway.scaling.replicas", "at least 2: a node restart", {
    environment: "package",
    change: (values) => {
      values.gateway.scaling.replicas = 1;
    },
  }),
  {
    check: "memory",
    title: "the container's memory limit leaves no headroom above the memory target",
    change: (values) => {
      values.gameServer.pools[0].resources.memory = "400Mi";
    },
    expectedPath: "gameServer.pools[0].resources.memory",
    expectedRule: "must be at least 477Mi",
  },
  {
    check: "memory",
    title: "the memory target is above the required maximum",
    overrides: { GODOT_MEMORY_TARGET_MB: 800 },
    change: (values) => {
      values.gameServer.pools[0].resources.memory = "2Gi";
    },
    expectedPath: "gameServer.variables.GODOT_MEMORY_TARGET_MB",
    expectedRule: "at most 400",
  },
  overrideCase("frame-rate", "GODOT_TARGET_FPS", 120, "85 to 95"),
  overrideCase("frame-rate", "GODOT_FPS_ALERT_THRESHOLD", 90, "must be below the target"),
  overrideCase("frame-rate", "GODOT_FPS_CRITICAL_THRESHOLD", 85, "must be below the alert threshold"),
  overrideCase("frame-rate", "GODOT_TELEMETRY_RATE_HZ", 120, "at most 90"),
  overrideCase("desktop-fallback", "GODOT_VR_DESKTOP_FALLBACK", false, "without a headset", {
    environment: "local",
  }),
  overrideCase("database-connections", "GODOT_DATABASE_POOL_SIZE", 7, "at most 6", {
    change: useExistingCluster,
  }),
  {
    check: "database-connections",
    title: "there are more servers than database connections",
    change: (values) => {
      useExistingCluster(values);
      values.gameServer.pools[0].scaling.maximum = 81;
    },
    expectedPath: "gameServer.pools",
    expectedRule: "at most 80 servers",
  },
];

const DEPENDENCIES: readonly CheckCase[] = [
  {
    ...overrideCase(
      "dependencies",
      "GODOT_DISCOVERY_ENABLED",
      false,
      "without discovery, no servers are found",
    ),
    expectedPath: "gameServer.variables.GODOT_MESH_ENABLED",
  },
  overrideCase("dependencies", "GODOT_DISCOVERY_PEER_TIMEOUT_SECONDS", 6, "at least 10"),
  overrideCase("dependencies", "GODOT_MESH_STATE_TTL_SECONDS", 10, "at least 20"),
  overrideCase("dependencies", "GODOT_READY_TIMEOUT_MS", 3000, "at most 2500"),
  overrideCase("dependencies", "GODOT_HTTP_IDLE_TIMEOUT_SECONDS", 60, "at least 66"),
  overrideCase("dependencies", "GODOT_SESSION_TTL_SECONDS", 60, "at least 180"),
  overrideCase("dependencies", "GODOT_FEATURE_BATCH_OPERATIONS_ROUTER", true, "batches run as jobs"),
  overrideCase("dependencies", "GODOT_METRICS_LATENCY_BUCKETS_MS", "10,5", "must be in ascending order"),
];

/** At least one case for every check, as `checks.test.ts` requires. */
export const CHECK_CASES: readonly CheckCase[] = [
  ...SERVER,
  ...ACCESS,
  ...PROTECTION,
  ...VALUES,
  ...CAPACITY,
  ...DEPENDENCIES,
];
