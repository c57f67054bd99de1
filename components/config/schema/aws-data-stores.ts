import { z } from "zod";
import { region } from "./aws.ts";
import { parseDailyWindow, parseWeeklyWindow } from "./aws-windows.ts";
import * as scalar from "./scalars.ts";

/** A daily window in UTC, in the form that AWS returns; any other form would show a change in every preview. */
function dailyWindow(minimumMinutes: number) {
  const rule = `must be a daily window in UTC of at least ${minimumMinutes} minutes such as "02:00-03:00"`;
  return z.string().refine((text) => (parseDailyWindow(text)?.length ?? 0) >= minimumMinutes, rule);
}

/** The longest maintenance window that AWS accepts. */
const MAX_MAINTENANCE_WINDOW_MINUTES = 24 * 60;

/** A weekly window in UTC, with lower-case days as AWS returns them. */
function weeklyWindow(minimumMinutes: number) {
  const rule = `must be a weekly window in UTC of ${minimumMinutes} minutes to 24 hours such as "sun:04:00-sun:05:00"`;
  return z.string().refine((text) => {
    const length = parseWeeklyWindow(text)?.length ?? 0;
    return length >= minimumMinutes && length <= MAX_MAINTENANCE_WINDOW_MINUTES;
  }, rule);
}

/** Retention periods that Performance Insights accepts (CreateDBInstance): a week, 1 to 23 months of 31 days, or two years. */
const INSIGHTS_RETENTION_DAYS = [7, ...Array.from({ length: 23 }, (_, month) => 31 * (month + 1)), 731];

/** Intervals that Enhanced Monitoring accepts (CreateDBInstance), in seconds; 0 disables it. */
const ENHANCED_MONITORING_SECONDS = [0, 1, 5, 10, 15, 30, 60];

/** Major versions that this project tests and that RDS has in standard support. */
const POSTGRES_MAJOR_VERSIONS = ["16", "17", "18"] as const;

export const rds = z.strictObject({
  kind: z.literal("rds").describe("Amazon RDS for PostgreSQL, in the VPC of `cluster.kind: eks`"),
  engineVersion: z
    .enum(POSTGRES_MAJOR_VERSIONS)
    .describe("major version, in quotes; minor versions are applied in the maintenance window"),
  instanceClass: z
    .string()
    .regex(
      /^db\.[a-z][a-z0-9]{1,10}(-[a-z0-9]+)?\.(micro|small|medium|(\d{1,2})?x?large)$/,
      'must be an RDS instance class such as "db.m7g.large"',
    )
    .describe("RDS instance class"),
  // RDS allows gp3 volumes for Postgres from 20 GiB to 64 TiB.
  storageGib: scalar.integerBetween(20, 65536).describe("initial size of the volume in GiB"),
  maximumStorageGib: scalar.integerBetween(22, 65536).describe("limit of storage autoscaling in GiB"),
  backupRetentionDays: scalar
    .integerBetween(0, 35)
    .describe("days of point-in-time recovery; 0 disables automated backups"),
  backupReplicaRegion: region
    .optional()
    .describe(
      "second region, to which RDS replicates the automated backups, for point-in-time recovery without the first region; required in production",
    ),
  backupWindow: dailyWindow(30).describe("UTC window of the daily snapshot"),
  maintenanceWindow: weeklyWindow(30).describe(
    "UTC window in which minor versions and pending changes are applied",
  ),
  maxConnections: scalar
    .integerBetween(20, 5000)
    .describe("`max_connections` of Postgres; must be enough for all servers during a rolling update"),
  monitoringSeconds: z
    .literal(ENHANCED_MONITORING_SECONDS)
    .describe("interval of Enhanced Monitoring (operating-system metrics) in seconds; 0 disables it"),
  insights: z
    .strictObject({
      mode: z.enum(["standard", "advanced"]).describe("Database Insights mode"),
      retentionDays: z
        .literal(INSIGHTS_RETENTION_DAYS)
        .describe("retention of query statistics in days; `advanced` requires at least 465"),
    })
    .describe("CloudWatch Database Insights"),
  caCertificates: scalar.pemCertificates.describe(
    "PEM bundle of the region's RDS certificate authorities: https://truststore.pki.rds.amazonaws.com/REGION/REGION-bundle.pem",
  ),
});

export const elasticache = z.strictObject({
  kind: z.literal("elasticache").describe("Amazon ElastiCache for Valkey, in the VPC of `cluster.kind: eks`"),
  engineVersion: z.enum(["7.2", "8.0", "8.1", "8.2"]).describe("Valkey version, in quotes"),
  nodeType: z
    .string()
    .regex(
      /^cache\.[a-z][a-z0-9]{1,10}\.(micro|small|medium|(\d{1,2})?x?large)$/,
      'must be an ElastiCache node type such as "cache.m7g.large"',
    )
    .describe("ElastiCache node type"),
  nodes: scalar
    .integerBetween(1, 6)
    .describe("number of nodes (one primary, the rest replicas); automatic failover requires at least 2"),
  snapshotRetentionDays: scalar
    .integerBetween(0, 35)
    .describe("retention of daily snapshots in days; 0 disables them"),
  snapshotWindow: dailyWindow(60).describe("UTC window of the daily snapshot"),
  maintenanceWindow: weeklyWindow(60).describe(
    "UTC window in which new versions and pending changes are applied",
  ),
  passwordChange: z
    .enum(["ROTATE", "SET"])
    .default("ROTATE")
    .describe(
      "what happens to the old password after a rotation of `redis-password`: ROTATE keeps it valid until the next change, SET revokes it",
    ),
});
