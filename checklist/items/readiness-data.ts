import { DEPLOYED_ENVIRONMENTS, defineDerivedSection } from "../define-section.ts";

const common = { phase: "pre-deployment", timing: "before", priority: "critical" } as const;

const database = defineDerivedSection(
  {
    ...common,
    id: "pre.database",
    docs: "docs/data.md#databases-backups-and-alarms",
    seedSection: "Database setup",
    count: 8,
    title: "Database",
    owner: "database-administrator",
    appliesWhen: ["own-database"],
  },
  [
    {
      id: "pre.database.private",
      title: "Only the game servers, the backup and the exporter can connect to the database.",
      remediation:
        "Restore the NetworkPolicy or security group that admits only the game servers, the backup and the exporter.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.database.encrypted",
      title: "Player and world state are encrypted in the database with keys from generated secrets.",
      remediation: "Restore the two data keys in the environment of the game server.",
      docs: "docs/data.md#secrets",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.database.tls",
      title: "Postgres rejects connections without TLS.",
      remediation: "Restore hostssl in pg_hba.conf, or rds.force_ssl in the parameter group.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.database.roles",
      title: "The administrator, application and backup database roles have separate passwords.",
      remediation: "Give each database role its own generated password.",
      docs: "docs/data.md#secrets",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.database.availability",
      title: "The production database fails over to a second availability zone.",
      remediation: "Set multiAz to true on the RDS instance.",
      docs: "docs/data.md#rds",
      environments: ["production"],
      priority: "high",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["rds"],
      instead: {
        rds: "One Postgres pod with a retained volume; docs/runbooks/postgres.md describes its recovery.",
      },
    },
    {
      id: "pre.database.deletion-protected",
      title: "The production database and its volumes are protected against deletion.",
      remediation: "Set deletionProtection on the instance, and the reclaim policy Retain on its volumes.",
      docs: "docs/data.md#rds",
      environments: ["production"],
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.database.point-in-time",
      title: "The database supports point-in-time recovery with a minimum retention.",
      remediation: "Set database.backupRetentionDays to at least 14.",
      docs: "docs/data.md#rds",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "static",
      check: { kind: "policy" },
      records: "retention in days",
      appliesWhen: ["rds"],
      instead: {
        rds: "Point-in-time recovery of the in-cluster Postgres is part of its backup, see docs/runbooks/backup.md.",
      },
    },
    {
      id: "pre.database.connections",
      title: "At maximum scale, the game servers open fewer connections than the database accepts.",
      remediation: "Raise database.maxConnections, or lower the pool size or the maximum of servers.",
      priority: "high",
      method: "static",
      check: { kind: "check", check: "config/database-connections" },
    },
  ],
);

const redis = defineDerivedSection(
  {
    ...common,
    id: "pre.redis",
    docs: "docs/data.md#databases-backups-and-alarms",
    seedSection: "Redis cache setup",
    count: 6,
    title: "Redis",
    owner: "operator",
    appliesWhen: ["own-redis"],
  },
  [
    {
      id: "pre.redis.private",
      title: "Only the game servers, the backup and the exporter can connect to Redis.",
      remediation:
        "Restore the NetworkPolicy or security group that admits only the game servers, the backup and the exporter.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.redis.tls",
      title: "Redis accepts TLS connections only.",
      remediation: "Set port 0 and tls-port in redis.conf, or transitEncryptionEnabled on ElastiCache.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.redis.password",
      title: "Redis requires a password.",
      remediation: "Restore requirepass in redis.conf; on ElastiCache, restore the user with its password.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.redis.append-only",
      title: "Redis persists data to an append-only file.",
      remediation: "Set appendonly yes in redis.conf.",
      docs: "docs/runbooks/redis.md#rediswritesnotlogged",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["in-cluster-redis"],
      instead: {
        "in-cluster-redis":
          "ElastiCache replaces the append-only file with replicas in other zones and daily snapshots.",
      },
    },
    {
      id: "pre.redis.memory-limit",
      title: "Redis evicts expiring keys before it reaches its container's memory limit.",
      remediation:
        "Set maxmemory below the memory limit of the container, with an eviction policy for expiring keys.",
      docs: "docs/runbooks/redis.md#redismemoryhigh",
      priority: "high",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["in-cluster-redis"],
      instead: {
        "in-cluster-redis": "ElastiCache reserves memory itself and evicts by its parameter group.",
      },
    },
    {
      id: "pre.redis.storage",
      title: "Redis writes its data to a persistent volume.",
      remediation: "Mount a PersistentVolumeClaim at Redis's data directory.",
      docs: "docs/runbooks/redis.md#redisrewritefailing",
      priority: "high",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["in-cluster-redis"],
      instead: { "in-cluster-redis": "ElastiCache stores snapshots in S3 instead of a volume." },
    },
  ],
);

/** Seed document 000 (delivery summary 2.5.0): database and Redis before a deployment. */
export const readinessData = [database, redis];
