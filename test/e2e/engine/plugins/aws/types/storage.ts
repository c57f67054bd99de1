import { randomUUID } from "node:crypto";
import { type AwsType, arnOf, bucketPart, hex, property, text } from "./aws-type.ts";

/** Buckets, secrets, topics, logs and alarms. */
export const STORAGE_TYPES: Readonly<Record<string, AwsType>> = {
  "aws:cloudwatch/logGroup:LogGroup": {
    service: "CloudWatch Logs",
    noun: "LogGroup",
    unique: ["name"],
    collision: () => [400, "ResourceAlreadyExistsException", "The specified log group already exists"],
    replacedBy: ["name", "namePrefix", "logGroupClass"],
    references: { kmsKeyId: "key" },
    id: property("name"),
    outputs: (inputs, place) => ({
      arn: arnOf("logs", (values) => `log-group:${text(values.name)}`)(inputs, place),
    }),
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    service: "CloudWatch",
    noun: "MetricAlarm",
    replacedBy: ["name"],
    id: property("name"),
    references: { alarmActions: "topic", okActions: "topic" },
    outputs: (inputs, place) => ({
      arn: arnOf("cloudwatch", (values) => `alarm:${text(values.name)}`)(inputs, place),
    }),
  },
  "aws:s3/bucket:Bucket": {
    service: "S3",
    noun: "Bucket",
    unique: ["bucket"],
    collision: () => [
      409,
      "BucketAlreadyOwnedByYou",
      "Your previous request to create the named bucket succeeded and you already own it.",
    ],
    replacedBy: ["bucket", "bucketPrefix", "objectLockEnabled", "region"],
    id: property("bucket"),
    outputs: (inputs, place) => ({
      arn: arnOf("s3", (values) => text(values.bucket), "bare")(inputs, place),
    }),
    keeps: (inputs, { contents }) =>
      (contents[text(inputs.bucket)] ?? 0) === 0
        ? undefined
        : inputs.forceDestroy === true
          ? [403, "AccessDenied", "Access Denied because object protected by object lock."]
          : [
              409,
              "BucketNotEmpty",
              "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
            ],
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketPart(
    "BucketLifecycleConfiguration",
  ),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": bucketPart("ObjectLockConfiguration"),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketPart("BucketOwnershipControls"),
  "aws:s3/bucketPolicy:BucketPolicy": bucketPart("BucketPolicy"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketPart("PublicAccessBlock"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    ...bucketPart("BucketEncryption"),
    references: { bucket: "bucket", "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId": "key" },
  },
  "aws:s3/bucketVersioning:BucketVersioning": bucketPart("BucketVersioning"),
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": {
    ...bucketPart("BucketReplication"),
    references: { bucket: "bucket", role: "roleArn", "rules.destination.bucket": "bucketArn" },
  },
  "aws:secretsmanager/secret:Secret": {
    service: "Secrets Manager",
    noun: "Secret",
    unique: ["name"],
    collision: (name) => [
      400,
      "ResourceExistsException",
      `The operation failed because the secret ${name} already exists.`,
    ],
    replacedBy: ["name", "namePrefix"],
    references: { kmsKeyId: "key" },
    id: (inputs, place) =>
      `${arnOf("secretsmanager", (values) => `secret:${text(values.name)}`)(inputs, place)}-${hex(6)}`,
    outputs: (_inputs, _place, id) => ({ arn: id }),
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    service: "Secrets Manager",
    noun: "SecretValue",
    replacedBy: ["secretId", "secretString", "secretBinary"],
    references: { secretId: "secret" },
    id: (inputs) => `${text(inputs.secretId)}|terraform-${hex(26)}`,
    outputs: () => ({ versionId: randomUUID() }),
  },
  "aws:sns/topic:Topic": {
    service: "SNS",
    noun: "Topic",
    replacedBy: ["name", "namePrefix", "fifoTopic"],
    references: { kmsMasterKeyId: "key" },
    id: arnOf("sns", property("name")),
    outputs: (_inputs, _place, id) => ({ arn: id }),
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    service: "SNS",
    noun: "TopicAttributes",
    replacedBy: ["arn"],
    references: { arn: "topic" },
    id: property("arn"),
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    service: "SNS",
    noun: "Subscribe",
    replacedBy: ["topic", "protocol", "endpoint"],
    references: { topic: "topic" },
    id: (inputs) => `${text(inputs.topic)}:${randomUUID()}`,
    outputs: (inputs) => ({ pendingConfirmation: inputs.protocol === "email" }),
  },
};
