import type { SettingsReader } from "./settings-reader.ts";

/** Minimum length of a secret: 32 random bytes never encode to fewer characters. */
const MIN_SECRET_LENGTH = 32;

/** Mount path of the internal certificate in a pod; other environments set their own paths. */
const TLS_MOUNT_PATH = "/run/secrets/tls";

export const readHttpSettings = (reader: SettingsReader) => ({
  enabled: reader.boolean("GODOT_ENABLE_HTTP_API"),
  port: reader.integer("GODOT_HTTP_PORT"),
  bindAddress: reader.text("GODOT_BIND_ADDRESS"),
  publicHost: reader.text("GODOT_PUBLIC_HOST", "localhost"),
  maxBodyBytes: reader.integer("GODOT_HTTP_MAX_BODY_BYTES"),
  requestTimeoutSeconds: reader.integer("GODOT_HTTP_REQUEST_TIMEOUT_SECONDS"),
  idleTimeoutSeconds: reader.integer("GODOT_HTTP_IDLE_TIMEOUT_SECONDS"),
  maxConnections: reader.integer("GODOT_HTTP_MAX_CONNECTIONS"),
  corsOrigins: reader.list("GODOT_HTTP_CORS_ORIGINS"),
  trustedProxies: reader.list("GODOT_HTTP_TRUSTED_PROXIES"),
});

export const readLifecycleSettings = (reader: SettingsReader) => ({
  autoloads: reader.list("GODOT_AUTOLOADS"),
  maxPlayers: reader.integer("GODOT_MAX_PLAYERS"),
  playerIdleTimeoutSeconds: reader.integer("GODOT_PLAYER_IDLE_TIMEOUT_SECONDS"),
  drainTimeoutSeconds: reader.integer("GODOT_DRAIN_TIMEOUT_SECONDS", 30),
});

export const readDebuggingSettings = (reader: SettingsReader) => ({
  debugMode: reader.boolean("GODOT_DEBUG_MODE"),
  developmentMode: reader.boolean("GODOT_DEVELOPMENT_MODE"),
  adaptersEnabled: reader.boolean("GODOT_DEBUG_ADAPTERS_ENABLED"),
  dapPort: reader.integer("GODOT_DAP_PORT"),
  lspPort: reader.integer("GODOT_LSP_PORT"),
});

export function readAccessSettings(reader: SettingsReader) {
  const jwtEnabled = reader.boolean("GODOT_JWT_ENABLED");
  const requirement = jwtEnabled ? { requiredBy: "GODOT_JWT_ENABLED=true" } : {};
  return {
    jwtEnabled,
    apiToken: reader.secret("GODOT_API_TOKEN", { ...requirement, minimum: MIN_SECRET_LENGTH }),
    signingKey: reader.secret("GODOT_JWT_SIGNING_KEY", { ...requirement, minimum: MIN_SECRET_LENGTH }),
    algorithm: reader.text("GODOT_JWT_ALGORITHM"),
    issuer: reader.text("GODOT_JWT_ISSUER"),
    audience: reader.text("GODOT_JWT_AUDIENCE"),
    accessTtlSeconds: reader.integer("GODOT_JWT_ACCESS_TTL_SECONDS"),
    refreshTtlSeconds: reader.integer("GODOT_JWT_REFRESH_TTL_SECONDS"),
    rbacEnabled: reader.boolean("GODOT_RBAC_ENABLED"),
    defaultRole: reader.text("GODOT_RBAC_DEFAULT_ROLE"),
    sceneRole: reader.text("GODOT_RBAC_SCENE_ROLE"),
  };
}

export const readIntrusionSettings = (reader: SettingsReader) => ({
  enabled: reader.boolean("GODOT_IDS_ENABLED"),
  maxFailures: reader.integer("GODOT_IDS_MAX_FAILURES"),
  windowSeconds: reader.integer("GODOT_IDS_WINDOW_SECONDS"),
  blockSeconds: reader.integer("GODOT_IDS_BLOCK_SECONDS"),
});

export const readRateLimitSettings = (reader: SettingsReader) => ({
  enabled: reader.boolean("GODOT_RATE_LIMIT_ENABLED"),
  global: reader.integer("GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE"),
  scene_read: reader.integer("GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE"),
  scene_write: reader.integer("GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE"),
  status: reader.integer("GODOT_RATE_LIMIT_STATUS_PER_MINUTE"),
  probe: reader.integer("GODOT_RATE_LIMIT_PROBE_PER_MINUTE"),
  fallback: reader.text("GODOT_RATE_LIMIT_FALLBACK"),
});

export const readTlsSettings = (reader: SettingsReader) => ({
  enabled: reader.boolean("GODOT_TLS_ENABLED", true),
  certPath: reader.text("GODOT_TLS_CERT_PATH", `${TLS_MOUNT_PATH}/tls.crt`),
  keyPath: reader.text("GODOT_TLS_KEY_PATH", `${TLS_MOUNT_PATH}/tls.key`),
  caPath: reader.text("GODOT_TLS_CA_PATH", `${TLS_MOUNT_PATH}/ca.crt`),
  minVersion: reader.text("GODOT_TLS_MIN_VERSION"),
  reloadSeconds: reader.integer("GODOT_TLS_RELOAD_SECONDS"),
});

export const readSceneSettings = (reader: SettingsReader) => ({
  main: reader.text("GODOT_MAIN_SCENE"),
  whitelist: reader.list("GODOT_SCENE_WHITELIST"),
  blacklist: reader.list("GODOT_SCENE_BLACKLIST"),
  loadTimeoutSeconds: reader.integer("GODOT_SCENE_LOAD_TIMEOUT_SECONDS"),
  hotReload: reader.boolean("GODOT_SCENE_HOT_RELOAD"),
});

export function readDatabaseSettings(reader: SettingsReader) {
  const host = reader.optionalText("GODOT_DATABASE_HOST");
  const requirement = host === undefined ? {} : { requiredBy: "GODOT_DATABASE_HOST" };
  return {
    host,
    port: reader.integer("GODOT_DATABASE_PORT", 5432),
    name: reader.text("GODOT_DATABASE_NAME", "spacetime"),
    user: reader.text("GODOT_DATABASE_USER", "spacetime_app"),
    password: reader.secret("GODOT_DATABASE_PASSWORD", { minimum: 1 }),
    caPath: reader.text("GODOT_DATABASE_CA_PATH", `${TLS_MOUNT_PATH}/ca.crt`),
    tlsMode: reader.text("GODOT_DATABASE_TLS_MODE"),
    poolSize: reader.integer("GODOT_DATABASE_POOL_SIZE"),
    connectTimeoutSeconds: reader.integer("GODOT_DATABASE_CONNECT_TIMEOUT_SECONDS"),
    statementTimeoutMs: reader.integer("GODOT_DATABASE_STATEMENT_TIMEOUT_MS"),
    migrateOnStart: reader.boolean("GODOT_DATABASE_MIGRATE_ON_START"),
    worldKey: reader.secret("GODOT_WORLD_DATA_KEY", { ...requirement, minimum: MIN_SECRET_LENGTH }),
    playerKey: reader.secret("GODOT_PLAYER_DATA_KEY", { ...requirement, minimum: MIN_SECRET_LENGTH }),
    worldSaveIntervalSeconds: reader.integer("GODOT_WORLD_SAVE_INTERVAL_SECONDS"),
  };
}

export const readRedisSettings = (reader: SettingsReader) => ({
  host: reader.optionalText("GODOT_REDIS_HOST"),
  port: reader.integer("GODOT_REDIS_PORT", 6379),
  password: reader.secret("GODOT_REDIS_PASSWORD", { minimum: 1 }),
  tlsEnabled: reader.boolean("GODOT_REDIS_TLS_ENABLED", true),
  keyPrefix: reader.text("GODOT_REDIS_KEY_PREFIX"),
  commandTimeoutMs: reader.integer("GODOT_REDIS_COMMAND_TIMEOUT_MS"),
  sessionTtlSeconds: reader.integer("GODOT_SESSION_TTL_SECONDS"),
  cacheTtlSeconds: reader.integer("GODOT_CACHE_TTL_SECONDS"),
  cacheMaxEntries: reader.integer("GODOT_CACHE_MAX_ENTRIES"),
});

export const readMonitoringSettings = (reader: SettingsReader) => ({
  metricsEnabled: reader.boolean("GODOT_METRICS_ENABLED"),
  scrapeToken: reader.secret("GODOT_METRICS_SCRAPE_TOKEN", { minimum: MIN_SECRET_LENGTH }),
  intervalSeconds: reader.integer("GODOT_METRICS_INTERVAL_SECONDS"),
  latencyBucketsMs: reader.list("GODOT_METRICS_LATENCY_BUCKETS_MS").map(Number),
  healthStallSeconds: reader.integer("GODOT_HEALTH_STALL_SECONDS"),
  readyTimeoutMs: reader.integer("GODOT_READY_TIMEOUT_MS"),
});

export const readTelemetrySettings = (reader: SettingsReader) => ({
  enabled: reader.boolean("GODOT_TELEMETRY_ENABLED"),
  port: reader.integer("GODOT_TELEMETRY_PORT"),
  rateHz: reader.integer("GODOT_TELEMETRY_RATE_HZ"),
  format: reader.text("GODOT_TELEMETRY_FORMAT") === "json" ? ("json" as const) : ("binary" as const),
  compression: reader.text("GODOT_TELEMETRY_COMPRESSION"),
  compressionMinBytes: reader.integer("GODOT_TELEMETRY_COMPRESSION_MIN_BYTES"),
  maxClients: reader.integer("GODOT_TELEMETRY_MAX_CLIENTS"),
  authRequired: reader.boolean("GODOT_TELEMETRY_AUTH_REQUIRED"),
});

export const readMeshSettings = (reader: SettingsReader) => ({
  discoveryEnabled: reader.boolean("GODOT_DISCOVERY_ENABLED"),
  port: reader.integer("GODOT_DISCOVERY_PORT"),
  service: reader.optionalText("GODOT_DISCOVERY_SERVICE"),
  intervalSeconds: reader.integer("GODOT_DISCOVERY_INTERVAL_SECONDS"),
  peerTimeoutSeconds: reader.integer("GODOT_DISCOVERY_PEER_TIMEOUT_SECONDS"),
  enabled: reader.boolean("GODOT_MESH_ENABLED"),
  maxPeers: reader.integer("GODOT_MESH_MAX_PEERS"),
  stateTtlSeconds: reader.integer("GODOT_MESH_STATE_TTL_SECONDS"),
});

export const readPerformanceSettings = (reader: SettingsReader) => ({
  targetFps: reader.integer("GODOT_TARGET_FPS"),
  alertFps: reader.integer("GODOT_FPS_ALERT_THRESHOLD"),
  criticalFps: reader.integer("GODOT_FPS_CRITICAL_THRESHOLD"),
  physicsTicksPerSecond: reader.integer("GODOT_PHYSICS_TICKS_PER_SECOND"),
  memoryTargetMb: reader.integer("GODOT_MEMORY_TARGET_MB"),
  vrEnabled: reader.boolean("GODOT_VR_ENABLED"),
  vrDesktopFallback: reader.boolean("GODOT_VR_DESKTOP_FALLBACK"),
});

export const readLoggingSettings = (reader: SettingsReader) => ({
  level: reader.text("GODOT_LOG_LEVEL"),
  format: reader.text("GODOT_LOG_FORMAT"),
  redactionEnabled: reader.boolean("GODOT_LOG_REDACTION_ENABLED"),
  redactedFields: reader.list("GODOT_LOG_REDACTED_FIELDS"),
  clientAddress: reader.text("GODOT_LOG_CLIENT_ADDRESS"),
  auditEnabled: reader.boolean("GODOT_AUDIT_ENABLED"),
  auditEvents: reader.list("GODOT_AUDIT_EVENTS"),
});

export const readBackupSettings = (reader: SettingsReader) => ({
  enabled: reader.boolean("GODOT_BACKUP_SNAPSHOTS_ENABLED"),
  intervalMinutes: reader.integer("GODOT_BACKUP_SNAPSHOT_INTERVAL_MINUTES"),
  count: reader.integer("GODOT_BACKUP_SNAPSHOT_COUNT"),
});

export const readFeatureSettings = (reader: SettingsReader) => ({
  webhooks: reader.boolean("GODOT_FEATURE_WEBHOOK_ROUTER"),
  jobs: reader.boolean("GODOT_FEATURE_JOB_ROUTER"),
  batch: reader.boolean("GODOT_FEATURE_BATCH_OPERATIONS_ROUTER"),
  phase4: reader.boolean("GODOT_FEATURE_PHASE_4"),
});
