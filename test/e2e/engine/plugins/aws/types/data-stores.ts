import { randomUUID } from "node:crypto";
import { type AwsType, arnOf, hex, property, SECURITY_GROUP, SUBNET, text } from "./aws-type.ts";

/** The managed databases. */
export const DATA_STORE_TYPES: Readonly<Record<string, AwsType>> = {
  "aws:elasticache/parameterGroup:ParameterGroup": {
    service: "ElastiCache",
    noun: "CacheParameterGroup",
    unique: ["name"],
    collision: (name) => [
      400,
      "CacheParameterGroupAlreadyExists",
      `Cache Parameter Group ${name} already exists.`,
    ],
    replacedBy: ["name", "family", "description"],
    id: property("name"),
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    service: "ElastiCache",
    noun: "ReplicationGroup",
    unique: ["replicationGroupId"],
    collision: (name) => [400, "ReplicationGroupAlreadyExists", `Replication group ${name} already exists.`],
    replacedBy: [
      "replicationGroupId",
      "atRestEncryptionEnabled",
      "dataTieringEnabled",
      "kmsKeyId",
      "networkType",
      "port",
      "securityGroupNames",
      "snapshotArns",
      "snapshotName",
      "subnetGroupName",
    ],
    references: {
      kmsKeyId: "key",
      notificationTopicArn: "topic",
      securityGroupIds: SECURITY_GROUP,
      subnetGroupName: {
        name: "cacheSubnets",
        blocks: [400, "CacheSubnetGroupInUse", "Cache subnet group is currently in use by a cache cluster."],
      },
      parameterGroupName: {
        name: "cacheParameters",
        blocks: [
          400,
          "InvalidCacheParameterGroupState",
          "One or more cache clusters are still members of this parameter group.",
        ],
      },
      "logDeliveryConfigurations.destination": "logGroup",
    },
    id: property("replicationGroupId"),
    outputs: (inputs, place) => ({
      arn: arnOf("elasticache", (values) => `replicationgroup:${text(values.replicationGroupId)}`)(
        inputs,
        place,
      ),
      primaryEndpointAddress: `master.${text(inputs.replicationGroupId)}.abc123.euc1.cache.amazonaws.com`,
    }),
  },
  "aws:elasticache/subnetGroup:SubnetGroup": {
    service: "ElastiCache",
    noun: "CacheSubnetGroup",
    unique: ["name"],
    collision: (name) => [400, "CacheSubnetGroupAlreadyExists", `Cache subnet group ${name} already exists.`],
    replacedBy: ["name"],
    references: { subnetIds: SUBNET },
    id: property("name"),
  },
  "aws:rds/eventSubscription:EventSubscription": {
    service: "RDS",
    noun: "EventSubscription",
    unique: ["name"],
    collision: (name) => [400, "SubscriptionAlreadyExist", `Event subscription ${name} already exists.`],
    replacedBy: ["name", "namePrefix"],
    references: {
      snsTopic: {
        name: "topic",
        failure: () => [404, "SNSTopicArnNotFound", "The SNS topic ARN does not exist."],
      },
      sourceIds: "database",
    },
    id: property("name"),
  },
  "aws:rds/instance:Instance": {
    service: "RDS",
    noun: "DBInstance",
    unique: ["identifier"],
    collision: () => [400, "DBInstanceAlreadyExists", "DB instance already exists"],
    replacedBy: [
      "identifier",
      "engine",
      "dbName",
      "kmsKeyId",
      "storageEncrypted",
      "username",
      "availabilityZone",
      "characterSetName",
      "timezone",
      "snapshotIdentifier",
    ],
    references: {
      dbSubnetGroupName: {
        name: "databaseSubnets",
        blocks: [
          400,
          "InvalidDBSubnetGroupStateFault",
          "Cannot delete the subnet group because it is in use.",
        ],
      },
      parameterGroupName: {
        name: "databaseParameters",
        blocks: [
          400,
          "InvalidDBParameterGroupState",
          "One or more database instances are still members of this parameter group.",
        ],
      },
      vpcSecurityGroupIds: SECURITY_GROUP,
      kmsKeyId: "key",
      performanceInsightsKmsKeyId: "key",
      masterUserSecretKmsKeyId: "key",
      monitoringRoleArn: "roleArn",
    },
    id: () => `db-${hex(26).toUpperCase()}`,
    outputs: (inputs, place) => ({
      arn: arnOf("rds", (values) => `db:${text(values.identifier)}`)(inputs, place),
      address: `${text(inputs.identifier)}.abc123.${place.region}.rds.amazonaws.com`,
      masterUserSecrets: [
        {
          secretArn: arnOf("secretsmanager", () => `secret:rds!db-${randomUUID()}`)(inputs, place),
          secretStatus: "active",
        },
      ],
    }),
    keeps: (inputs, { snapshots }) => {
      if (inputs.deletionProtection === true)
        return [
          400,
          "InvalidParameterCombination",
          "Cannot delete protected DB Instance, please disable deletion protection and try again.",
        ];
      const snapshot = text(inputs.finalSnapshotIdentifier);
      return inputs.skipFinalSnapshot !== true && snapshots.includes(snapshot)
        ? [
            400,
            "DBSnapshotAlreadyExists",
            `Cannot create the snapshot because one with the identifier ${snapshot} already exists.`,
          ]
        : undefined;
    },
  },
  "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": {
    service: "RDS",
    noun: "DBInstanceAutomatedBackupsReplication",
    replacedBy: ["sourceDbInstanceArn", "kmsKeyId", "retentionPeriod"],
    references: { sourceDbInstanceArn: "databaseArn", kmsKeyId: "key" },
  },
  "aws:rds/parameterGroup:ParameterGroup": {
    service: "RDS",
    noun: "DBParameterGroup",
    unique: ["name"],
    collision: (name) => [400, "DBParameterGroupAlreadyExists", `Parameter group ${name} already exists`],
    replacedBy: ["name", "family", "description"],
    id: property("name"),
  },
  "aws:rds/subnetGroup:SubnetGroup": {
    service: "RDS",
    noun: "DBSubnetGroup",
    unique: ["name"],
    collision: (name) => [400, "DBSubnetGroupAlreadyExists", `The DB subnet group '${name}' already exists.`],
    replacedBy: ["name"],
    references: { subnetIds: SUBNET },
    id: property("name"),
  },
};
