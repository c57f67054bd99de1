import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { ParameterGroup } from "@pulumi/aws/elasticache/parameterGroup.js";
import { ReplicationGroup, type ReplicationGroupArgs } from "@pulumi/aws/elasticache/replicationGroup.js";
import { SubnetGroup } from "@pulumi/aws/elasticache/subnetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../shared/aws/aws-environment.ts";
import type { Environment } from "../shared/environments.ts";
import { createNodeOnlySecurityGroup } from "./node-only-security-group.ts";

/** The ElastiCache settings of the stack file; the schema describes them. */
export interface ElastiCacheSettings {
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly nodes: number;
  readonly snapshotRetentionDays: number;
  readonly snapshotWindow: string;
  readonly maintenanceWindow: string;
  readonly passwordChange: "ROTATE" | "SET";
}

interface ElastiCacheRedisArgs extends ElastiCacheSettings {
  readonly environment: Environment;
  readonly aws: AwsEnvironment;
  readonly port: number;
  /** 16 to 128 characters; hexadecimal, because ElastiCache accepts few special characters. */
  readonly password: pulumi.Output<string>;
  /** The unencrypted SNS topic for failover events. */
  readonly topicArn: pulumi.Output<string>;
  readonly logRetentionDays: number;
}

/** The name of the replication group; ElastiCache allows at most 40 characters. */
function elastiCacheIdentifier(clusterName: string): string {
  return `${clusterName}-redis`;
}

/**
 * The same eviction policy as for the in-cluster Redis: only keys with an expiry are evicted. A quarter of the memory is
 * reserved for the fork that snapshots and new replicas need.
 */
const PARAMETERS = [
  { name: "maxmemory-policy", value: "volatile-ttl" },
  { name: "reserved-memory-percent", value: "25" },
  { name: "tcp-keepalive", value: "60" },
  { name: "timeout", value: "0" },
];

const LOG_TYPES = ["slow-log", "engine-log"] as const;

/**
 * Redis on ElastiCache for Valkey, a fork of Redis 7.2 with all commands that the game server uses. It has one shard,
 * because scripts use several keys, requires TLS and a password, and fails over to a replica within a minute.
 */
export class ElastiCacheRedis extends pulumi.ComponentResource {
  /** The host name of the primary endpoint, as in the certificate. */
  readonly host: pulumi.Output<string>;
  readonly identifier: pulumi.Output<string>;

  constructor(name: string, args: ElastiCacheRedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:data:ElastiCacheRedis", name, {}, opts);
    const identifier = elastiCacheIdentifier(args.aws.clusterName);
    const childOpts = { parent: this };
    const subnets = new SubnetGroup(
      `${name}-subnets`,
      {
        name: identifier,
        description: "Isolated subnets",
        subnetIds: [...args.aws.network.isolatedSubnetIds],
      },
      childOpts,
    );
    const major = args.engineVersion.split(".")[0] ?? "";
    const settings = new ParameterGroup(
      `${name}-parameters`,
      {
        // The family of a group cannot be changed, and a group in use cannot be deleted, so the name contains the family.
        name: `${identifier}-valkey${major}`,
        family: `valkey${major}`,
        description: "Keeps what has no expiry",
        parameters: PARAMETERS,
      },
      childOpts,
    );
    const securityGroup = createNodeOnlySecurityGroup(
      name,
      {
        aws: args.aws,
        identifier,
        description: "Redis, from the nodes of the cluster only",
        port: args.port,
      },
      this,
    );
    const group = new ReplicationGroup(
      `${name}-group`,
      {
        ...replicationGroupArgs(args, identifier),
        subnetGroupName: subnets.name,
        parameterGroupName: settings.name,
        securityGroupIds: [securityGroup.id],
        logDeliveryConfigurations: this.#logs(name, identifier, args),
      },
      { ...childOpts, protect: args.environment === "production" },
    );
    this.host = group.primaryEndpointAddress;
    this.identifier = group.replicationGroupId;
    this.registerOutputs({ host: this.host });
  }

  #logs(name: string, identifier: string, args: ElastiCacheRedisArgs) {
    return LOG_TYPES.map((logType) => {
      const group = new LogGroup(
        `${name}-${logType}`,
        {
          name: `/aws/elasticache/${identifier}/${logType}`,
          kmsKeyId: args.aws.keys.logs,
          retentionInDays: args.logRetentionDays,
        },
        { parent: this },
      );
      return { destination: group.name, destinationType: "cloudwatch-logs", logFormat: "json", logType };
    });
  }
}

function replicationGroupArgs(args: ElastiCacheRedisArgs, identifier: string): ReplicationGroupArgs {
  const replicated = args.nodes > 1;
  const production = args.environment === "production";
  return {
    replicationGroupId: identifier,
    description: `Sessions, mesh state and counters of ${args.environment}`,
    engine: "valkey",
    engineVersion: args.engineVersion,
    // True would opt in to upgrades by AWS. After one, the stack file would name an older version than the cluster has, which the
    // provider plans as a replacement: https://github.com/hashicorp/terraform-provider-aws/issues/30481
    autoMinorVersionUpgrade: false,
    clusterMode: "disabled",
    nodeType: args.nodeType,
    numCacheClusters: args.nodes,
    automaticFailoverEnabled: replicated,
    multiAzEnabled: replicated,
    port: args.port,
    networkType: "ipv4",
    ipDiscovery: "ipv4",
    transitEncryptionEnabled: true,
    transitEncryptionMode: "required",
    atRestEncryptionEnabled: true,
    kmsKeyId: args.aws.keys.data,
    authToken: pulumi.secret(args.password),
    authTokenUpdateStrategy: args.passwordChange,
    snapshotRetentionLimit: args.snapshotRetentionDays,
    snapshotWindow: args.snapshotWindow,
    maintenanceWindow: args.maintenanceWindow,
    applyImmediately: false,
    notificationTopicArn: args.topicArn,
    // Sessions can be recreated, but in production, mesh ownership is worth a final snapshot.
    ...(production ? { finalSnapshotIdentifier: `${identifier}-final` } : {}),
    tags: { Name: identifier },
  };
}
