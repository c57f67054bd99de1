import type { Values } from "../support/filled-config.ts";

/** A change of a production on AWS that AWS itself would refuse, or that would lose data, and what is said about it. */
export interface StoreInputCase {
  readonly title: string;
  readonly change: (values: Values) => void;
  /** The place, then what the message contains. */
  readonly at: string;
  readonly says: string;
}

const database =
  (key: string, value: unknown) =>
  ({ database: own }: Values): void => {
    own[key] = value;
  };
const redis =
  (key: string, value: unknown) =>
  ({ redis: own }: Values): void => {
    own[key] = value;
  };
const backup =
  (key: string, value: unknown) =>
  ({ backup: own }: Values): void => {
    own[key] = value;
  };

export const STORE_INPUT_CASES: readonly StoreInputCase[] = [
  {
    title: "a point in time beyond what RDS keeps",
    change: database("backupRetentionDays", 36),
    at: "database.backupRetentionDays",
    says: "must be a whole number from 0 to 35",
  },
  {
    title: "a production without a week of restore points",
    change: database("backupRetentionDays", 6),
    at: "database.backupRetentionDays",
    says: "must be at least 7 in production",
  },
  {
    title: "a database version that RDS has ended",
    change: database("engineVersion", "12"),
    at: "database.engineVersion",
    says: 'must be one of "16", "17", "18"',
  },
  {
    title: "an instance class of EC2",
    change: database("instanceClass", "m7g.large"),
    at: "database.instanceClass",
    says: 'must be an RDS instance class such as "db.m7g.large"',
  },
  {
    title: "a volume below RDS' smallest",
    change: database("storageGib", 19),
    at: "database.storageGib",
    says: "must be a whole number from 20 to 65536",
  },
  {
    title: "a volume that has no room to grow",
    change: database("maximumStorageGib", 109),
    at: "database.maximumStorageGib",
    says: "must be at least 110, a tenth above storageGib",
  },
  {
    title: "a backup window of no length that RDS takes",
    change: database("backupWindow", "02:00-02:29"),
    at: "database.backupWindow",
    says: "must be a daily window in UTC of at least 30 minutes",
  },
  {
    title: "a maintenance window with a capital letter, which would differ at every deployment",
    change: database("maintenanceWindow", "Tue:03:00-Tue:04:00"),
    at: "database.maintenanceWindow",
    says: "must be a weekly window in UTC of 30 minutes to 24 hours",
  },
  {
    title: "a backup during maintenance",
    change: database("backupWindow", "03:30-04:30"),
    at: "database.backupWindow",
    says: "must not overlap the maintenance window, which is tue:03:00-tue:04:00",
  },
  {
    title: "a sampling interval that RDS does not have",
    change: database("monitoringSeconds", 20),
    at: "database.monitoringSeconds",
    says: "must be one of 0, 1, 5, 10, 15, 30, 60",
  },
  {
    title: "a retention that Performance Insights does not have",
    change: database("insights", { mode: "standard", retentionDays: 30 }),
    at: "database.insights.retentionDays",
    says: "must be one of 7, 31, 62",
  },
  {
    title: "the advanced mode with the standard retention",
    change: database("insights", { mode: "advanced", retentionDays: 31 }),
    at: "database.insights.retentionDays",
    says: "must be at least 465 for the advanced mode",
  },
  {
    title: "fewer connections than a rollout at full scale holds",
    change: database("maxConnections", 139),
    at: "database.maxConnections",
    says: "must be at least 140 (2 × 12 servers × 5 connections + 20)",
  },
  {
    title: "a key in place of the authority's certificates",
    change: database("caCertificates", "-----BEGIN PRIVATE KEY-----"),
    at: "database.caCertificates",
    says: "must be PEM certificates",
  },
  {
    title: "a cache node type of RDS",
    change: redis("nodeType", "db.m7g.large"),
    at: "redis.nodeType",
    says: 'must be an ElastiCache node type such as "cache.m7g.large"',
  },
  {
    title: "a production whose one cache node is every session",
    change: redis("nodes", 1),
    at: "redis.nodes",
    says: "must be at least 2 in production",
  },
  {
    title: "more nodes than a group has",
    change: redis("nodes", 7),
    at: "redis.nodes",
    says: "must be a whole number from 1 to 6",
  },
  {
    title: "a snapshot window that ElastiCache finds too short",
    change: redis("snapshotWindow", "02:00-02:30"),
    at: "redis.snapshotWindow",
    says: "must be a daily window in UTC of at least 60 minutes",
  },
  {
    title: "a snapshot during maintenance",
    change: redis("snapshotWindow", "03:30-04:30"),
    at: "redis.snapshotWindow",
    says: "must not overlap the maintenance window, which is tue:04:00-tue:05:00",
  },
  {
    title: "snapshots kept longer than ElastiCache keeps any",
    change: redis("snapshotRetentionDays", 36),
    at: "redis.snapshotRetentionDays",
    says: "must be a whole number from 0 to 35",
  },
  {
    title: "backups that are to be removed while they are locked",
    change: backup("keepDays", 29),
    at: "backup.keepDays",
    says: "must be at least lockDays, which is 30",
  },
  {
    title: "a copy in the region of the original",
    change: backup("replicaRegion", "eu-central-1"),
    at: "backup.replicaRegion",
    says: "must differ from aws.region",
  },
  {
    title: "a production whose backups are in one region",
    change: backup("replicaRegion", undefined),
    at: "backup.replicaRegion",
    says: "is missing: a region's loss must not take production's backups with it",
  },
  {
    title: "a lock that nobody could have meant",
    change: backup("lockMode", "NONE"),
    at: "backup.lockMode",
    says: 'must be one of "GOVERNANCE", "COMPLIANCE"',
  },
  {
    title: "a production without a backup bucket",
    change: (values) => {
      delete values.backup;
    },
    at: "backup",
    says: "is missing: production keeps backups",
  },
  {
    title: "alarms that nobody hears",
    change: (values) => {
      values.alarms = { emails: [] };
    },
    at: "alarms",
    says: 'must name somebody: "database.kind: rds", "redis.kind: elasticache", "backup.kind: s3" would fail unheard',
  },
  {
    title: "alarms over plain HTTP",
    change: (values) => {
      values.alarms.endpoints = ["http://alerts.spacetime-vr.com"];
    },
    at: "alarms.endpoints[0]",
    says: "must be an https address",
  },
];
