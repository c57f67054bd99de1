import { Key } from "@pulumi/aws/kms/key.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import { type AwsEnvironment, buildArn } from "../shared/aws/aws-environment.ts";
import { policyDocument } from "../shared/aws/iam-policy.ts";
import { KEY_DELETION_WINDOW_DAYS } from "../shared/aws/kms.ts";
import { contentHash } from "../shared/content-hash.ts";
import type { Environment } from "../shared/environments.ts";

interface AlarmTopicArgs {
  readonly environment: Environment;
  readonly aws: AwsEnvironment;
  readonly emails: readonly string[];
  /** https endpoints that confirm the subscription automatically. */
  readonly endpoints: readonly string[];
}

/** The AWS services that publish to the topic: CloudWatch alarms, RDS events and ElastiCache events. */
const PUBLISHER_SERVICES = [
  "cloudwatch.amazonaws.com",
  "events.rds.amazonaws.com",
  "elasticache.amazonaws.com",
];

/** The SNS topic for alarms, and its subscriptions. */
export class AlarmTopic extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:alarms:AlarmTopic", name, {}, opts);
    const { aws } = args;
    const topicName = `${aws.clusterName}-alarms`;
    const key = new Key(
      `${name}-key`,
      {
        // A separate key, because AWS services can use it and must not be able to decrypt anything else.
        description: `Alarms of ${args.environment}`,
        enableKeyRotation: true,
        deletionWindowInDays: KEY_DELETION_WINDOW_DAYS,
        policy: keyPolicy(aws),
      },
      { parent: this, protect: args.environment === "production" },
    );
    const topic = new Topic(
      `${name}-topic`,
      { name: topicName, kmsMasterKeyId: key.arn, signatureVersion: 2 },
      { parent: this },
    );
    new TopicPolicy(
      `${name}-policy`,
      { arn: topic.arn, policy: topicPolicy(aws, buildArn(aws, "sns", topicName)) },
      { parent: this },
    );
    for (const email of args.emails) this.#subscribe(name, topic, "email", email);
    for (const endpoint of args.endpoints) this.#subscribe(name, topic, "https", endpoint);
    this.arn = topic.arn;
    this.registerOutputs({ arn: this.arn });
  }

  #subscribe(name: string, topic: Topic, protocol: "email" | "https", endpoint: string): void {
    new TopicSubscription(
      `${name}-${protocol}-${contentHash(endpoint)}`,
      {
        topic: topic.arn,
        protocol,
        endpoint,
        ...(protocol === "https" ? { endpointAutoConfirms: true } : {}),
      },
      { parent: this },
    );
  }
}

function keyPolicy(aws: AwsEnvironment): string {
  return JSON.stringify(
    policyDocument([
      {
        Sid: "Account",
        Principal: { AWS: buildArn(aws, "iam", "root", "global") },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Sid: "Publishers",
        Principal: { Service: PUBLISHER_SERVICES },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": aws.account } },
      },
    ]),
  );
}

function topicPolicy(aws: AwsEnvironment, topicArn: string): string {
  return JSON.stringify(
    policyDocument([
      {
        Sid: "Publishers",
        Principal: { Service: PUBLISHER_SERVICES },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { StringEquals: { "aws:SourceAccount": aws.account } },
      },
      {
        Sid: "EncryptedOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]),
  );
}
