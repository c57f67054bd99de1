import { handOverDataKeys } from "../../../policy/rules/secrets/hand-over-data-keys.ts";
import { replaceExampleValues } from "../../../policy/rules/secrets/replace-example-values.ts";
import { resolveSecretReferences } from "../../../policy/rules/secrets/resolve-secret-references.ts";
import { scopeDataKeys } from "../../../policy/rules/secrets/scope-data-keys.ts";
import { separateDatabaseRoles } from "../../../policy/rules/secrets/separate-database-roles.ts";
import {
  all,
  CONTAINER,
  ENVIRONMENT,
  GAME,
  GATEWAY,
  only,
  POD,
  REDIS,
  remove,
  set,
  unknownAt,
  variable,
  without,
  withoutPods,
} from "./changes.ts";
import type { RuleCases } from "./types.ts";

const SERVER = "secrets-game-server";
const DATABASE = "secrets-postgres";
const ENTRIES = `${CONTAINER}.env`;

const gameSecret = (name: string) => ({ name: "GODOT_X", valueFrom: { secretKeyRef: { name, key: "x" } } });

export const secretUseCases: readonly RuleCases[] = [
  {
    rule: resolveSecretReferences,
    violations: [
      {
        title: "a Secret that does not exist",
        change: only(GAME, ENTRIES, gameSecret("game-server")),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.name: there is no Secret "game-server" in spacetime',
        ],
      },
      {
        title: "a key that does not exist",
        change: set(GAME, `${ENTRIES}[0].valueFrom.secretKeyRef.key`, "api-tokn"),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key: Secret "game-server-DIGEST" has no key "api-tokn"',
        ],
      },
      {
        title: "a volume of nothing",
        change: only(REDIS, `${POD}.volumes`, { name: "v", secret: { secretName: "redis" } }),
        finds: [
          'redis-stateful-set spec.template.spec.volumes[0].secret.secretName: there is no Secret "redis" in spacetime',
        ],
      },
      {
        title: "a file that the Secret lacks",
        change: only(REDIS, `${POD}.volumes`, {
          name: "v",
          secret: { secretName: "internal-tls-redis", items: [{ key: "dh.pem" }] },
        }),
        finds: [
          'redis-stateful-set spec.template.spec.volumes[0].secret.items[0].key: Secret "internal-tls-redis" has no key "dh.pem"',
        ],
      },
      {
        title: "a Secret of another namespace",
        change: all(set("secrets-redis", "metadata.namespace", "spacetime-backup"), remove(GAME)),
        finds: [
          'monitoring-exporters-redis-deployment spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef.name: there is no Secret "redis-DIGEST" in spacetime',
          'redis-stateful-set spec.template.spec.volumes[1].secret.secretName: there is no Secret "redis-DIGEST" in spacetime',
        ],
      },
      {
        title: "whole Secrets, projected and as variables",
        change: all(
          only(GAME, `${CONTAINER}.envFrom`, { secretRef: { name: "nobody" } }),
          only(GAME, `${POD}.volumes`, {
            name: "p",
            projected: { sources: [{ secret: { name: "nothing" } }] },
          }),
        ),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].envFrom[0].secretRef.name: there is no Secret "nobody" in spacetime',
          'game-server-main-deployment spec.template.spec.volumes[0].projected.sources[0].secret.name: there is no Secret "nothing" in spacetime',
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(SERVER, "stringData"), unknownAt(REDIS, `${POD}.volumes[1].secret.secretName`)],
  },
  {
    rule: scopeDataKeys,
    violations: [
      {
        title: "the gateway mounts the game server's whole Secret",
        change: (draft) => {
          const secretName = draft.inputs(SERVER).metadata.name;
          draft.pod(GATEWAY).volumes = [{ name: "all", secret: { secretName } }];
        },
        finds: [
          'gateway-deployment spec.template.spec.volumes[0].secret: "gateway" reads player-data-key',
          'gateway-deployment spec.template.spec.volumes[0].secret: "gateway" reads world-data-key',
        ],
      },
      {
        title: "Redis names one of the keys",
        change: only(REDIS, ENTRIES, {
          name: "K",
          valueFrom: { secretKeyRef: { name: "x", key: "player-data-key" } },
        }),
        finds: [
          'redis-stateful-set spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef: "redis" reads player-data-key',
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt("secrets-redis", "stringData"), unknownAt(REDIS, "spec.template.metadata.labels")],
  },
  {
    rule: handOverDataKeys,
    violations: [
      {
        title: "another key",
        change: set(GAME, `${ENTRIES}[4].valueFrom.secretKeyRef.key`, "world-data-key"),
        finds: [
          "game-server-main-deployment spec.template.spec.containers[0].env[4].valueFrom.secretKeyRef.key: GODOT_PLAYER_DATA_KEY is not the secret player-data-key",
        ],
      },
      {
        title: "no key",
        change: set(GAME, `${ENTRIES}[3].name`, "GODOT_OTHER"),
        finds: [
          "game-server-environment data.GODOT_WORLD_DATA_KEY.secretKeyRef.key: GODOT_WORLD_DATA_KEY is not the secret world-data-key",
        ],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [unknownAt(GAME, `${ENTRIES}[4].valueFrom`)],
  },
  {
    rule: separateDatabaseRoles,
    violations: [
      {
        title: "one password for two roles",
        change: set(
          DATABASE,
          `stringData.postgres-app-password`,
          "[secret secrets-postgres-admin-password.base64]",
        ),
        finds: [
          "secrets-postgres stringData.postgres-app-password: postgres-app-password is the password of another role",
        ],
      },
      {
        title: "no password of the backup",
        change: set(DATABASE, `stringData.postgres-backup-password`, undefined),
        finds: ["secrets-postgres stringData.postgres-backup-password: there is no postgres-backup-password"],
      },
    ],
    notApplicable: { change: without(":Secret") },
    unknown: [unknownAt(DATABASE, `stringData.postgres-app-password`)],
  },
  {
    rule: replaceExampleValues,
    violations: [
      {
        title: "an example's domain",
        change: variable("GODOT_PUBLIC_HOST", "play.example.com"),
        finds: [
          'game-server-environment data.GODOT_PUBLIC_HOST: "play.example.com" holds a name reserved for examples',
        ],
      },
      {
        title: "an example's address",
        change: set("gateway-service", "spec.loadBalancerSourceRanges[0]", "192.0.2.0/24"),
        finds: [
          'gateway-service spec.loadBalancerSourceRanges[0]: "192.0.2.0/24" holds an address reserved for examples',
        ],
      },
      {
        title: "the digest of no image",
        change: set(GAME, `${CONTAINER}.image`, `ghcr.io/x/y@sha256:${"0".repeat(64)}`),
        finds: [
          'game-server-main-deployment spec.template.spec.containers[0].image: "ghcr.io/x/y@sha256:0000000000000000000000000000000000000000000000000000000000000000" holds the digest of no image',
        ],
      },
      {
        title: "the id of no zone",
        change: set(
          "certificates-cert-manager-acme",
          "spec.acme.solvers[0].dns01.route53.hostedZoneID",
          "Z0000000000",
        ),
        finds: [
          'certificates-cert-manager-acme spec.acme.solvers[0].dns01.route53.hostedZoneID: "Z0000000000" holds the id of no zone',
        ],
      },
      {
        title: "the id of no account",
        change: set("gateway-service", "metadata.annotations.account", "000000000000"),
        finds: ['gateway-service metadata.annotations.account: "000000000000" holds an id of zeros'],
      },
      {
        title: "the seeds' placeholder",
        change: variable("GODOT_JWT_ISSUER", "REPLACE_WITH_SECURE_TOKEN"),
        finds: [
          'game-server-environment data.GODOT_JWT_ISSUER: "REPLACE_WITH_SECURE_TOKEN" holds a placeholder',
        ],
      },
      {
        title: "an example in a file",
        change: set(
          "gateway-config",
          `data["nginx.conf"]`,
          `# ${"long ".repeat(40)}\nserver_name www.example.org;`,
        ),
        finds: ['gateway-config data["nginx.conf"]: the text holds a name reserved for examples'],
      },
    ],
    complies: [
      {
        title: "a domain that only looks alike",
        change: variable("GODOT_PUBLIC_HOST", "my-example.com.spacetime-vr.com"),
      },
    ],
    notApplicable: { change: (draft) => draft.removeTypes("") },
    unknown: [unknownAt(ENVIRONMENT, "data.GODOT_PUBLIC_HOST")],
  },
];
