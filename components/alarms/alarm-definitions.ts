import * as pulumi from "@pulumi/pulumi";

/** What an alarm evaluates: a metric of one resource, or a Metrics Insights query over resources whose ids AWS chooses. */
type AlarmSource =
  | {
      readonly namespace: string;
      readonly metric: string;
      /** Names of what is watched, as its outputs, so that no alarm exists before it. */
      readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
      readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum";
    }
  | { readonly query: string };

/** A CloudWatch alarm without its actions. */
export type AlarmDefinition = AlarmSource & {
  /** Unique within the environment; part of the alarm's AWS name. */
  readonly name: string;
  /** What the alarm means and what the on-call engineer should do. */
  readonly description: string;
  readonly comparison: "GreaterThanThreshold" | "LessThanThreshold" | "GreaterThanOrEqualToThreshold";
  readonly threshold: number;
  readonly periodSeconds: number;
  /** Number of consecutive periods. */
  readonly periods: number;
  /** How missing data is treated: without data, an instance may be gone, but a counter was just not increased. */
  readonly silence: "breaching" | "notBreaching" | "missing";
};

/**
 * Alarms on the gateway's load balancer and on NAT. EKS creates the load balancer and AWS names both, so the alarms query all of the
 * account, which has one environment (docs/backends.md).
 */
export function networkAlarms(): AlarmDefinition[] {
  // Before the load balancer exists and after its deletion there is no data, which is not an alarm.
  const common = { periodSeconds: 60, silence: "notBreaching" } as const;
  return [
    {
      ...common,
      name: "load-balancer-targets",
      description:
        "The load balancer has no healthy gateway: players cannot connect. Look at the gateway's pods and its health check.",
      query: 'SELECT MIN(HealthyHostCount) FROM SCHEMA("AWS/NetworkELB", LoadBalancer, TargetGroup)',
      comparison: "LessThanThreshold",
      threshold: 1,
      periods: 2,
    },
    {
      ...common,
      name: "load-balancer-resets",
      description:
        "The load balancer resets many connections: its gateways do not accept them. Look at the gateway's load and rollouts.",
      query: 'SELECT SUM(TCP_ELB_Reset_Count) FROM SCHEMA("AWS/NetworkELB", LoadBalancer)',
      comparison: "GreaterThanThreshold",
      threshold: 100,
      periods: 5,
    },
    {
      ...common,
      name: "nat-ports",
      description:
        "NAT has no free ports for new connections: images, logs and notifications to the internet fail. Look for a workload with many connections.",
      query: 'SELECT SUM(ErrorPortAllocation) FROM SCHEMA("AWS/NATGateway", NatGatewayId)',
      comparison: "GreaterThanThreshold",
      threshold: 0,
      periods: 3,
    },
  ];
}

const GIBIBYTE = 2 ** 30;
const MEBIBYTE = 2 ** 20;

/** Utilization in percent that still leaves time to react. */
const HIGH_PERCENT = 80;

/** RDS grows a volume at 10 % free space; at 5 %, growing has failed or the volume has reached its maximum. */
const MIN_FREE_STORAGE_RATIO = 0.05;

/** Postgres stops accepting writes at two billion transactions without a vacuum; the alarm fires at half of that. */
const MAX_USED_TRANSACTION_IDS = 1_000_000_000;

export interface DatabaseAlarmArgs {
  readonly identifier: pulumi.Input<string>;
  readonly storageGib: number;
  readonly maxConnections: number;
}

/** Alarms on RDS metrics, which have one sample per minute. Failovers are events, not metrics. */
export function databaseAlarms({
  identifier,
  storageGib,
  maxConnections,
}: DatabaseAlarmArgs): AlarmDefinition[] {
  const common = {
    namespace: "AWS/RDS",
    dimensions: { DBInstanceIdentifier: identifier },
    periodSeconds: 300,
    periods: 3,
    silence: "missing",
  } as const;
  const above = { ...common, statistic: "Average", comparison: "GreaterThanThreshold" } as const;
  const below = { ...common, statistic: "Minimum", comparison: "LessThanThreshold" } as const;
  return [
    {
      ...below,
      name: "database-storage",
      description:
        "The database's volume is nearly full and does not grow. Raise database.maximumStorageGib.",
      metric: "FreeStorageSpace",
      threshold: Math.floor(storageGib * MIN_FREE_STORAGE_RATIO * GIBIBYTE),
      // A single period without data means that the instance is not running.
      silence: "breaching",
    },
    {
      ...above,
      name: "database-cpu",
      description: "The database works at its limit for a quarter of an hour. Look at Database Insights.",
      metric: "CPUUtilization",
      threshold: HIGH_PERCENT,
    },
    {
      ...above,
      name: "database-connections",
      description: "The database runs out of connections. Look for a stuck rollout; raise maxConnections.",
      metric: "DatabaseConnections",
      statistic: "Maximum",
      threshold: Math.floor((maxConnections * HIGH_PERCENT) / 100),
    },
    {
      ...below,
      name: "database-memory",
      description: "The database runs out of memory and will be restarted. Take a larger instance class.",
      metric: "FreeableMemory",
      threshold: 128 * MEBIBYTE,
    },
    {
      ...above,
      name: "database-transaction-ids",
      description:
        "Vacuum does not keep up; at twice this number Postgres stops. Look for a transaction left open.",
      metric: "MaximumUsedTransactionIDs",
      statistic: "Maximum",
      threshold: MAX_USED_TRANSACTION_IDS,
    },
  ];
}

/** Maximum replication lag in seconds, which is what a failover could lose. */
const MAX_REDIS_REPLICATION_LAG_SECONDS = 10;

export interface RedisAlarmArgs {
  readonly identifier: pulumi.Input<string>;
  readonly nodes: number;
}

/** Alarms on ElastiCache metrics, which are per node. */
export function redisAlarms({ identifier, nodes }: RedisAlarmArgs): AlarmDefinition[] {
  return Array.from({ length: nodes }, (_, index) => {
    const node = String(index + 1).padStart(3, "0");
    const common = {
      namespace: "AWS/ElastiCache",
      // Without cluster mode, every node is a separate cache cluster.
      dimensions: { CacheClusterId: pulumi.interpolate`${identifier}-${node}`, CacheNodeId: "0001" },
      statistic: "Average",
      comparison: "GreaterThanThreshold",
      periodSeconds: 300,
      periods: 3,
      silence: "missing",
    } as const;
    const memory: AlarmDefinition = {
      ...common,
      name: `redis-memory-${node}`,
      description: "Redis runs out of memory; sessions will be dropped early. Take a larger node type.",
      metric: "DatabaseMemoryUsagePercentage",
      threshold: HIGH_PERCENT,
      silence: "breaching",
    };
    const cpu: AlarmDefinition = {
      ...common,
      name: `redis-cpu-${node}`,
      description: "Redis' one thread works at its limit. Take a newer node type.",
      metric: "EngineCPUUtilization",
      threshold: HIGH_PERCENT,
    };
    const lag: AlarmDefinition = {
      ...common,
      name: `redis-replication-lag-${node}`,
      description: "A replica of Redis lags: a failover now would lose that much.",
      metric: "ReplicationLag",
      statistic: "Maximum",
      threshold: MAX_REDIS_REPLICATION_LAG_SECONDS,
    };
    return nodes === 1 ? [memory, cpu] : [memory, cpu, lag];
  }).flat();
}

/** Maximum replication delay of a backup in seconds: four times the S3 SLA. */
const MAX_BACKUP_REPLICATION_SECONDS = 3600;

export interface ReplicationAlarmArgs {
  readonly bucket: pulumi.Input<string>;
  readonly replica: pulumi.Input<string>;
  readonly ruleId: string;
}

/** Alarms on the replication of backups to the second region. */
export function replicationAlarms({ bucket, replica, ruleId }: ReplicationAlarmArgs): AlarmDefinition[] {
  const common = {
    namespace: "AWS/S3",
    dimensions: { SourceBucket: bucket, DestinationBucket: replica, RuleId: ruleId },
    comparison: "GreaterThanThreshold",
    periodSeconds: 300,
    // Without uploads, there is no data.
    silence: "notBreaching",
  } as const;
  return [
    {
      ...common,
      name: "backup-replication-failed",
      description: "A backup was not copied to the second region. Look at the replication role and the keys.",
      metric: "OperationsFailedReplication",
      statistic: "Sum",
      threshold: 0,
      periods: 1,
    },
    {
      ...common,
      name: "backup-replication-late",
      description: "Backups reach the second region more than an hour late.",
      metric: "ReplicationLatency",
      statistic: "Maximum",
      threshold: MAX_BACKUP_REPLICATION_SECONDS,
      periods: 3,
    },
  ];
}
