import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { BucketReplicationConfig } from "@pulumi/aws/s3/bucketReplicationConfig.js";
import * as pulumi from "@pulumi/pulumi";
import { type AwsEnvironment, buildArn } from "../shared/aws/aws-environment.ts";
import { createDeploymentRole } from "../shared/aws/deployment-role.ts";
import { policyDocument } from "../shared/aws/iam-policy.ts";
import { accountKeyStatement, KEY_DELETION_WINDOW_DAYS } from "../shared/aws/kms.ts";
import type { Environment } from "../shared/environments.ts";
import { backupBucketName, replicationStatements, replicationTrustPolicy } from "./bucket-iam.ts";
import { LockedBucket } from "./locked-bucket.ts";

interface BackupBucketArgs {
  readonly environment: Environment;
  readonly aws: AwsEnvironment;
  readonly lockMode: "GOVERNANCE" | "COMPLIANCE";
  readonly lockDays: number;
  readonly keepDays: number;
  readonly replicaRegion?: string | undefined;
}

/** The name of the replication rule; a dimension of its metrics. */
const REPLICATION_RULE_ID = "everything";

/** S3 Replication Time Control supports only 15 minutes. */
const REPLICATION_MINUTES = 15;

/** The backup destination: a locked bucket, and optionally a replica in a second region with a separate key. */
export class BackupBucket extends pulumi.ComponentResource {
  readonly bucketName: string;
  readonly replicaName: string | undefined;
  /** The dimensions of the replication alarms; undefined without a second region. */
  readonly replication:
    | {
        readonly bucket: pulumi.Output<string>;
        readonly replica: pulumi.Output<string>;
        readonly ruleId: string;
      }
    | undefined;
  /** The KMS key for writers. */
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: BackupBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:backup:BackupBucket", name, {}, opts);
    const { aws, environment, lockMode, lockDays, keepDays, replicaRegion } = args;
    const common = { environment, aws, lockMode, lockDays, keepDays };
    this.bucketName = backupBucketName(aws.clusterName, aws.account, aws.region);
    this.keyArn = aws.keys.data;
    const main = new LockedBucket(
      `${name}-main`,
      { ...common, bucketName: this.bucketName, region: aws.region, keyArn: this.keyArn },
      { parent: this },
    );
    if (replicaRegion !== undefined) {
      this.replicaName = backupBucketName(aws.clusterName, aws.account, replicaRegion);
      const key = this.#replicaKey(name, args, replicaRegion);
      const replica = new LockedBucket(
        `${name}-replica`,
        { ...common, bucketName: this.replicaName, region: replicaRegion, keyArn: key.arn },
        { parent: this },
      );
      this.replication = {
        bucket: main.bucket,
        replica: replica.bucket,
        ruleId: REPLICATION_RULE_ID,
      };
      const dependsOn = [...main.ready, ...replica.ready];
      this.#replicate(name, args, { bucket: main.bucket, replicaRegion, key, dependsOn });
    }
    this.registerOutputs({ bucketName: this.bucketName, replicaName: this.replicaName, keyArn: this.keyArn });
  }

  /** A separate key in the second region, so that the copy is readable if the first region is down. */
  #replicaKey(name: string, { aws, environment }: BackupBucketArgs, region: string): Key {
    return new Key(
      `${name}-replica-key`,
      {
        description: `Copies of ${environment}'s backups`,
        enableKeyRotation: true,
        deletionWindowInDays: KEY_DELETION_WINDOW_DAYS,
        region,
        policy: JSON.stringify(policyDocument([accountKeyStatement(aws)])),
      },
      // Without the key, the copies cannot be decrypted.
      { parent: this, protect: environment === "production" },
    );
  }

  #replicate(
    name: string,
    { aws }: BackupBucketArgs,
    copy: {
      readonly bucket: pulumi.Output<string>;
      readonly replicaRegion: string;
      readonly key: Key;
      readonly dependsOn: pulumi.Resource[];
    },
  ): void {
    const replica = this.replicaName ?? "";
    const role = createDeploymentRole(
      `${name}-replication-role`,
      {
        aws,
        clusterName: aws.clusterName,
        purpose: "backup-replication",
        description: "S3 copies backups to the second region",
        trust: replicationTrustPolicy(aws, this.bucketName),
      },
      { parent: this },
    );
    const policy = pulumi.jsonStringify(
      policyDocument(
        replicationStatements(aws, {
          bucket: this.bucketName,
          key: this.keyArn,
          region: aws.region,
          replica,
          replicaKey: copy.key.arn,
          replicaRegion: copy.replicaRegion,
        }),
      ),
    );
    const allowed = new RolePolicy(
      `${name}-replication-policy`,
      { role: role.name, name: "replication", policy },
      { parent: this },
    );
    new BucketReplicationConfig(
      `${name}-replication`,
      {
        bucket: copy.bucket,
        role: role.arn,
        rules: [replicationRule(buildArn(aws, "s3", replica, "bare"), copy.key.arn)],
      },
      { parent: this, dependsOn: [...copy.dependsOn, allowed] },
    );
  }
}

function replicationRule(replicaArn: string, replicaKeyArn: pulumi.Output<string>) {
  return {
    id: REPLICATION_RULE_ID,
    status: "Enabled",
    priority: 1,
    filter: { prefix: "" },
    // An accidental or malicious deletion must not be replicated.
    deleteMarkerReplication: { status: "Disabled" },
    sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
    destination: {
      bucket: replicaArn,
      encryptionConfiguration: { replicaKmsKeyId: replicaKeyArn },
      metrics: { status: "Enabled", eventThreshold: { minutes: REPLICATION_MINUTES } },
      replicationTime: { status: "Enabled", time: { minutes: REPLICATION_MINUTES } },
    },
  };
}
