import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketObjectLockConfiguration } from "@pulumi/aws/s3/bucketObjectLockConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsAccount } from "../shared/aws/aws-environment.ts";
import type { Environment } from "../shared/environments.ts";
import { bucketPolicy } from "./bucket-iam.ts";

interface LockedBucketArgs {
  readonly environment: Environment;
  readonly aws: AwsAccount;
  readonly bucketName: string;
  readonly region: string;
  readonly keyArn: pulumi.Input<string>;
  readonly lockMode: "GOVERNANCE" | "COMPLIANCE";
  readonly lockDays: number;
  readonly keepDays: number;
}

/** Parts of incomplete uploads are billed until they are removed. */
const INCOMPLETE_UPLOAD_DAYS = 7;

/**
 * A private, versioned bucket with Object Lock, a customer-managed key and TLS-only access. It has no server access
 * logging, which is best effort and delayed; CloudTrail data events record reads and deletions, and are configured per
 * account, not per environment (docs/data.md).
 */
export class LockedBucket extends pulumi.ComponentResource {
  /** Replication and writers depend on this: the bucket after versioning and Object Lock are configured. */
  readonly ready: pulumi.Resource[];
  /** The name as an output of the bucket. */
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: LockedBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:backup:LockedBucket", name, {}, opts);
    const { region } = args;
    const resource = new Bucket(
      `${name}-bucket`,
      { bucket: args.bucketName, objectLockEnabled: true, forceDestroy: false, region },
      { parent: this, protect: args.environment === "production" },
    );
    const bucket = resource.bucket;
    const childOpts = { parent: this };
    const versioning = new BucketVersioning(
      `${name}-versioning`,
      { bucket, region, versioningConfiguration: { status: "Enabled" } },
      childOpts,
    );
    const lock = new BucketObjectLockConfiguration(
      `${name}-lock`,
      { bucket, region, rule: { defaultRetention: { mode: args.lockMode, days: args.lockDays } } },
      { ...childOpts, dependsOn: [versioning] },
    );
    new BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, region, rules: [encryptionRule(args.keyArn)] },
      childOpts,
    );
    const closed = new BucketPublicAccessBlock(
      `${name}-public-access`,
      {
        bucket,
        region,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      childOpts,
    );
    new BucketOwnershipControls(
      `${name}-ownership`,
      { bucket, region, rule: { objectOwnership: "BucketOwnerEnforced" } },
      childOpts,
    );
    new BucketPolicy(
      `${name}-policy`,
      { bucket, region, policy: bucketPolicy(args.aws, args.bucketName) },
      // S3 rejects concurrent changes of a bucket's access settings.
      { ...childOpts, dependsOn: [closed] },
    );
    new BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket, region, rules: lifecycleRules(args.keepDays) },
      { ...childOpts, dependsOn: [versioning] },
    );
    this.bucket = bucket;
    this.ready = [resource, versioning, lock];
    this.registerOutputs({});
  }
}

function encryptionRule(keyArn: pulumi.Input<string>) {
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
    // S3 Bucket Keys: one KMS request for many objects instead of one per object.
    bucketKeyEnabled: true,
    // Deny SSE-C: only the client that wrote such a backup could restore it.
    blockedEncryptionTypes: ["SSE-C"],
  };
}

/** An expired object becomes a delete marker and a noncurrent version, which are removed after the lock ends. */
function lifecycleRules(keepDays: number) {
  return [
    {
      id: "keep",
      status: "Enabled",
      filter: { prefix: "" },
      expiration: { days: keepDays },
      noncurrentVersionExpiration: { noncurrentDays: 1 },
      abortIncompleteMultipartUpload: { daysAfterInitiation: INCOMPLETE_UPLOAD_DAYS },
    },
    {
      id: "markers",
      status: "Enabled",
      filter: { prefix: "" },
      expiration: { expiredObjectDeleteMarker: true },
    },
  ];
}
