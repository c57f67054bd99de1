import { concealSecrets } from "../../../policy/rules/secrets/conceal-secrets.ts";
import { generateSecrets } from "../../../policy/rules/secrets/generate-secrets.ts";
import { holdDeclaredSecrets } from "../../../policy/rules/secrets/hold-declared-secrets.ts";
import { placeSecrets } from "../../../policy/rules/secrets/place-secrets.ts";
import {
  add,
  all,
  CONTAINER,
  ENVIRONMENT,
  GAME,
  GATEWAY,
  only,
  POSTGRES,
  remove,
  set,
  unknownAt,
  variable,
  without,
} from "./changes.ts";
import type { RuleCases } from "./types.ts";

const SERVER = "secrets-game-server";
const DATABASE = "secrets-postgres";
const API_TOKEN = `stringData.api-token`;
const ENTRIES = `${CONTAINER}.env`;

/** Not secrets of anybody, but texts of their form. */
const BASE64 = Buffer.alloc(32, 7).toString("base64");
const PRIVATE_KEY = "-----BEGIN EC PRIVATE KEY-----";

const gameSecret = (name: string) => ({ name: "GODOT_X", valueFrom: { secretKeyRef: { name, key: "x" } } });

export const secretCases: readonly RuleCases[] = [
  {
    rule: concealSecrets,
    complies: [
      { title: "the path of a key", change: variable("GODOT_X_KEY_PATH", "/run/secrets/x") },
      {
        title: "a certificate, which is public",
        change: set(SERVER, `stringData["ca.crt"]`, "-----BEGIN CERTIFICATE-----"),
      },
      { title: "the name of a Secret", change: only(GAME, ENTRIES, gameSecret("x")) },
    ],
    violations: [
      {
        title: "a secret in an environment value",
        change: only(GAME, ENTRIES, { name: "X", value: "[secret secrets-api-token.base64]" }),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].env[0].value: a secret stands here, readable for whoever may read the object",
        ],
      },
      {
        title: "a secret in a ConfigMap",
        change: variable("GODOT_X", "[secret]"),
        finds: [
          "game-server-environment data.GODOT_X: a secret stands here, readable for whoever may read the object",
        ],
      },
      {
        title: "a secret in an annotation",
        change: set(GATEWAY, "spec.template.metadata.annotations.token", "[secret]"),
        finds: [
          "gateway-deployment spec.template.metadata.annotations.token: a secret stands here, readable for whoever may read the object",
        ],
      },
      {
        title: "a secret in an argument",
        change: only(GAME, `${CONTAINER}.args`, "[secret]"),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].args[0]: a secret stands here, readable for whoever may read the object",
        ],
      },
      {
        title: "a password in plain text",
        change: only(GAME, ENTRIES, { name: "SMTP_PASSWORD", value: "hunter2" }),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].env[0].value: SMTP_PASSWORD is given as plain text",
        ],
      },
      {
        title: "a token in a ConfigMap",
        change: variable("WEBHOOK_TOKEN", "abc"),
        finds: ["game-server-environment data.WEBHOOK_TOKEN: WEBHOOK_TOKEN is given as plain text"],
      },
      {
        title: "an address with a password",
        change: variable("GODOT_PROXY", "http://user:pw@proxy:3128"),
        finds: ["game-server-environment data.GODOT_PROXY: the text holds what looks like a secret"],
      },
      {
        title: "a private key in a file",
        change: set("gateway-config", `data["tls.pem"]`, PRIVATE_KEY),
        finds: ['gateway-config data["tls.pem"]: the text holds what looks like a secret'],
      },
      {
        title: "32 bytes in base64",
        change: variable("GODOT_SEED", BASE64),
        finds: ["game-server-environment data.GODOT_SEED: the text holds what looks like a secret"],
      },
      {
        title: "a Secret of plain text",
        change: set(SERVER, API_TOKEN, "chosen"),
        finds: [
          "secrets-game-server stringData.api-token: api-token is not marked as a secret, so the state keeps it in plain text",
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
    rule: generateSecrets,
    complies: [
      {
        title: "the password of somebody else's database",
        change: all(remove(POSTGRES), set(DATABASE, `stringData.postgres-app-password`, "[secret]")),
      },
    ],
    violations: [
      {
        title: "a given token",
        change: set(SERVER, API_TOKEN, "[secret]"),
        finds: ["secrets-game-server stringData.api-token: api-token is not made of random bytes"],
      },
      {
        title: "a token made of something else",
        change: set(SERVER, API_TOKEN, "[secret certificates-key.privateKeyPem]"),
        finds: ["secrets-game-server stringData.api-token: api-token is not made of random bytes"],
      },
      {
        title: "half the bytes",
        change: set("secrets-api-token", "length", 16),
        finds: ["secrets-api-token length: only 16 random bytes are generated"],
      },
      {
        title: "one value for two secrets",
        change: set(SERVER, API_TOKEN, "[secret secrets-jwt-signing-key.base64]"),
        finds: [
          "secrets-game-server stringData.api-token: api-token and jwt-signing-key are the same value",
          "secrets-game-server stringData.jwt-signing-key: jwt-signing-key and api-token are the same value",
        ],
      },
      {
        title: "the database's own password, given",
        change: set(DATABASE, `stringData.postgres-app-password`, "[secret]"),
        finds: [
          "secrets-postgres stringData.postgres-app-password: postgres-app-password is not made of random bytes",
        ],
      },
      {
        title: "the password of a database instance that the plan makes, given",
        change: all(
          remove(POSTGRES),
          add("aws:rds/instance:Instance", "postgres-instance", {}),
          set(DATABASE, `stringData.postgres-app-password`, "[secret]"),
        ),
        finds: [
          "secrets-postgres stringData.postgres-app-password: postgres-app-password is not made of random bytes",
        ],
      },
    ],
    notApplicable: { change: without(":Secret") },
    unknown: [unknownAt(SERVER, API_TOKEN), unknownAt("secrets-api-token", "length")],
  },
  {
    rule: placeSecrets,
    violations: [
      {
        title: "another namespace",
        change: set(SERVER, "metadata.namespace", "default"),
        finds: [
          'secrets-game-server metadata.name: Secret "game-server-DIGEST" is not declared for namespace "default"',
        ],
      },
      {
        title: "the backup's Secret among the game's",
        change: set("secrets-backup", "metadata.namespace", "spacetime"),
        finds: [
          'secrets-backup metadata.name: Secret "backup-DIGEST" is not declared for namespace "spacetime"',
        ],
      },
      {
        title: "a Secret that nobody declared",
        change: add("kubernetes:core/v1:Secret", "extra", {
          metadata: { name: "extra", namespace: "spacetime" },
        }),
        finds: ['extra metadata.name: Secret "extra" is not declared for namespace "spacetime"'],
      },
      {
        title: "a certificate's Secret elsewhere",
        change: set("certificates-cert-manager-gateway", "metadata.namespace", "default"),
        finds: [
          'certificates-cert-manager-gateway spec.secretName: Secret "gateway-tls-acme" is not declared for namespace "default"',
        ],
      },
    ],
    notApplicable: { change: without(":Secret", ":Certificate") },
    unknown: [unknownAt(SERVER, "metadata.namespace"), unknownAt(SERVER, "metadata.name")],
  },
  {
    rule: holdDeclaredSecrets,
    violations: [
      {
        title: "a missing Secret",
        change: remove("secrets-grafana"),
        finds: [
          "namespaces-spacetime-monitoring metadata.name: spacetime-monitoring holds no Secret grafana",
        ],
      },
      {
        title: "a missing key",
        change: set(SERVER, API_TOKEN, undefined),
        finds: ["secrets-game-server stringData: Secret game-server lacks api-token"],
      },
      {
        title: "a Secret that is not named by its content",
        change: set("secrets-grafana", "metadata.name", "grafana"),
        finds: [
          "namespaces-spacetime-monitoring metadata.name: spacetime-monitoring holds no Secret grafana",
        ],
      },
    ],
    notApplicable: { change: without(":Namespace") },
    unknown: [unknownAt(SERVER, "stringData"), unknownAt("secrets-grafana", "metadata.name")],
  },
];
