import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { Instance, type InstanceArgs } from "@pulumi/aws/rds/instance.js";
import { InstanceAutomatedBackupsReplication } from "@pulumi/aws/rds/instanceAutomatedBackupsReplication.js";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup.js";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { type AwsEnvironment, buildArn } from "../shared/aws/aws-environment.ts";
import { createDeploymentRole } from "../shared/aws/deployment-role.ts";
import { policyDocument, serviceTrustPolicy } from "../shared/aws/iam-policy.ts";
import { accountKeyStatement, KEY_DELETION_WINDOW_DAYS } from "../shared/aws/kms.ts";
import { rdsInstanceIdentifier } from "../shared/aws/rds-instance-identifier.ts";
import type { Environment } from "../shared/environments.ts";
import { createNodeOnlySecurityGroup } from "./node-only-security-group.ts";

/** The CA of the instance; clients must trust it, so change `database.caCertificates` with it. */
const RDS_CA_IDENTIFIER = "rds-ca-rsa2048-g1";

/** The name of the master user; RDS manages its password, and all clients use other roles. */
export const RDS_MASTER_USER = "postgres";

/** The logs that RDS for PostgreSQL exports to CloudWatch, each to a separate log group. */
const RDS_LOG_EXPORTS = ["postgresql", "upgrade"] as const;

/** The RDS settings of the stack file; the schema describes them. */
export interface RdsSettings {
  readonly engineVersion: string;
  readonly instanceClass: string;
  readonly storageGib: number;
  readonly maximumStorageGib: number;
  readonly backupRetentionDays: number;
  readonly backupReplicaRegion?: string | undefined;
  readonly backupWindow: string;
  readonly maintenanceWindow: string;
  readonly maxConnections: number;
  readonly monitoringSeconds: number;
  readonly insights: { readonly mode: "standard" | "advanced"; readonly retentionDays: number };
}

interface RdsPostgresArgs extends RdsSettings {
  readonly environment: Environment;
  readonly aws: AwsEnvironment;
  readonly port: number;
  /** The database that is created with the instance. */
  readonly database: string;
  readonly logRetentionDays: number;
}

/**
 * Postgres on RDS: encrypted, TLS only, in subnets without internet access, reachable only from the cluster's nodes. In
 * production, it is Multi-AZ, and two separate protections prevent its deletion.
 */
export class RdsPostgres extends pulumi.ComponentResource {
  readonly identifier: pulumi.Output<string>;
  /** The host name, as in the certificate. */
  readonly host: pulumi.Output<string>;
  /** The secret in which RDS keeps the master password. */
  readonly masterSecretArn: pulumi.Output<string>;

  constructor(name: string, args: RdsPostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:data:RdsPostgres", name, {}, opts);
    const identifier = rdsInstanceIdentifier(args.aws.clusterName);
    const subnets = new SubnetGroup(
      `${name}-subnets`,
      {
        name: identifier,
        description: "Isolated subnets",
        subnetIds: [...args.aws.network.isolatedSubnetIds],
      },
      { parent: this },
    );
    const settings = new ParameterGroup(
      `${name}-parameters`,
      {
        // The family of a group cannot be changed, and a group in use cannot be deleted, so the name contains the family.
        name: `${identifier}-${args.engineVersion}`,
        family: `postgres${args.engineVersion}`,
        description: "TLS only, SCRAM only, no players in the log",
        parameters: rdsParameters(args),
      },
      { parent: this },
    );
    const securityGroup = createNodeOnlySecurityGroup(
      name,
      {
        aws: args.aws,
        identifier,
        description: "Postgres, from the nodes of the cluster only",
        port: args.port,
      },
      this,
    );
    const instance = new Instance(
      `${name}-instance`,
      {
        ...instanceArgs(args, identifier),
        dbSubnetGroupName: subnets.name,
        parameterGroupName: settings.name,
        vpcSecurityGroupIds: [securityGroup.id],
        ...this.#monitoring(name, identifier, args),
      },
      {
        parent: this,
        dependsOn: this.#logGroups(name, identifier, args),
        protect: args.environment === "production",
      },
    );
    if (args.backupReplicaRegion !== undefined)
      this.#replicateBackups(name, args, args.backupReplicaRegion, instance);
    this.identifier = instance.identifier;
    this.host = instance.address;
    this.masterSecretArn = instance.masterUserSecrets.apply((secrets) => secrets[0]?.secretArn ?? "");
    this.registerOutputs({ host: this.host, masterSecretArn: this.masterSecretArn });
  }

  /** Snapshots and transaction logs in a second region, with a key there, so that they are usable without the first. */
  #replicateBackups(name: string, args: RdsPostgresArgs, region: string, instance: Instance): void {
    const isProduction = args.environment === "production";
    const key = new Key(
      `${name}-backup-replica-key`,
      {
        description: `Database backups of ${args.environment}`,
        enableKeyRotation: true,
        deletionWindowInDays: KEY_DELETION_WINDOW_DAYS,
        region,
        policy: JSON.stringify(policyDocument([accountKeyStatement(args.aws)])),
      },
      // Without the key, the backups cannot be decrypted.
      { parent: this, protect: isProduction, retainOnDelete: isProduction },
    );
    new InstanceAutomatedBackupsReplication(
      `${name}-backup-replication`,
      {
        sourceDbInstanceArn: instance.arn,
        kmsKeyId: key.arn,
        retentionPeriod: args.backupRetentionDays,
        region,
      },
      { parent: this },
    );
  }

  /** Created before the instance, because RDS would create missing log groups without encryption and retention. */
  #logGroups(name: string, identifier: string, args: RdsPostgresArgs): pulumi.Resource[] {
    return RDS_LOG_EXPORTS.map(
      (log) =>
        new LogGroup(
          `${name}-log-${log}`,
          {
            name: `/aws/rds/instance/${identifier}/${log}`,
            kmsKeyId: args.aws.keys.logs,
            retentionInDays: args.logRetentionDays,
          },
          { parent: this },
        ),
    );
  }

  #monitoring(
    name: string,
    identifier: string,
    { aws, monitoringSeconds }: RdsPostgresArgs,
  ): Partial<InstanceArgs> {
    if (monitoringSeconds === 0) return { monitoringInterval: 0 };
    const role = createDeploymentRole(
      `${name}-monitoring-role`,
      {
        aws,
        clusterName: aws.clusterName,
        purpose: "postgres-monitoring",
        description: "RDS writes samples of the operating system to CloudWatch",
        trust: serviceTrustPolicy("monitoring.rds.amazonaws.com", ["sts:AssumeRole"], {
          StringEquals: {
            "aws:SourceAccount": aws.account,
            "aws:SourceArn": buildArn(aws, "rds", `db:${identifier}`),
          },
        }),
      },
      { parent: this },
    );
    const policyArn = `arn:${aws.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`;
    new RolePolicyAttachment(`${name}-monitoring-policy`, { role: role.name, policyArn }, { parent: this });
    return { monitoringInterval: monitoringSeconds, monitoringRoleArn: role.arn };
  }
}

function instanceArgs(args: RdsPostgresArgs, identifier: string): InstanceArgs {
  const production = args.environment === "production";
  const key = args.aws.keys.data;
  return {
    identifier,
    engine: "postgres",
    engineVersion: args.engineVersion,
    // At the end of standard support, RDS upgrades the instance instead of charging for extended support.
    engineLifecycleSupport: "open-source-rds-extended-support-disabled",
    autoMinorVersionUpgrade: true,
    // A major upgrade cannot be reverted; rehearse it on a restored copy and run it manually (docs/data.md).
    allowMajorVersionUpgrade: false,
    instanceClass: args.instanceClass,
    storageType: "gp3",
    allocatedStorage: args.storageGib,
    maxAllocatedStorage: args.maximumStorageGib,
    storageEncrypted: true,
    kmsKeyId: key,
    dbName: args.database,
    username: RDS_MASTER_USER,
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: key,
    port: args.port,
    caCertIdentifier: RDS_CA_IDENTIFIER,
    networkType: "IPV4",
    publiclyAccessible: false,
    multiAz: production,
    backupRetentionPeriod: args.backupRetentionDays,
    backupWindow: args.backupWindow,
    maintenanceWindow: args.maintenanceWindow,
    // Apply changes that restart the database in the maintenance window.
    applyImmediately: false,
    copyTagsToSnapshot: true,
    deleteAutomatedBackups: !production,
    deletionProtection: production,
    skipFinalSnapshot: !production,
    finalSnapshotIdentifier: `${identifier}-final`,
    databaseInsightsMode: args.insights.mode,
    performanceInsightsEnabled: true,
    performanceInsightsRetentionPeriod: args.insights.retentionDays,
    performanceInsightsKmsKeyId: key,
    enabledCloudwatchLogsExports: [...RDS_LOG_EXPORTS],
    tags: { Name: identifier },
  };
}

/** A parameter of a parameter group; static ones take effect after the next restart, which RDS does not trigger. */
interface RdsParameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod: "immediate" | "pending-reboot";
}

/**
 * Up to Postgres 17, `log_connections` is a boolean, which RDS writes as 1. From 18 on, it is a list; `all` is a value that parameter
 * groups of the family postgres18 accept, while a boolean is only an alias within Postgres.
 * https://www.postgresql.org/docs/18/runtime-config-logging.html#GUC-LOG-CONNECTIONS
 */
function connectionLogging(engineVersion: string): string {
  return Number(engineVersion) >= 18 ? "all" : "1";
}

/** Milliseconds after which an idle transaction is terminated, because it holds locks and blocks vacuum. */
const IDLE_IN_TRANSACTION_MS = 60_000;

/**
 * The parameters require TLS and SCRAM. They log connections and schema changes, but no player data: no other statements
 * and no statement parameters.
 */
function rdsParameters({ engineVersion, maxConnections }: RdsSettings): RdsParameter[] {
  // Dynamic parameters. `rds.accepted_password_auth_method` is one too, and applies to the next connection.
  const immediate = {
    "rds.force_ssl": "1",
    ssl_min_protocol_version: "TLSv1.2",
    password_encryption: "scram-sha-256",
    "rds.accepted_password_auth_method": "scram",
    log_connections: connectionLogging(engineVersion),
    log_disconnections: "1",
    log_statement: "ddl",
    log_min_duration_statement: "-1",
    log_min_error_statement: "panic",
    log_parameter_max_length: "0",
    log_parameter_max_length_on_error: "0",
    log_lock_waits: "1",
    log_autovacuum_min_duration: "10000",
    idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_MS),
  };
  return [
    ...Object.entries(immediate).map(([name, value]) => ({ name, value, applyMethod: "immediate" as const })),
    { name: "max_connections", value: String(maxConnections), applyMethod: "pending-reboot" },
  ];
}
