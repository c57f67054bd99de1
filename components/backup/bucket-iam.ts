import type * as pulumi from "@pulumi/pulumi";
import { type AwsAccount, buildArn } from "../shared/aws/aws-environment.ts";
import { type IamStatement, policyDocument, serviceTrustPolicy } from "../shared/aws/iam-policy.ts";

/** The name of a backup bucket; S3 names are globally unique, so it contains account and region. */
export function backupBucketName(clusterName: string, account: string, region: string): string {
  return `${clusterName}-backup-${account}-${region}`;
}

function bucketArns(aws: AwsAccount, bucket: string): string[] {
  return [buildArn(aws, "s3", bucket, "bare"), buildArn(aws, "s3", `${bucket}/*`, "bare")];
}

/** The bucket policy: denies connections without TLS 1.2, and shorter locks, to every principal. */
export function bucketPolicy(aws: AwsAccount, bucket: string): string {
  const denial = { Effect: "Deny", Principal: "*", Resource: bucketArns(aws, bucket) } as const;
  return JSON.stringify(
    policyDocument([
      {
        ...denial,
        Sid: "EncryptedOnly",
        Action: "s3:*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        ...denial,
        Sid: "ModernEncryptionOnly",
        Action: "s3:*",
        Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
      },
      {
        ...denial,
        Sid: "LocksStay",
        Action: ["s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning", "s3:DeleteBucket"],
        // Only the deployment sets locks; programs that write backups must not.
        Condition: { StringLike: { "aws:PrincipalArn": buildArn(aws, "iam", "role/*-backup*", "global") } },
      },
    ]),
  );
}

/** The trust policy of the replication role: only S3 can assume it, for this bucket. */
export function replicationTrustPolicy(aws: AwsAccount, bucket: string): string {
  return serviceTrustPolicy("s3.amazonaws.com", ["sts:AssumeRole"], {
    StringEquals: { "aws:SourceAccount": aws.account },
    ArnLike: { "aws:SourceArn": buildArn(aws, "s3", bucket, "bare") },
  });
}

interface ReplicationEndpoints {
  readonly bucket: string;
  readonly key: pulumi.Input<string>;
  readonly region: string;
  readonly replica: string;
  readonly replicaKey: pulumi.Input<string>;
  readonly replicaRegion: string;
}

/** Permissions of the replication role: read versions, write copies, and use the two keys through S3. */
export function replicationStatements(aws: AwsAccount, paths: ReplicationEndpoints): IamStatement[] {
  const through = (region: string, bucket: string): IamStatement["Condition"] => ({
    StringLike: {
      "kms:ViaService": `s3.${region}.${aws.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}`,
      // With S3 Bucket Keys, the encryption context is the bucket; for older objects, it is the object.
      "kms:EncryptionContext:aws:s3:arn": bucketArns(aws, bucket),
    },
  });
  const [bucket = "", objects = ""] = bucketArns(aws, paths.bucket);
  const [, copies = ""] = bucketArns(aws, paths.replica);
  return [
    {
      Sid: "ReadBucket",
      Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
      Resource: bucket,
    },
    {
      Sid: "ReadVersions",
      Action: [
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
        "s3:GetObjectRetention",
        "s3:GetObjectLegalHold",
      ],
      Resource: objects,
    },
    { Sid: "WriteCopies", Action: ["s3:ReplicateObject", "s3:ReplicateTags"], Resource: copies },
    {
      Sid: "Open",
      Action: "kms:Decrypt",
      Resource: paths.key,
      Condition: through(paths.region, paths.bucket),
    },
    {
      Sid: "Seal",
      Action: ["kms:Encrypt", "kms:GenerateDataKey"],
      Resource: paths.replicaKey,
      Condition: through(paths.replicaRegion, paths.replica),
    },
  ];
}
