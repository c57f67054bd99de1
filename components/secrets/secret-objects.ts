import type { Namespace } from "../shared/kubernetes/namespaces.ts";
import type { CredentialName, SecretName } from "../shared/secret-names.ts";

/** A key of a Secret object and the source of its value. */
export type SecretEntry =
  | { readonly kind: "generated"; readonly secret: SecretName }
  /** From the encrypted config; the key is omitted if the credential is not set. */
  | { readonly kind: "given"; readonly credential: CredentialName };

/** A Secret object with generated and provided values. The TLS Secrets are created with the certificates. */
export interface SecretObjectSpec {
  readonly name: string;
  readonly namespace: Namespace;
  readonly entries: readonly SecretEntry[];
}

function generatedEntries(...secrets: readonly SecretName[]): SecretEntry[] {
  return secrets.map((secret) => ({ kind: "generated", secret }));
}

function providedEntries(...credentials: readonly CredentialName[]): SecretEntry[] {
  return credentials.map((credential) => ({ kind: "given", credential }));
}

/**
 * The values of each Secret object. A pod can only read Secrets of its own namespace, so a value that two namespaces need
 * is in both; within a namespace, each value is in one object only.
 */
export const SECRET_OBJECTS = [
  {
    name: "game-server",
    namespace: "spacetime",
    entries: generatedEntries(
      "api-token",
      "jwt-signing-key",
      "metrics-scrape-token",
      "world-data-key",
      "player-data-key",
    ),
  },
  {
    name: "postgres",
    namespace: "spacetime",
    entries: generatedEntries("postgres-admin-password", "postgres-app-password", "postgres-backup-password"),
  },
  { name: "redis", namespace: "spacetime", entries: generatedEntries("redis-password") },
  { name: "grafana", namespace: "spacetime-monitoring", entries: generatedEntries("grafana-admin-password") },
  {
    name: "prometheus",
    namespace: "spacetime-monitoring",
    entries: generatedEntries("prometheus-web-password", "metrics-scrape-token"),
  },
  {
    name: "alertmanager",
    namespace: "spacetime-monitoring",
    entries: [
      ...generatedEntries("alertmanager-web-password"),
      ...providedEntries("slackWebhookUrl", "pagerdutyRoutingKey", "smtpPassword"),
    ],
  },
  {
    name: "backup",
    namespace: "spacetime-backup",
    entries: generatedEntries("backup-encryption-key", "postgres-backup-password", "redis-password"),
  },
] as const satisfies readonly SecretObjectSpec[];

/** The name of a Secret object of the secrets component. */
export type SecretObjectName = (typeof SECRET_OBJECTS)[number]["name"];
