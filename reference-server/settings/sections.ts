import type { SettingsReader } from "./settings-reader.ts";

/** Shortest secret that is accepted: 32 random bytes, encoded, never have fewer characters. */
const MIN_SECRET_LENGTH = 32;

/** Where the internal certificate is mounted in a pod; other ways of running name their own paths. */
const TLS_MOUNT_PATH = "/run/secrets/tls";

export const readHttpSettings = (read: SettingsReader) => ({
  enabled: read.boolean("GODOT_ENABLE_HTTP_API"),
  port: read.integer("GODOT_HTTP_PORT"),
  bindAddress: read.text("GODOT_BIND_ADDRESS"),
  publicHost: read.text("GODOT_PUBLIC_HOST", "localhost"),
  maxBodyBytes: read.integer("GODOT_HTTP_MAX_BODY_BYTES"),
  requestTimeoutSeconds: read.integer("GODOT_HTTP_REQUEST_TIMEOUT_SECONDS"),
  idleTimeoutSeconds: read.integer("GODOT_HTTP_IDLE_TIMEOUT_SECONDS"),
  maxConnections: read.integer("GODOT_HTTP_MAX_CONNECTIONS"),
  corsOrigins: read.list("GODOT_HTTP_CORS_ORIGINS"),
  trustedProxies: read.list("GODOT_HTTP_TRUSTED_PROXIES"),
});

export const readLifecycleSettings = (read: SettingsReader) => ({
  autoloads: read.list("GODOT_AUTOLOADS"),
  maxPlayers: read.integer("GODOT_MAX_PLAYERS"),
  playerIdleTimeoutSeconds: read.integer("GODOT_PLAYER_IDLE_TIMEOUT_SECONDS"),
  drainTimeoutSeconds: read.integer("GODOT_DRAIN_TIMEOUT_SECONDS", 30),
});

export const readDebuggingSettings = (read: SettingsReader) => ({
  debugMode: read.boolean("GODOT_DEBUG_MODE"),
  developmentMode: read.boolean("GODOT_DEVELOPMENT_MODE"),
  adaptersEnabled: read.boolean("GODOT_DEBUG_ADAPTERS_ENABLED"),
  dapPort: read.integer("GODOT_DAP_PORT"),
  lspPort: read.integer("GODOT_LSP_PORT"),
});

export function readAccessSettings(read: SettingsReader) {
  const jwtEnabled = read.boolean("GODOT_JWT_ENABLED");
  const needed = jwtEnabled ? { needed: "GODOT_JWT_ENABLED=true" } : {};
  return {
    jwtEnabled,
    apiToken: read.secret("GODOT_API_TOKEN", { ...needed, minimum: MIN_SECRET_LENGTH }),
    signingKey: read.secret("GODOT_JWT_SIGNING_KEY", { ...needed, minimum: MIN_SECRET_LENGTH }),
    algorithm: read.text("GODOT_JWT_ALGORITHM"),
    issuer: read.text("GODOT_JWT_ISSUER"),
    audience: read.text("GODOT_JWT_AUDIENCE"),
    accessTtlSeconds: read.integer("GODOT_JWT_ACCESS_TTL_SECONDS"),
    refreshTtlSeconds: read.integer("GODOT_JWT_REFRESH_TTL_SECONDS"),
    rbacEnabled: read.boolean("GODOT_RBAC_ENABLED"),
    defaultRole: read.text("GODOT_RBAC_DEFAULT_ROLE"),
    sceneRole: read.text("GODOT_RBAC_SCENE_ROLE"),
  };
}

export const readIntrusionSettings = (read: SettingsReader) => ({
  enabled: read.boolean("GODOT_IDS_ENABLED"),
  maxFailures: read.integer("GODOT_IDS_MAX_FAILURES"),
  windowSeconds: read.integer("GODOT_IDS_WINDOW_SECONDS"),
  blockSeconds: read.integer("GODOT_IDS_BLOCK_SECONDS"),
});

export const readRateLimitSettings = (read: SettingsReader) => ({
  enabled: read.boolean("GODOT_RATE_LIMIT_ENABLED"),
  global: read.integer("GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE"),
  scene_read: read.integer("GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE"),
  scene_write: read.integer("GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE"),
  status: read.integer("GODOT_RATE_LIMIT_STATUS_PER_MINUTE"),
  probe: read.integer("GODOT_RATE_LIMIT_PROBE_PER_MINUTE"),
  fallback: read.text("GODOT_RATE_LIMIT_FALLBACK"),
});

export const readTlsSettings = (read: SettingsReader) => ({
  enabled: read.boolean("GODOT_TLS_ENABLED", true),
  certPath: read.text("GODOT_TLS_CERT_PATH", `${TLS_MOUNT_PATH}/tls.crt`),
  keyPath: read.text("GODOT_TLS_KEY_PATH", `${TLS_MOUNT_PATH}/tls.key`),
  caPath: read.text("GODOT_TLS_CA_PATH", `${TLS_MOUNT_PATH}/ca.crt`),
  minVersion: read.text("GODOT_TLS_MIN_VERSION"),
  reloadSeconds: read.integer("GODOT_TLS_RELOAD_SECONDS"),
});

export const readSceneSettings = (read: SettingsReader) => ({
  main: read.text("GODOT_MAIN_SCENE"),
  whitelist: read.list("GODOT_SCENE_WHITELIST"),
  blacklist: read.list("GODOT_SCENE_BLACKLIST"),
  loadTimeoutSeconds: read.integer("GODOT_SCENE_LOAD_TIMEOUT_SECONDS"),
  hotReload: read.boolean("GODOT_SCENE_HOT_RELOAD"),
});

export function readDatabaseSettings(read: SettingsReader) {
  const host = read.optionalText("GODOT_DATABASE_HOST");
  const needed = host === undefined ? {} : { needed: "GODOT_DATABASE_HOST" };
  return {
    host,
    port: read.integer("GODOT_DATABASE_PORT", 5432),
    name: read.text("GODOT_DATABASE_NAME", "spacetime"),
    user: read.text("GODOT_DATABASE_USER", "spacetime_app"),
    password: read.secret("GODOT_DATABASE_PASSWORD", { minimum: 1 }),
    caPath: read.text("GODOT_DATABASE_CA_PATH", `${TLS_MOUNT_PATH}/ca.crt`),
    tlsMode: read.text("GODOT_DATABASE_TLS_MODE"),
    poolSize: read.integer("GODOT_DATABASE_POOL_SIZE"),
    connectTimeoutSeconds: read.integer("GODOT_DATABASE_CONNECT_TIMEOUT_SECONDS"),
    statementTimeoutMs: read.integer("GODOT_DATABASE_STATEMENT_TIMEOUT_MS"),
    migrateOnStart: read.boolean("GODOT_DATABASE_MIGRATE_ON_START"),
    worldKey: read.secret("GODOT_WORLD_DATA_KEY", { ...needed, minimum: MIN_SECRET_LENGTH }),
    playerKey: read.secret("GODOT_PLAYER_DATA_KEY", { ...needed, minimum: MIN_SECRET_LENGTH }),
    worldSaveIntervalSeconds: read.integer("GODOT_WORLD_SAVE_INTERVAL_SECONDS"),
  };
}

export const readRedisSettings = (read: SettingsReader) => ({
  host: read.optionalText("GODOT_REDIS_HOST"),
  port: read.integer("GODOT_REDIS_PORT", 6379),
  password: read.secret("GODOT_REDIS_PASSWORD", { minimum: 1 }),
  tlsEnabled: read.boolean("GODOT_REDIS_TLS_ENABLED", true),
  keyPrefix: read.text("GODOT_REDIS_KEY_PREFIX"),
  commandTimeoutMs: read.integer("GODOT_REDIS_COMMAND_TIMEOUT_MS"),
  sessionTtlSeconds: read.integer("GODOT_SESSION_TTL_SECONDS"),
  cacheTtlSeconds: read.integer("GODOT_CACHE_TTL_SECONDS"),
  cacheMaxEntries: read.integer("GODOT_CACHE_MAX_ENTRIES"),
});

export const readMonitoringSettings = (read: SettingsReader) => ({
  metricsEnabled: read.boolean("GODOT_METRICS_ENABLED"),
  scrapeToken: read.secret("GODOT_METRICS_SCRAPE_TOKEN", { minimum: MIN_SECRET_LENGTH }),
  intervalSeconds: read.integer("GODOT_METRICS_INTERVAL_SECONDS"),
  latencyBucketsMs: read.list("GODOT_METRICS_LATENCY_BUCKETS_MS").map(Number),
  healthStallSeconds: read.integer("GODOT_HEALTH_STALL_SECONDS"),
  readyTimeoutMs: read.integer("GODOT_READY_TIMEOUT_MS"),
});

export const readTelemetrySettings = (read: SettingsReader) => ({
  enabled: read.boolean("GODOT_TELEMETRY_ENABLED"),
  port: read.integer("GODOT_TELEMETRY_PORT"),
  rateHz: read.integer("GODOT_TELEMETRY_RATE_HZ"),
  format: read.text("GODOT_TELEMETRY_FORMAT") === "json" ? ("json" as const) : ("binary" as const),
  compression: read.text("GODOT_TELEMETRY_COMPRESSION"),
  compressionMinBytes: read.integer("GODOT_TELEMETRY_COMPRESSION_MIN_BYTES"),
  maxClients: read.integer("GODOT_TELEMETRY_MAX_CLIENTS"),
  authRequired: read.boolean("GODOT_TELEMETRY_AUTH_REQUIRED"),
});

export const readMeshSettings = (read: SettingsReader) => ({
  discoveryEnabled: read.boolean("GODOT_DISCOVERY_ENABLED"),
  port: read.integer("GODOT_DISCOVERY_PORT"),
  service: read.optionalText("GODOT_DISCOVERY_SERVICE"),
  intervalSeconds: read.integer("GODOT_DISCOVERY_INTERVAL_SECONDS"),
  peerTimeoutSeconds: read.integer("GODOT_DISCOVERY_PEER_TIMEOUT_SECONDS"),
  enabled: read.boolean("GODOT_MESH_ENABLED"),
  maxPeers: read.integer("GODOT_MESH_MAX_PEERS"),
  stateTtlSeconds: read.integer("GODOT_MESH_STATE_TTL_SECONDS"),
});

export const readPerformanceSettings = (read: SettingsReader) => ({
  targetFps: read.integer("GODOT_TARGET_FPS"),
  alertFps: read.integer("GODOT_FPS_ALERT_THRESHOLD"),
  criticalFps: read.integer("GODOT_FPS_CRITICAL_THRESHOLD"),
  physicsTicksPerSecond: read.integer("GODOT_PHYSICS_TICKS_PER_SECOND"),
  memoryTargetMb: read.integer("GODOT_MEMORY_TARGET_MB"),
  vrEnabled: read.boolean("GODOT_VR_ENABLED"),
  vrDesktopFallback: read.boolean("GODOT_VR_DESKTOP_FALLBACK"),
});

export const readLoggingSettings = (read: SettingsReader) => ({
  level: read.text("GODOT_LOG_LEVEL"),
  format: read.text("GODOT_LOG_FORMAT"),
  redactionEnabled: read.boolean("GODOT_LOG_REDACTION_ENABLED"),
  redactedFields: read.list("GODOT_LOG_REDACTED_FIELDS"),
  clientAddress: read.text("GODOT_LOG_CLIENT_ADDRESS"),
  auditEnabled: read.boolean("GODOT_AUDIT_ENABLED"),
  auditEvents: read.list("GODOT_AUDIT_EVENTS"),
});

export const readBackupSettings = (read: SettingsReader) => ({
  enabled: read.boolean("GODOT_BACKUP_SNAPSHOTS_ENABLED"),
  intervalMinutes: read.integer("GODOT_BACKUP_SNAPSHOT_INTERVAL_MINUTES"),
  count: read.integer("GODOT_BACKUP_SNAPSHOT_COUNT"),
});

export const readFeatureSettings = (read: SettingsReader) => ({
  webhooks: read.boolean("GODOT_FEATURE_WEBHOOK_ROUTER"),
  jobs: read.boolean("GODOT_FEATURE_JOB_ROUTER"),
  batch: read.boolean("GODOT_FEATURE_BATCH_OPERATIONS_ROUTER"),
  phase4: read.boolean("GODOT_FEATURE_PHASE_4"),
});
