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
    docs: "docs/data.md",
    appliesWhen: ["own-database"],
  },
  [
    {
      id: "pre.database.private",
      title: "Only the game servers, the backup and the exporter can connect to the database.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.database.encrypted",
      title: "Player and world state are encrypted in the database with keys from generated secrets.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.database.tls",
      title: "Postgres rejects connections without TLS.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.database.roles",
      title: "The administrator, application and backup database roles have separate passwords.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.database.availability",
      title: "The production database fails over to a second availability zone.",
      priority: "high",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.database.deletion-protected",
      title: "The production database and its volumes are protected against deletion.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.database.point-in-time",
      title: "The database supports point-in-time recovery with a minimum retention.",
      method: "static",
      check: { kind: "policy" },
      records: "retention in days",
    },
    {
      id: "pre.database.connections",
      title: "At maximum scale, the game servers open fewer connections than the database accepts.",
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
    seedSection: "Redis cache setup",
    count: 6,
    title: "Redis",
    owner: "operator",
    docs: "docs/data.md",
    appliesWhen: ["own-redis"],
  },
  [
    {
      id: "pre.redis.private",
      title: "Only the game servers, the backup and the exporter can connect to Redis.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.redis.tls",
      title: "Redis accepts TLS connections only.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.redis.password",
      title: "Redis requires a password.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.redis.append-only",
      title: "Redis persists data to an append-only file.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.redis.memory-limit",
      title: "Redis evicts expiring keys before it reaches its container's memory limit.",
      priority: "high",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.redis.storage",
      title: "Redis writes its data to a persistent volume.",
      priority: "high",
      method: "static",
      check: { kind: "policy" },
    },
  ],
);

/** Seed document 000 (delivery summary 2.5.0): database and Redis before a deployment. */
export const readinessData = [database, redis];
