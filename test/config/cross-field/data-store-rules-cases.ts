import type { Values } from "../../support/filled-config.ts";

/**
 * A change of a production environment on AWS that AWS would reject or that would lose data, with the expected
 * problem.
 */
interface DataStoreRulesCase {
  readonly title: string;
  readonly change: (values: Values) => void;
  /** The path, then a part of the message. */
  readonly expectedPath: string;
  readonly expectedRule: string;
}

const changeDatabase =
  (key: string, value: unknown) =>
  ({ database: own }: Values): void => {
    own[key] = value;
  };
const changeRedis =
  (key: string, value: unknown) =>
  ({ redis: own }: Values): void => {
    own[key] = value;
  };
const changeBackup =
  (key: string, value: unknown) =>
  ({ backup: own }: Values): void => {
    own[key] = value;
  };

export const DATA_STORE_RULES_CASES: readonly DataStoreRulesCase[] = [
  {
    title: "a backup retention above the maximum of RDS",
    change: changeDatabase("backupRetentionDays", 36),
    expectedPath: "database.backupRetentionDays",
    expectedRule: "must be a whole number from 0 to 35",
  },
  {
    title: "a backup retention below seven days in production",
    change: changeDatabase("backupRetentionDays", 6),
    expectedPath: "database.backupRetentionDays",
    expectedRule: "must be at least 7 in production",
  },
  {
    title: "an engine version that RDS no longer supports",
    change: changeDatabase("engineVersion", "12"),
    expectedPath: "database.engineVersion",
    expectedRule: 'must be one of "16", "17", "18"',
  },
  {
    title: "an EC2 instance type instead of an RDS instance class",
    change: changeDatabase("instanceClass", "m7g.large"),
    expectedPath: "database.instanceClass",
    expectedRule: 'must be an RDS instance class such as "db.m7g.large"',
  },
  {
    title: "a volume below the minimum size of RDS",
    change: changeDatabase("storageGib", 19),
    expectedPath: "database.storageGib",
    expectedRule: "must be a whole number from 20 to 65536",
  },
  {
    title: "a maximum storage that does not allow the volume to grow",
    change: changeDatabase("maximumStorageGib", 109),
    expectedPath: "database.maximumStorageGib",
    expectedRule: "must be at least 110, which is storageGib plus 10 %",
  },
  {
    title: "a backup window shorter than RDS accepts",
    change: changeDatabase("backupWindow", "02:00-02:29"),
    expectedPath: "database.backupWindow",
    expectedRule: "must be a daily window in UTC of at least 30 minutes",
  },
  {
    title: "a maintenance window with a capital letter, which would show a diff in every deployment",
    change: changeDatabase("maintenanceWindow", "Tue:03:00-Tue:04:00"),
    expectedPath: "database.maintenanceWindow",
    expectedRule: "must be a weekly window in UTC of 30 minutes to 24 hours",
  },
  {
    title: "a backup window that overlaps the maintenance window",
    change: changeDatabase("backupWindow", "03:30-04:30"),
    expectedPath: "database.backupWindow",
    expectedRule: "must not overlap with the maintenance window, which is tue:03:00-tue:04:00",
  },
  {
    title: "a monitoring interval that RDS does not support",
    change: changeDatabase("monitoringSeconds", 20),
    expectedPath: "database.monitoringSeconds",
    expectedRule: "must be one of 0, 1, 5, 10, 15, 30, 60",
  },
  {
    title: "a retention that Performance Insights does not support",
    change: changeDatabase("insights", { mode: "standard", retentionDays: 30 }),
    expectedPath: "database.insights.retentionDays",
    expectedRule: "must be one of 7, 31, 62",
  },
  {
    title: "advanced Database Insights with the standard retention",
    change: changeDatabase("insights", { mode: "advanced", retentionDays: 31 }),
    expectedPath: "database.insights.retentionDays",
    expectedRule: "must be at least 465 for the advanced mode",
  },
  {
    title: "fewer connections than a rollout at full scale needs",
    change: changeDatabase("maxConnections", 139),
    expectedPath: "database.maxConnections",
    expectedRule: "must be at least 140 (2 × 12 servers × 5 connections + 20)",
  },
  {
    title: "a private key instead of CA certificates",
    change: changeDatabase("caCertificates", "-----BEGIN PRIVATE KEY-----"),
    expectedPath: "database.caCertificates",
    expectedRule: "must contain only valid PEM certificates",
  },
  {
    title: "an RDS instance class instead of an ElastiCache node type",
    change: changeRedis("nodeType", "db.m7g.large"),
    expectedPath: "redis.nodeType",
    expectedRule: 'must be an ElastiCache node type such as "cache.m7g.large"',
  },
  {
    title: "a single Redis node in production",
    change: changeRedis("nodes", 1),
    expectedPath: "redis.nodes",
    expectedRule: "must be at least 2 in production",
  },
  {
    title: "more Redis nodes than a replication group allows",
    change: changeRedis("nodes", 7),
    expectedPath: "redis.nodes",
    expectedRule: "must be a whole number from 1 to 6",
  },
  {
    title: "a snapshot window shorter than ElastiCache accepts",
    change: changeRedis("snapshotWindow", "02:00-02:30"),
    expectedPath: "redis.snapshotWindow",
    expectedRule: "must be a daily window in UTC of at least 60 minutes",
  },
  {
    title: "a snapshot window that overlaps the maintenance window",
    change: changeRedis("snapshotWindow", "03:30-04:30"),
    expectedPath: "redis.snapshotWindow",
    expectedRule: "must not overlap with the maintenance window, which is tue:04:00-tue:05:00",
  },
  {
    title: "a snapshot retention above the maximum of ElastiCache",
    change: changeRedis("snapshotRetentionDays", 36),
    expectedPath: "redis.snapshotRetentionDays",
    expectedRule: "must be a whole number from 0 to 35",
  },
  {
    title: "a backup retention that is shorter than the object lock",
    change: changeBackup("keepDays", 29),
    expectedPath: "backup.keepDays",
    expectedRule: "must be at least lockDays, which is 30",
  },
  {
    title: "a backup copy in the same region",
    change: changeBackup("replicaRegion", "eu-central-1"),
    expectedPath: "backup.replicaRegion",
    expectedRule: "must differ from aws.region",
  },
  {
    title: "a production environment without a backup copy in a second region",
    change: changeBackup("replicaRegion", undefined),
    expectedPath: "backup.replicaRegion",
    expectedRule: "is missing: production backups need a copy in a second region",
  },
  {
    title: "an unknown object lock mode",
    change: changeBackup("lockMode", "NONE"),
    expectedPath: "backup.lockMode",
    expectedRule: 'must be one of "GOVERNANCE", "COMPLIANCE"',
  },
  {
    title: "a production environment without a backup section",
    change: (values) => {
      delete values.backup;
    },
    expectedPath: "backup",
    expectedRule: "is missing: production needs backups",
  },
  {
    title: "alarms without an endpoint",
    change: (values) => {
      values.alarms = { emails: [] };
    },
    expectedPath: "alarms",
    expectedRule:
      'must have at least one recipient: alarms of "database.kind: rds", "redis.kind: elasticache", "backup.kind: s3" would not reach an operator',
  },
  {
    title: "an alarm endpoint over plain HTTP",
    change: (values) => {
      values.alarms.endpoints = ["http://alerts.spacetime-vr.com"];
    },
    expectedPath: "alarms.endpoints[0]",
    expectedRule: "must be an https address",
  },
];
