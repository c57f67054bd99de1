import { disallowPlaintextSecrets } from "../../../policy/rules/secrets/disallow-plaintext-secrets.ts";
import { requireDeclaredSecrets } from "../../../policy/rules/secrets/require-declared-secrets.ts";
import { requireGeneratedSecrets } from "../../../policy/rules/secrets/require-generated-secrets.ts";
import { restrictSecretNamespaces } from "../../../policy/rules/secrets/restrict-secret-namespaces.ts";
import {
  add,
  CONTAINER,
  combine,
  ENVIRONMENT,
  GAME,
  GATEWAY,
  POSTGRES,
  remove,
  set,
  setSingleItem,
  setVariable,
  unknownAt,
  withoutTypes,
} from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const SERVER = "secrets-game-server";
const DATABASE = "secrets-postgres";
const API_TOKEN = `stringData.api-token`;
const ENTRIES = `${CONTAINER}.env`;

/** Not real secrets, only texts in their format. */
const BASE64 = Buffer.alloc(32, 7).toString("base64");
const PRIVATE_KEY = "-----BEGIN EC PRIVATE KEY-----";

const gameSecret = (name: string) => ({ name: "GODOT_X", valueFrom: { secretKeyRef: { name, key: "x" } } });

export const secretCases: readonly RuleCases[] = [
  {
    rule: disallowPlaintextSecrets,
    compliant: [
      { title: "the path of a key file", change: setVariable("GODOT_X_KEY_PATH", "/run/secrets/x") },
      {
        title: "a certificate, which is public",
        change: set(SERVER, `stringData["ca.crt"]`, "-----BEGIN CERTIFICATE-----"),
      },
      { title: "the name of a Secret", change: setSingleItem(GAME, ENTRIES, gameSecret("x")) },
    ],
    violations: [
      {
        title: "a secret in an environment value",
        change: setSingleItem(GAME, ENTRIES, { name: "X", value: "[secret secrets-api-token.base64]" }),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].env[0].value: contains a secret in plain text, readable by everyone who can read the object",
        ],
      },
      {
        title: "a secret in a ConfigMap",
        change: setVariable("GODOT_X", "[secret]"),
        findings: [
          "game-server-environment data.GODOT_X: contains a secret in plain text, readable by everyone who can read the object",
        ],
      },
      {
        title: "a secret in an annotation",
        change: set(GATEWAY, "spec.template.metadata.annotations.token", "[secret]"),
        findings: [
          "gateway-deployment spec.template.metadata.annotations.token: contains a secret in plain text, readable by everyone who can read the object",
        ],
      },
      {
        title: "a secret in an argument",
        change: setSingleItem(GAME, `${CONTAINER}.args`, "[secret]"),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].args[0]: contains a secret in plain text, readable by everyone who can read the object",
        ],
      },
      {
        title: "a password in plaintext",
        change: setSingleItem(GAME, ENTRIES, { name: "SMTP_PASSWORD", value: "hunter2" }),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].env[0].value: SMTP_PASSWORD is in plaintext",
        ],
      },
      {
        title: "a token in a ConfigMap",
        change: setVariable("WEBHOOK_TOKEN", "abc"),
        findings: ["game-server-environment data.WEBHOOK_TOKEN: WEBHOOK_TOKEN is in plaintext"],
      },
      {
        title: "a URL with a password",
        change: setVariable("GODOT_PROXY", "http://user:pw@proxy:3128"),
        findings: ["game-server-environment data.GODOT_PROXY: the value looks like a secret"],
      },
      {
        title: "a private key in a file",
        change: set("gateway-config", `data["tls.pem"]`, PRIVATE_KEY),
        findings: ['gateway-config data["tls.pem"]: the value looks like a secret'],
      },
      {
        title: "32 bytes in base64",
        change: setVariable("GODOT_SEED", BASE64),
        findings: ["game-server-environment data.GODOT_SEED: the value looks like a secret"],
      },
      {
        title: "a Secret with a value that is not marked as a secret",
        change: set(SERVER, API_TOKEN, "chosen"),
        findings: [
          "secrets-game-server stringData.api-token: api-token is not marked as a secret, so the Pulumi state contains it in plaintext",
        ],
      },
    ],
    notApplicable: { change: (draft) => draft.removeTypes("") },
    unknown: [
      unknownAt(ENVIRONMENT, "data.GODOT_JWT_ISSUER"),
      unknownAt(GAME, ENTRIES),
      unknownAt(SERVER, "stringData"),
    ],
  },
  {
    rule: requireGeneratedSecrets,
    compliant: [
      {
        title: "the password of an external database",
        change: combine(remove(POSTGRES), set(DATABASE, `stringData.postgres-app-password`, "[secret]")),
      },
    ],
    violations: [
      {
        title: "a configured token",
        change: set(SERVER, API_TOKEN, "[secret]"),
        findings: ["secrets-game-server stringData.api-token: api-token is not generated from random bytes"],
      },
      {
        title: "a token that is derived from another value",
        change: set(SERVER, API_TOKEN, "[secret certificates-key.privateKeyPem]"),
        findings: ["secrets-game-server stringData.api-token: api-token is not generated from random bytes"],
      },
      {
        title: "16 instead of 32 bytes",
        change: set("secrets-api-token", "length", 16),
        findings: ["secrets-api-token length: only 16 random bytes are generated"],
      },
      {
        title: "the same value for two secrets",
        change: set(SERVER, API_TOKEN, "[secret secrets-jwt-signing-key.base64]"),
        findings: [
          "secrets-game-server stringData.api-token: api-token and jwt-signing-key have the same value",
          "secrets-game-server stringData.jwt-signing-key: jwt-signing-key and api-token have the same value",
        ],
      },
      {
        title: "a configured password of the in-cluster database",
        change: set(DATABASE, `stringData.postgres-app-password`, "[secret]"),
        findings: [
          "secrets-postgres stringData.postgres-app-password: postgres-app-password is not generated from random bytes",
        ],
      },
      {
        title: "a configured password of a planned RDS instance",
        change: combine(
          remove(POSTGRES),
          add("aws:rds/instance:Instance", "postgres-instance", {}),
          set(DATABASE, `stringData.postgres-app-password`, "[secret]"),
        ),
        findings: [
          "secrets-postgres stringData.postgres-app-password: postgres-app-password is not generated from random bytes",
        ],
      },
    ],
    notApplicable: { change: withoutTypes(":Secret") },
    unknown: [unknownAt(SERVER, API_TOKEN), unknownAt("secrets-api-token", "length")],
  },
  {
    rule: restrictSecretNamespaces,
    violations: [
      {
        title: "another namespace",
        change: set(SERVER, "metadata.namespace", "default"),
        findings: [
          'secrets-game-server metadata.name: Secret "game-server-DIGEST" is not declared for namespace "default"',
        ],
      },
      {
        title: "the backup Secret in the game namespace",
        change: set("secrets-backup", "metadata.namespace", "spacetime"),
        findings: [
          'secrets-backup metadata.name: Secret "backup-DIGEST" is not declared for namespace "spacetime"',
        ],
      },
      {
        title: "an undeclared Secret",
        change: add("kubernetes:core/v1:Secret", "extra", {
          metadata: { name: "extra", namespace: "spacetime" },
        }),
        findings: ['extra metadata.name: Secret "extra" is not declared for namespace "spacetime"'],
      },
      {
        title: "a certificate Secret in another namespace",
        change: set("certificates-cert-manager-gateway", "metadata.namespace", "default"),
        findings: [
          'certificates-cert-manager-gateway spec.secretName: Secret "gateway-tls-acme" is not declared for namespace "default"',
        ],
      },
    ],
    notApplicable: { change: withoutTypes(":Secret", ":Certificate") },
    unknown: [unknownAt(SERVER, "metadata.namespace"), unknownAt(SERVER, "metadata.name")],
  },
  {
    rule: requireDeclaredSecrets,
    violations: [
      {
        title: "a missing Secret",
        change: remove("secrets-grafana"),
        findings: [
          "namespaces-spacetime-monitoring metadata.name: there is no Secret grafana in spacetime-monitoring",
        ],
      },
      {
        title: "a missing key",
        change: set(SERVER, API_TOKEN, undefined),
        findings: ["secrets-game-server stringData: Secret game-server has no key api-token"],
      },
      {
        title: "a Secret without a content hash in its name",
        change: set("secrets-grafana", "metadata.name", "grafana"),
        findings: [
          "namespaces-spacetime-monitoring metadata.name: there is no Secret grafana in spacetime-monitoring",
        ],
      },
    ],
    notApplicable: { change: withoutTypes(":Namespace") },
    unknown: [unknownAt(SERVER, "stringData"), unknownAt("secrets-grafana", "metadata.name")],
  },
];
