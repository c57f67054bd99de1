import { z } from "zod";
import { parseDailyWindow, parseWeeklyWindow } from "./aws-windows.ts";
import * as scalar from "./scalars.ts";

/** A daily window in UTC; AWS gives it back in exactly this form, so any other would differ at every deployment. */
export function dailyWindow(minimumMinutes: number) {
  const rule = `must be a daily window in UTC of at least ${minimumMinutes} minutes such as "02:00-03:00"`;
  return z.string().refine((text) => (parseDailyWindow(text)?.length ?? 0) >= minimumMinutes, rule);
}

/** Longest maintenance window that AWS takes. */
const MAX_MAINTENANCE_WINDOW_MINUTES = 24 * 60;

/** A weekly window in UTC, days in lower case as AWS gives them back. */
export function weeklyWindow(minimumMinutes: number) {
  const rule = `must be a weekly window in UTC of ${minimumMinutes} minutes to 24 hours such as "sun:04:00-sun:05:00"`;
  return z.string().refine((text) => {
    const length = parseWeeklyWindow(text)?.length ?? 0;
    return length >= minimumMinutes && length <= MAX_MAINTENANCE_WINDOW_MINUTES;
  }, rule);
}

/** What Performance Insights accepts (CreateDBInstance): a week, 1 to 23 months of 31 days, or two years. */
const INSIGHTS_RETENTION_DAYS = [7, ...Array.from({ length: 23 }, (_, month) => 31 * (month + 1)), 731];

/** Seconds between two samples of Enhanced Monitoring (CreateDBInstance); 0 is off. */
const ENHANCED_MONITORING_SECONDS = [0, 1, 5, 10, 15, 30, 60];

/** The families of Postgres that are built and tested here and that RDS keeps in standard support. */
export const POSTGRES_MAJOR_VERSIONS = ["16", "17", "18"] as const;

export const rds = z.strictObject({
  kind: z.literal("rds").describe("Amazon RDS for PostgreSQL, in the VPC of `cluster.kind: eks`"),
  engineVersion: z
    .enum(POSTGRES_MAJOR_VERSIONS)
    .describe("major version, in quotes; minor versions follow in the maintenance window"),
  instanceClass: z
    .string()
    .regex(
      /^db\.[a-z][a-z0-9]{1,10}(-[a-z0-9]+)?\.(micro|small|medium|(\d{1,2})?x?large)$/,
      'must be an RDS instance class such as "db.m7g.large"',
    )
    .describe("size of each instance"),
  // gp3 volumes of Postgres on RDS start at 20 GiB and end at 64 TiB.
  storageGib: scalar.integerBetween(20, 65536).describe("size of the volume in GiB at first; it may grow"),
  maximumStorageGib: scalar
    .integerBetween(22, 65536)
    .describe("size in GiB that the volume grows to by itself"),
  backupRetentionDays: scalar
    .integerBetween(0, 35)
    .describe("days back to which the database can be restored, to the second; 0 switches backups off"),
  backupWindow: dailyWindow(30).describe("when the daily snapshot is taken"),
  maintenanceWindow: weeklyWindow(30).describe("when minor versions and pending changes are applied"),
  maxConnections: scalar
    .integerBetween(20, 5000)
    .describe("connections that Postgres accepts; a rolling update of all servers must fit"),
  monitoringSeconds: z
    .literal(ENHANCED_MONITORING_SECONDS)
    .describe("seconds between two samples of the operating system (Enhanced Monitoring); 0 is off"),
  insights: z
    .strictObject({
      mode: z.enum(["standard", "advanced"]).describe("Database Insights mode"),
      retentionDays: z
        .literal(INSIGHTS_RETENTION_DAYS)
        .describe("days that query statistics are kept; the advanced mode needs 465 or more"),
    })
    .describe("what is kept about queries"),
  caCertificates: scalar.pemCertificates.describe(
    "PEM certificates of the RDS authority of the region: https://truststore.pki.rds.amazonaws.com/REGION/REGION-bundle.pem",
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
    .describe("size of each node"),
  nodes: scalar
    .integerBetween(1, 6)
    .describe("nodes: one primary and its replicas; from two on, a lost one is replaced"),
  snapshotRetentionDays: scalar
    .integerBetween(0, 35)
    .describe("days that daily snapshots are kept; 0 switches them off"),
  snapshotWindow: dailyWindow(60).describe("when the daily snapshot is taken"),
  maintenanceWindow: weeklyWindow(60).describe("when versions and pending changes are applied"),
  passwordChange: z
    .enum(["ROTATE", "SET"])
    .default("ROTATE")
    .describe(
      "what a new redis-password does to the old one: ROTATE lets it work on until the next change, SET ends it",
    ),
});
