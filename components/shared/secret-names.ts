/**
 * The 13 generated secrets, each 32 random bytes (DESIGN §5). They are named here, below every domain, because the config
 * raises their versions, the secrets component makes them and the workloads refer to them.
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
 * Keys that data at rest is encrypted with. Replacing one makes everything encrypted before unreadable, so they are rotated by
 * re-encryption and not by raising a version.
 */
export const DATA_ENCRYPTION_KEYS = ["world-data-key", "player-data-key", "backup-encryption-key"] as const;

/** One of the 13 generated secrets. */
export type SecretName = (typeof SECRET_NAMES)[number];

/**
 * What only an owner can give, kept as an encrypted top-level key of the stack's config
 * (`pulumi config set --secret databasePassword`). Top-level, because the engine tells a program which keys are secret, not
 * which leaves of a structured value are.
 */
export const CREDENTIAL_NAMES = [
  "databasePassword",
  "tlsPrivateKey",
  "slackWebhookUrl",
  "pagerdutyRoutingKey",
  "smtpPassword",
] as const;

/** One of the credentials that an owner gives as encrypted config. */
export type CredentialName = (typeof CREDENTIAL_NAMES)[number];
