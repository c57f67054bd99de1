/**
 * The 13 generated secrets of 32 random bytes each (DESIGN §5). The names are shared, because the config has their versions,
 * the secrets component generates them, and workloads use them.
 */
export const SECRET_NAMES = [
  "api-token",
  "jwt-signing-key",
  "postgres-admin-password",
  "postgres-app-password",
  "postgres-backup-password",
  "redis-password",
  "grafana-admin-password",
  "prometheus-web-password",
  "alertmanager-web-password",
  "metrics-scrape-token",
  "world-data-key",
  "player-data-key",
  "backup-encryption-key",
] as const;

/**
 * Keys for data at rest. A new key makes existing data unreadable, so they are rotated by re-encryption, not by increasing
 * a version.
 */
export const DATA_ENCRYPTION_KEYS = ["world-data-key", "player-data-key", "backup-encryption-key"] as const;

/** One of the 13 generated secrets. */
export type SecretName = (typeof SECRET_NAMES)[number];

/**
 * Credentials from third parties, encrypted in the stack file (`pulumi config set --secret databasePassword`). They are
 * top-level keys, because Pulumi tells a program which keys are secret, but not which parts of a structured value.
 */
export const CREDENTIAL_NAMES = [
  "databasePassword",
  "tlsPrivateKey",
  "slackWebhookUrl",
  "pagerdutyRoutingKey",
  "smtpPassword",
] as const;

/** A credential in the encrypted config. */
export type CredentialName = (typeof CREDENTIAL_NAMES)[number];
