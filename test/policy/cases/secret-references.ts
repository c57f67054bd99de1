import { disallowDanglingSecretReferences } from "../../../policy/rules/secrets/disallow-dangling-secret-references.ts";
import { disallowExampleValues } from "../../../policy/rules/secrets/disallow-example-values.ts";
import { requireDataKeys } from "../../../policy/rules/secrets/require-data-keys.ts";
import { requireSeparateDatabasePasswords } from "../../../policy/rules/secrets/require-separate-database-passwords.ts";
import { restrictDataKeys } from "../../../policy/rules/secrets/restrict-data-keys.ts";
import {
  CONTAINER,
  combine,
  ENVIRONMENT,
  GAME,
  GATEWAY,
  POD,
  REDIS,
  remove,
  set,
  setSingleItem,
  setVariable,
  unknownAt,
  withoutPods,
  withoutTypes,
} from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const SERVER = "secrets-game-server";
const DATABASE = "secrets-postgres";
const ENTRIES = `${CONTAINER}.env`;

const gameSecret = (name: string) => ({ name: "GODOT_X", valueFrom: { secretKeyRef: { name, key: "x" } } });

export const secretReferenceCases: readonly RuleCases[] = [
  {
    rule: disallowDanglingSecretReferences,
    violations: [
      {
        title: "a Secret that does not exist",
        change: setSingleItem(GAME, ENTRIES, gameSecret("game-server")),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.name: there is no Secret "game-server" in spacetime',
        ],
      },
      {
        title: "a key that does not exist",
        change: set(GAME, `${ENTRIES}[0].valueFrom.secretKeyRef.key`, "api-tokn"),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key: Secret "game-server-DIGEST" has no key "api-tokn"',
        ],
      },
      {
        title: "a volume whose Secret does not exist",
        change: setSingleItem(REDIS, `${POD}.volumes`, { name: "v", secret: { secretName: "redis" } }),
        findings: [
          'redis-stateful-set spec.template.spec.volumes[0].secret.secretName: there is no Secret "redis" in spacetime',
        ],
      },
      {
        title: "a file that is not in the Secret",
        change: setSingleItem(REDIS, `${POD}.volumes`, {
          name: "v",
          secret: { secretName: "internal-tls-redis", items: [{ key: "dh.pem" }] },
        }),
        findings: [
          'redis-stateful-set spec.template.spec.volumes[0].secret.items[0].key: Secret "internal-tls-redis" has no key "dh.pem"',
        ],
      },
      {
        title: "a Secret of another namespace",
        change: combine(set("secrets-redis", "metadata.namespace", "spacetime-backup"), remove(GAME)),
        findings: [
          'monitoring-exporters-redis-deployment spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef.name: there is no Secret "redis-DIGEST" in spacetime',
          'redis-stateful-set spec.template.spec.volumes[1].secret.secretName: there is no Secret "redis-DIGEST" in spacetime',
        ],
      },
      {
        title: "missing Secrets in a projected volume and in envFrom",
        change: combine(
          setSingleItem(GAME, `${CONTAINER}.envFrom`, { secretRef: { name: "nobody" } }),
          setSingleItem(GAME, `${POD}.volumes`, {
            name: "p",
            projected: { sources: [{ secret: { name: "nothing" } }] },
          }),
        ),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].envFrom[0].secretRef.name: there is no Secret "nobody" in spacetime',
          'game-server-main-deployment spec.template.spec.volumes[0].projected.sources[0].secret.name: there is no Secret "nothing" in spacetime',
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(SERVER, "stringData"), unknownAt(REDIS, `${POD}.volumes[1].secret.secretName`)],
  },
  {
    rule: restrictDataKeys,
    violations: [
      {
        title: "the gateway mounts the game server's whole Secret",
        change: (draft) => {
          const secretName = draft.inputs(SERVER).metadata.name;
          draft.pod(GATEWAY).volumes = [{ name: "all", secret: { secretName } }];
        },
        findings: [
          'gateway-deployment spec.template.spec.volumes[0].secret: "gateway" reads player-data-key',
          'gateway-deployment spec.template.spec.volumes[0].secret: "gateway" reads world-data-key',
        ],
      },
      {
        title: "Redis references one of the keys",
        change: setSingleItem(REDIS, ENTRIES, {
          name: "K",
          valueFrom: { secretKeyRef: { name: "x", key: "player-data-key" } },
        }),
        findings: [
          'redis-stateful-set spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef: "redis" reads player-data-key',
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt("secrets-redis", "stringData"), unknownAt(REDIS, "spec.template.metadata.labels")],
  },
  {
    rule: requireDataKeys,
    violations: [
      {
        title: "a reference to another key",
        change: set(GAME, `${ENTRIES}[4].valueFrom.secretKeyRef.key`, "world-data-key"),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].env[4].valueFrom.secretKeyRef.key: GODOT_PLAYER_DATA_KEY does not reference the secret player-data-key",
        ],
      },
      {
        title: "no reference to the key",
        change: set(GAME, `${ENTRIES}[3].name`, "GODOT_OTHER"),
        findings: [
          "game-server-environment data.GODOT_WORLD_DATA_KEY.secretKeyRef.key: GODOT_WORLD_DATA_KEY does not reference the secret world-data-key",
        ],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [unknownAt(GAME, `${ENTRIES}[4].valueFrom`)],
  },
  {
    rule: requireSeparateDatabasePasswords,
    violations: [
      {
        title: "one password for two roles",
        change: set(
          DATABASE,
          `stringData.postgres-app-password`,
          "[secret secrets-postgres-admin-password.base64]",
        ),
        findings: [
          "secrets-postgres stringData.postgres-app-password: postgres-app-password is the password of another role",
        ],
      },
      {
        title: "no password for the backup role",
        change: set(DATABASE, `stringData.postgres-backup-password`, undefined),
        findings: [
          "secrets-postgres stringData.postgres-backup-password: the key postgres-backup-password is missing",
        ],
      },
    ],
    notApplicable: { change: withoutTypes(":Secret") },
    unknown: [unknownAt(DATABASE, `stringData.postgres-app-password`)],
  },
  {
    rule: disallowExampleValues,
    violations: [
      {
        title: "an example domain",
        change: setVariable("GODOT_PUBLIC_HOST", "play.example.com"),
        findings: [
          'game-server-environment data.GODOT_PUBLIC_HOST: "play.example.com" contains a name reserved for examples',
        ],
      },
      {
        title: "an example address",
        change: set("gateway-service", "spec.loadBalancerSourceRanges[0]", "192.0.2.0/24"),
        findings: [
          'gateway-service spec.loadBalancerSourceRanges[0]: "192.0.2.0/24" contains an address reserved for examples',
        ],
      },
      {
        title: "a placeholder digest",
        change: set(GAME, `${CONTAINER}.image`, `ghcr.io/x/y@sha256:${"0".repeat(64)}`),
        findings: [
          'game-server-main-deployment spec.template.spec.containers[0].image: "ghcr.io/x/y@sha256:0000000000000000000000000000000000000000000000000000000000000000" contains a placeholder digest',
        ],
      },
      {
        title: "a placeholder zone ID",
        change: set(
          "certificates-cert-manager-acme",
          "spec.acme.solvers[0].dns01.route53.hostedZoneID",
          "Z0000000000",
        ),
        findings: [
          'certificates-cert-manager-acme spec.acme.solvers[0].dns01.route53.hostedZoneID: "Z0000000000" contains a placeholder zone ID',
        ],
      },
      {
        title: "an all-zero account ID",
        change: set("gateway-service", "metadata.annotations.account", "000000000000"),
        findings: ['gateway-service metadata.annotations.account: "000000000000" contains an all-zero ID'],
      },
      {
        title: "a placeholder text",
        change: setVariable("GODOT_JWT_ISSUER", "REPLACE_WITH_SECURE_TOKEN"),
        findings: [
          'game-server-environment data.GODOT_JWT_ISSUER: "REPLACE_WITH_SECURE_TOKEN" contains a placeholder',
        ],
      },
      {
        title: "an example domain in a file",
        change: set(
          "gateway-config",
          `data["nginx.conf"]`,
          `# ${"long ".repeat(40)}\nserver_name www.example.org;`,
        ),
        findings: ['gateway-config data["nginx.conf"]: the text contains a name reserved for examples'],
      },
    ],
    compliant: [
      {
        title: "a real domain similar to an example",
        change: setVariable("GODOT_PUBLIC_HOST", "my-example.com.spacetime-vr.com"),
      },
    ],
    notApplicable: { change: (draft) => draft.removeTypes("") },
    unknown: [unknownAt(ENVIRONMENT, "data.GODOT_PUBLIC_HOST")],
  },
];
