import { enableRedisAppendOnlyFile } from "../../../policy/rules/data/enable-redis-append-only-file.ts";
import { limitRedisMemory } from "../../../policy/rules/data/limit-redis-memory.ts";
import { requireBackupCronJobs } from "../../../policy/rules/data/require-backup-cron-jobs.ts";
import { requireDatabaseCertificateVerification } from "../../../policy/rules/data/require-database-certificate-verification.ts";
import { requirePostgresArchive } from "../../../policy/rules/data/require-postgres-archive.ts";
import { requirePostgresTls } from "../../../policy/rules/data/require-postgres-tls.ts";
import { requireRedisPassword } from "../../../policy/rules/data/require-redis-password.ts";
import { requireRedisPersistentVolume } from "../../../policy/rules/data/require-redis-persistent-volume.ts";
import { requireRedisTls } from "../../../policy/rules/data/require-redis-tls.ts";
import { restrictPostgresIngress } from "../../../policy/rules/network/restrict-postgres-ingress.ts";
import { restrictRedisIngress } from "../../../policy/rules/network/restrict-redis-ingress.ts";
import {
  anyAddress,
  CONTAINER,
  combine,
  ENVIRONMENT,
  fromWorkload,
  GAME,
  POD,
  POSTGRES,
  REDIS,
  remove,
  replace,
  set,
  setSingleItem,
  setVariable,
  unknownAt,
  withoutNetworkPolicy,
} from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const redis = (text: string | RegExp, by: string) => replace("redis-config", "redis.conf", text, by);
const postgres = (file: string, text: string, by: string) => replace("postgres-config", file, text, by);
const LIMIT = set(REDIS, `${CONTAINER}.resources.limits.memory`, "1Gi");
const unknownRedis = unknownAt("redis-config", `data["redis.conf"]`);
const notApplicable = { change: remove(REDIS) };

const ARCHIVE_COMMAND = "archive_command = 'sh /etc/postgresql/pgbackrest-archive-wal.sh %f'";

const archiveFinding = (message: string): string[] => [`postgres-config data["postgresql.conf"]: ${message}`];

export const dataCases: readonly RuleCases[] = [
  {
    rule: requirePostgresArchive,
    compliant: [
      {
        title: "a standby that archives too",
        change: postgres("postgresql.conf", "archive_mode = on", "archive_mode = always"),
      },
    ],
    violations: [
      {
        title: "archiving is off",
        change: postgres("postgresql.conf", "archive_mode = on", "archive_mode = off"),
        findings: archiveFinding("postgresql.conf does not set archive_mode = on"),
      },
      {
        title: "an archive command that keeps nothing",
        change: postgres("postgresql.conf", ARCHIVE_COMMAND, "archive_command = '/bin/true'"),
        findings: archiveFinding("archive_command discards the WAL: /bin/true"),
      },
      {
        title: "no archive command",
        change: postgres("postgresql.conf", ARCHIVE_COMMAND, ""),
        findings: archiveFinding("postgresql.conf sets no archive_command"),
      },
      {
        title: "a segment that may wait for an hour",
        change: postgres("postgresql.conf", "archive_timeout = 60", "archive_timeout = 3600"),
        findings: archiveFinding("archive_timeout is not between 1 and 300 seconds"),
      },
      {
        title: "no time limit for a segment",
        change: postgres("postgresql.conf", "archive_timeout = 60", "archive_timeout = 0"),
        findings: archiveFinding("archive_timeout is not between 1 and 300 seconds"),
      },
    ],
    notApplicable: { change: remove(POSTGRES) },
    unknown: [unknownAt("postgres-config", `data["postgresql.conf"]`)],
  },
  {
    rule: requireBackupCronJobs,
    violations: [
      {
        title: "Redis is not backed up",
        change: remove("backup-redis-backup"),
        findings: [`${REDIS} metadata.name: spacetime-backup has no CronJob redis-backup`],
      },
      {
        title: "backups are never restored",
        change: remove("backup-restore-drill"),
        findings: [
          `${POSTGRES} metadata.name: spacetime-backup has no CronJob restore-drill`,
          `${REDIS} metadata.name: spacetime-backup has no CronJob restore-drill`,
        ],
      },
      {
        title: "the backup of the database is suspended",
        change: set("backup-postgres-backup", "spec.suspend", true),
        findings: ["backup-postgres-backup spec.suspend: the CronJob is suspended"],
      },
      {
        title: "two backups at the same time",
        change: set("backup-postgres-backup", "spec.concurrencyPolicy", "Allow"),
        findings: ["backup-postgres-backup spec.concurrencyPolicy: two runs can be active at the same time"],
      },
      {
        title: "no failed Jobs are kept",
        change: set("backup-postgres-backup", "spec.failedJobsHistoryLimit", 0),
        findings: ["backup-postgres-backup spec.failedJobsHistoryLimit: failed Jobs are not kept"],
      },
    ],
    notApplicable: { change: remove(POSTGRES, REDIS) },
    unknown: [unknownAt("backup-postgres-backup", "spec.suspend")],
  },
  {
    rule: requirePostgresTls,
    compliant: [
      {
        title: "a pg_hba.conf entry that rejects plaintext connections",
        change: postgres("pg_hba.conf", "hostssl  all       postgres", "host all postgres"),
      },
    ],
    violations: [
      {
        title: "TLS is off",
        change: postgres("postgresql.conf", "ssl = on", "ssl = off"),
        findings: ['postgres-config data["postgresql.conf"]: postgresql.conf does not set ssl = on'],
      },
      {
        title: "TLS is disabled by a later setting",
        change: postgres("postgresql.conf", "max_connections = 100", "ssl = 'off' # for now"),
        findings: ['postgres-config data["postgresql.conf"]: postgresql.conf does not set ssl = on'],
      },
      {
        title: "a pg_hba.conf entry that also accepts plaintext connections",
        change: postgres("pg_hba.conf", "hostssl  all       all", "host     all       all"),
        findings: [
          'postgres-config data["pg_hba.conf"]: pg_hba.conf accepts connections without TLS: host all all all scram-sha-256',
        ],
      },
      {
        title: "the config files are not mounted",
        change: set(POSTGRES, `${POD}.volumes[0]`, { name: "config" }),
        findings: [
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
    rule: requireDatabaseCertificateVerification,
    violations: [
      {
        title: "TLS without certificate verification",
        change: setVariable("GODOT_DATABASE_TLS_MODE", "require"),
        findings: [
          'game-server-environment data.GODOT_DATABASE_TLS_MODE: GODOT_DATABASE_TLS_MODE is "require" and must be "verify-full": other modes do not verify the server',
        ],
      },
      {
        title: "the administrator role",
        change: setVariable("GODOT_DATABASE_USER", "postgres"),
        findings: [
          'game-server-environment data.GODOT_DATABASE_USER: GODOT_DATABASE_USER is "postgres" and must be the application role, not the administrator',
        ],
      },
    ],
    notApplicable: { change: remove(GAME) },
    unknown: [unknownAt(ENVIRONMENT, "data.GODOT_DATABASE_TLS_MODE")],
  },
  {
    rule: requireRedisTls,
    violations: [
      {
        title: "the plaintext port is enabled",
        change: redis("port 0\n", "port 6380\n"),
        findings: [
          'redis-config data["redis.conf"]: redis.conf does not disable the plaintext port (port 0)',
        ],
      },
      {
        title: "no TLS port",
        change: redis("tls-port 6379", ""),
        findings: ['redis-config data["redis.conf"]: redis.conf does not set tls-port'],
      },
      {
        title: "no redis.conf",
        change: remove("redis-config"),
        findings: ["redis-stateful-set spec.template.spec.volumes: the pod mounts no redis.conf"],
      },
    ],
    notApplicable,
    unknown: [unknownRedis, unknownAt(REDIS, `${POD}.volumes`)],
  },
  {
    rule: requireRedisPassword,
    violations: [
      {
        title: "the password file is not read",
        change: redis("include /run/redis/auth.conf", ""),
        findings: ['redis-config data["redis.conf"]: redis.conf does not include its password file'],
      },
      {
        title: "no container writes the password file",
        change: set(REDIS, `${CONTAINER}.command`, ["redis-server", "/etc/redis/redis.conf"]),
        findings: [
          'redis-config data["redis.conf"]: no container writes requirepass to the password file before Redis starts',
        ],
      },
    ],
    notApplicable,
    unknown: [unknownRedis, unknownAt(REDIS, `${CONTAINER}.command`)],
  },
  {
    rule: enableRedisAppendOnlyFile,
    violations: [
      {
        title: "append-only file disabled",
        change: redis("appendonly yes", "appendonly no"),
        findings: ['redis-config data["redis.conf"]: redis.conf does not set appendonly yes'],
      },
      {
        title: "appendfsync is no",
        change: redis("appendfsync everysec", "appendfsync no"),
        findings: ['redis-config data["redis.conf"]: redis.conf sets appendfsync no'],
      },
    ],
    notApplicable,
    unknown: [unknownRedis],
  },
  {
    rule: limitRedisMemory,
    violations: [
      {
        title: "maxmemory is not set",
        change: combine(redis(/maxmemory \d+/g, ""), LIMIT),
        findings: [
          'redis-config data["redis.conf"]: maxmemory 0 does not fit a container memory limit of 1073741824 bytes',
        ],
      },
      {
        title: "maxmemory equals the container's memory limit",
        change: combine(redis(/maxmemory \d+/g, "maxmemory 1073741824"), LIMIT),
        findings: [
          'redis-config data["redis.conf"]: maxmemory 1073741824 does not fit a container memory limit of 1073741824 bytes',
        ],
      },
      {
        title: "a policy that evicts keys without an expiry",
        change: redis("volatile-ttl", "allkeys-lru"),
        findings: [
          'redis-config data["redis.conf"]: maxmemory-policy allkeys-lru may evict keys without an expiry, or reject writes',
        ],
      },
      {
        title: "the container has no memory limit",
        change: combine(
          redis(/maxmemory \d+/g, "maxmemory 1000"),
          set(REDIS, `${CONTAINER}.resources.limits`, {}),
        ),
        findings: [
          'redis-config data["redis.conf"]: maxmemory is 1000, but the container has no memory limit',
        ],
      },
      {
        title: "the container's memory limit has a decimal suffix",
        change: combine(
          redis(/maxmemory \d+/g, "maxmemory 1000"),
          set(REDIS, `${CONTAINER}.resources.limits.memory`, "1G"),
        ),
        findings: [
          'redis-config data["redis.conf"]: maxmemory is 1000, but the container\'s memory limit 1G has no binary suffix',
        ],
      },
    ],
    notApplicable,
    unknown: [unknownRedis, unknownAt(REDIS, `${CONTAINER}.resources.limits.memory`)],
  },
  {
    rule: requireRedisPersistentVolume,
    violations: [
      {
        title: "a data directory without a volume",
        change: redis("dir /data", "dir /tmp"),
        findings: ['redis-config data["redis.conf"]: no persistent volume is mounted at dir /tmp'],
      },
      {
        title: "an ephemeral volume",
        change: set(REDIS, "spec.volumeClaimTemplates", []),
        findings: ['redis-config data["redis.conf"]: no persistent volume is mounted at dir /data'],
      },
    ],
    notApplicable,
    unknown: [unknownRedis, unknownAt(REDIS, "spec.volumeClaimTemplates")],
  },
  {
    rule: restrictPostgresIngress,
    violations: [
      {
        title: "all addresses may connect",
        change: setSingleItem("network-postgres", "spec.ingress[0].from", anyAddress),
        findings: ["network-postgres spec.ingress[0].from[0]: more than one workload may connect"],
      },
      {
        title: "the gateway may connect",
        change: setSingleItem("network-postgres", "spec.ingress[0].from", fromWorkload("gateway")),
        findings: ["network-postgres spec.ingress[0].from[0]: gateway may connect"],
      },
      {
        title: "every client may connect",
        change: set("network-postgres", "spec.ingress[0].from", []),
        findings: ["network-postgres spec.ingress[0].from: every client may connect"],
      },
      {
        title: "a Service of type LoadBalancer",
        change: set("postgres-service", "spec.type", "LoadBalancer"),
        findings: ['postgres-service spec.type: the Service has type "LoadBalancer"'],
      },
      {
        title: "no NetworkPolicy selects the pods",
        change: withoutNetworkPolicy("network-postgres"),
        findings: ["postgres-stateful-set metadata.name: no NetworkPolicy selects these pods"],
      },
    ],
    notApplicable: { change: remove(POSTGRES) },
    unknown: [
      unknownAt("network-postgres", "spec.ingress[0].from"),
      unknownAt("postgres-service", "spec.type"),
    ],
  },
  {
    rule: restrictRedisIngress,
    violations: [
      {
        title: "all addresses may connect",
        change: setSingleItem("network-redis", "spec.ingress[0].from", anyAddress),
        findings: ["network-redis spec.ingress[0].from[0]: more than one workload may connect"],
      },
      {
        title: "a Service of type NodePort",
        change: set("redis-service", "spec.type", "NodePort"),
        findings: ['redis-service spec.type: the Service has type "NodePort"'],
      },
      {
        title: "no NetworkPolicy selects the pods",
        change: withoutNetworkPolicy("network-redis"),
        findings: ["redis-stateful-set metadata.name: no NetworkPolicy selects these pods"],
      },
    ],
    notApplicable: { change: remove(REDIS) },
    unknown: [unknownAt("network-redis", "spec.ingress"), unknownAt("redis-service", "spec.selector")],
  },
];
