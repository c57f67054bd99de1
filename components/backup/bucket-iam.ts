import type * as pulumi from "@pulumi/pulumi";
import { type AwsAccount, buildArn } from "../shared/aws/aws-environment.ts";
import { type IamStatement, policyDocument, serviceTrustPolicy } from "../shared/aws/iam-policy.ts";

/** The name of the backup bucket of a region: S3's names are world-wide, so account and region are part of it. */
export function backupBucketName(clusterName: string, account: string, region: string): string {
  return `${clusterName}-backup-${account}-${region}`;
}

function bucketArns(aws: AwsAccount, bucket: string): string[] {
  return [buildArn(aws, "s3", bucket, "bare"), buildArn(aws, "s3", `${bucket}/*`, "bare")];
}

/** What the bucket denies to every principal: connections without TLS 1.2, and shortening locks. */
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
        // The one who deploys sets them; a program that writes backups must not.
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

export interface ReplicationEndpoints {
  readonly bucket: string;
  readonly key: pulumi.Input<string>;
  readonly region: string;
  readonly replica: string;
  readonly replicaKey: pulumi.Input<string>;
  readonly replicaRegion: string;
}

/** What the replication role may do: read versions here, write copies there, and use the two keys through S3 for that. */
export function replicationStatements(aws: AwsAccount, paths: ReplicationEndpoints): IamStatement[] {
  const through = (region: string, bucket: string): IamStatement["Condition"] => ({
    StringLike: {
      "kms:ViaService": `s3.${region}.${aws.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}`,
      // With bucket keys the bucket is the context; older objects carry their own name.
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
