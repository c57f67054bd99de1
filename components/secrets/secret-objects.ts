import type { Namespace } from "../shared/kubernetes/namespaces.ts";
import type { CredentialName, SecretName } from "../shared/secret-names.ts";

/** One key of a Secret object and where its value comes from. */
export type SecretEntry =
  | { readonly kind: "generated"; readonly secret: SecretName }
  /** Given by an owner as encrypted config; the key is left out while nobody has given it. */
  | { readonly kind: "given"; readonly credential: CredentialName };

/** A Secret object of generated and given values. Certificates make the other two: `gateway-tls` and `internal-tls`. */
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
 * Which value lies in which Secret object. A pod can only read Secrets of its own namespace, so a value that two namespaces
 * need stands in both; within a namespace each value stands once.
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
    entries: generatedEntries("backup-encryption-key", "postgres-backup-password"),
  },
] as const satisfies readonly SecretObjectSpec[];

/** The name of a Secret object that the secrets component makes. */
export type SecretObjectName = (typeof SECRET_OBJECTS)[number]["name"];
