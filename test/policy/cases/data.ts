import { boundRedisMemory } from "../../../policy/rules/data/bound-redis-memory.ts";
import { demandDatabaseTls } from "../../../policy/rules/data/demand-database-tls.ts";
import { encryptRedis } from "../../../policy/rules/data/encrypt-redis.ts";
import { lockRedis } from "../../../policy/rules/data/lock-redis.ts";
import { logRedisWrites } from "../../../policy/rules/data/log-redis-writes.ts";
import { storeRedisOnVolume } from "../../../policy/rules/data/store-redis-on-volume.ts";
import { verifyDatabaseCertificate } from "../../../policy/rules/data/verify-database-certificate.ts";
import { keepDatabasePrivate } from "../../../policy/rules/network/keep-database-private.ts";
import { keepRedisPrivate } from "../../../policy/rules/network/keep-redis-private.ts";
import {
  all,
  anywhere,
  CONTAINER,
  ENVIRONMENT,
  fromWorkload,
  GAME,
  only,
  POD,
  POSTGRES,
  REDIS,
  remove,
  replace,
  set,
  ungoverned,
  unknownAt,
  variable,
} from "./changes.ts";
import type { RuleCases } from "./types.ts";

const redis = (text: string | RegExp, by: string) => replace("redis-config", "redis.conf", text, by);
const postgres = (file: string, text: string, by: string) => replace("postgres-config", file, text, by);
const LIMIT = set(REDIS, `${CONTAINER}.resources.limits.memory`, "1Gi");
const unknownRedis = unknownAt("redis-config", `data["redis.conf"]`);
const notApplicable = { change: remove(REDIS) };

export const dataCases: readonly RuleCases[] = [
  {
    rule: demandDatabaseTls,
    complies: [
      {
        title: "a plain entry that rejects",
        change: postgres("pg_hba.conf", "hostssl  all       postgres", "host all postgres"),
      },
    ],
    violations: [
      {
        title: "TLS is off",
        change: postgres("postgresql.conf", "ssl = on", "ssl = off"),
        finds: ['postgres-config data["postgresql.conf"]: postgresql.conf does not turn ssl on'],
      },
      {
        title: "TLS is off again below",
        change: postgres("postgresql.conf", "max_connections = 100", "ssl = 'off' # for now"),
        finds: ['postgres-config data["postgresql.conf"]: postgresql.conf does not turn ssl on'],
      },
      {
        title: "an entry that takes both",
        change: postgres("pg_hba.conf", "hostssl  all       all", "host     all       all"),
        finds: [
          'postgres-config data["pg_hba.conf"]: pg_hba.conf takes plain connections: host all all all scram-sha-256',
        ],
      },
      {
        title: "nothing is mounted",
        change: set(POSTGRES, `${POD}.volumes[0]`, { name: "config" }),
        finds: [
          "postgres-stateful-set spec.template.spec.volumes: postgresql.conf and pg_hba.conf are not both mounted",
        ],
      },
    ],
    notApplicable: { change: remove(POSTGRES) },
    unknown: [
      unknownAt("postgres-config", `data["pg_hba.conf"]`),
      unknownAt("postgres-config", `data["postgresql.conf"]`),
    ],
  },
  {
    rule: verifyDatabaseCertificate,
    violations: [
      {
        title: "encrypted to whoever answers",
        change: variable("GODOT_DATABASE_TLS_MODE", "require"),
        finds: [
          'game-server-environment data.GODOT_DATABASE_TLS_MODE: GODOT_DATABASE_TLS_MODE is "require" and must be "verify-full": anything less trusts whoever answers',
        ],
      },
      {
        title: "the administrator",
        change: variable("GODOT_DATABASE_USER", "postgres"),
        finds: [
          'game-server-environment data.GODOT_DATABASE_USER: GODOT_DATABASE_USER is "postgres" and must be the application\'s own role',
        ],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [unknownAt(ENVIRONMENT, "data.GODOT_DATABASE_TLS_MODE")],
  },
  {
    rule: encryptRedis,
    violations: [
      {
        title: "the plain port is open",
        change: redis("port 0\n", "port 6380\n"),
        finds: ['redis-config data["redis.conf"]: redis.conf leaves the plain port open'],
      },
      {
        title: "no port but the plain one",
        change: redis("tls-port 6379", ""),
        finds: ['redis-config data["redis.conf"]: redis.conf opens no TLS port'],
      },
      {
        title: "no redis.conf",
        change: remove("redis-config"),
        finds: ["redis-stateful-set spec.template.spec.volumes: the pod mounts no redis.conf"],
      },
    ],
    notApplicable,
    unknown: [unknownRedis, unknownAt(REDIS, `${POD}.volumes`)],
  },
  {
    rule: lockRedis,
    violations: [
      {
        title: "the password file is not read",
        change: redis("include /run/redis/auth.conf", ""),
        finds: ['redis-config data["redis.conf"]: redis.conf does not include its password file'],
      },
      {
        title: "nobody writes the password file",
        change: set(REDIS, `${CONTAINER}.command`, ["redis-server", "/etc/redis/redis.conf"]),
        finds: [
          'redis-config data["redis.conf"]: nothing writes requirepass into the password file before Redis starts',
        ],
      },
    ],
    notApplicable,
    unknown: [unknownRedis, unknownAt(REDIS, `${CONTAINER}.command`)],
  },
  {
    rule: logRedisWrites,
    violations: [
      {
        title: "no file",
        change: redis("appendonly yes", "appendonly no"),
        finds: ['redis-config data["redis.conf"]: redis.conf keeps no append-only file'],
      },
      {
        title: "written when the system likes",
        change: redis("appendfsync everysec", "appendfsync no"),
        finds: ['redis-config data["redis.conf"]: redis.conf leaves writing to the system\'s mood'],
      },
    ],
    notApplicable,
    unknown: [unknownRedis],
  },
  {
    rule: boundRedisMemory,
    violations: [
      {
        title: "no bound",
        change: all(redis(/maxmemory \d+/g, ""), LIMIT),
        finds: ['redis-config data["redis.conf"]: maxmemory 0 does not fit a limit of 1073741824 bytes'],
      },
      {
        title: "a bound above the container's",
        change: all(redis(/maxmemory \d+/g, "maxmemory 1073741824"), LIMIT),
        finds: [
          'redis-config data["redis.conf"]: maxmemory 1073741824 does not fit a limit of 1073741824 bytes',
        ],
      },
      {
        title: "everything may be dropped",
        change: redis("volatile-ttl", "allkeys-lru"),
        finds: [
          'redis-config data["redis.conf"]: policy allkeys-lru may drop what must stay, or refuse writes',
        ],
      },
      {
        title: "no limit to compare with",
        change: all(
          redis(/maxmemory \d+/g, "maxmemory 1000"),
          set(REDIS, `${CONTAINER}.resources.limits`, {}),
        ),
        finds: ['redis-config data["redis.conf"]: maxmemory 1000 does not fit a limit of no bytes'],
      },
    ],
    notApplicable,
    unknown: [unknownRedis, unknownAt(REDIS, `${CONTAINER}.resources.limits.memory`)],
  },
  {
    rule: storeRedisOnVolume,
    violations: [
      {
        title: "a directory of the image",
        change: redis("dir /data", "dir /tmp"),
        finds: ['redis-config data["redis.conf"]: no claimed volume is mounted at dir /tmp'],
      },
      {
        title: "a volume that goes with the pod",
        change: set(REDIS, "spec.volumeClaimTemplates", []),
        finds: ['redis-config data["redis.conf"]: no claimed volume is mounted at dir /data'],
      },
    ],
    notApplicable,
    unknown: [unknownRedis, unknownAt(REDIS, "spec.volumeClaimTemplates")],
  },
  {
    rule: keepDatabasePrivate,
    violations: [
      {
        title: "addresses may connect",
        change: only("network-postgres", "spec.ingress[0].from", anywhere),
        finds: ["network-postgres spec.ingress[0].from[0]: more than one workload may connect"],
      },
      {
        title: "the gateway may connect",
        change: only("network-postgres", "spec.ingress[0].from", fromWorkload("gateway")),
        finds: ["network-postgres spec.ingress[0].from[0]: gateway may connect"],
      },
      {
        title: "everybody may connect",
        change: set("network-postgres", "spec.ingress[0].from", []),
        finds: ["network-postgres spec.ingress[0].from: everybody may connect"],
      },
      {
        title: "a Service with an address outside",
        change: set("postgres-service", "spec.type", "LoadBalancer"),
        finds: ['postgres-service spec.type: the Service is a "LoadBalancer"'],
      },
      {
        title: "no policy governs the pods",
        change: ungoverned("network-postgres"),
        finds: ["postgres-stateful-set metadata.name: no network policy governs these pods"],
      },
    ],
    notApplicable: { change: remove(POSTGRES) },
    unknown: [
      unknownAt("network-postgres", "spec.ingress[0].from"),
      unknownAt("postgres-service", "spec.type"),
    ],
  },
  {
    rule: keepRedisPrivate,
    violations: [
      {
        title: "addresses may connect",
        change: only("network-redis", "spec.ingress[0].from", anywhere),
        finds: ["network-redis spec.ingress[0].from[0]: more than one workload may connect"],
      },
      {
        title: "a Service on the nodes",
        change: set("redis-service", "spec.type", "NodePort"),
        finds: ['redis-service spec.type: the Service is a "NodePort"'],
      },
      {
        title: "no policy governs the pods",
        change: ungoverned("network-redis"),
        finds: ["redis-stateful-set metadata.name: no network policy governs these pods"],
      },
    ],
    notApplicable: { change: remove(REDIS) },
    unknown: [unknownAt("network-redis", "spec.ingress"), unknownAt("redis-service", "spec.selector")],
  },
];
