import { defineDerivedSection } from "../define-section.ts";

const common = { phase: "pre-deployment", timing: "before", priority: "critical" } as const;

const database = defineDerivedSection(
  {
    ...common,
    id: "pre.database",
    seedSection: "Database setup",
    count: 8,
    title: "Database",
    owner: "database-administrator",
    docs: "docs/guides/data.md#postgres",
    appliesWhen: ["own-database"],
  },
  [
    {
      id: "pre.database.private",
      title: "Nothing outside the environment can reach the database.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.database.encrypted",
      title: "Player and world state lie encrypted on the database's storage.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.database.tls",
      title: "The database refuses connections without TLS.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.database.roles",
      title: "Administrator, application and backup log in as themselves, each with a password of its own.",
      docs: "docs/guides/data.md#database-roles",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.database.availability",
      title: "Production's database has a standby in another zone.",
      priority: "high",
      docs: "docs/guides/data.md#availability",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.database.deletion-protected",
      title: "Deleting the database takes a deliberate step of its own.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.database.point-in-time",
      title: "The database archives its log, so that any moment of the retention time can be restored.",
      docs: "docs/guides/backup.md#point-in-time-recovery",
      method: "static",
      check: { prover: "policy" },
      records: "retention in days",
    },
    {
      id: "pre.database.connections",
      title: "The servers at full scale open fewer connections than the database admits.",
      priority: "high",
      docs: "docs/guides/data.md#connections",
      method: "static",
      check: { prover: "named", check: "config/database-connections" },
    },
  ],
);

const redis = defineDerivedSection(
  {
    ...common,
    id: "pre.redis",
    seedSection: "Redis cache setup",
    count: 6,
    title: "Redis",
    owner: "operator",
    docs: "docs/guides/data.md#redis",
    appliesWhen: ["own-redis"],
  },
  [
    {
      id: "pre.redis.private",
      title: "Only the game servers, the backup and the exporter reach Redis.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.redis.tls",
      title: "Redis speaks TLS only.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.redis.password",
      title: "Redis rejects clients without the password.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.redis.append-only",
      title: "Sessions survive a restart of Redis, because it keeps an append-only file.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.redis.memory-limit",
      title:
        "Redis refuses new data before its container runs out of memory, and never drops sessions silently.",
      priority: "high",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.redis.storage",
      title: "Redis writes to a volume that outlives its pod.",
      priority: "high",
      method: "static",
      check: { prover: "policy" },
    },
  ],
);

/** Seed document 000 (delivery summary 2.5.0): database and Redis before a deployment. */
export const readinessData = [database, redis];
