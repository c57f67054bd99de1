import { Key } from "@pulumi/aws/kms/key.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import { type AwsEnvironment, buildArn } from "../shared/aws/aws-environment.ts";
import { type IamStatement, policyDocument } from "../shared/aws/iam-policy.ts";
import { accountKeyStatement, KEY_DELETION_WINDOW_DAYS } from "../shared/aws/kms.ts";
import { contentHash } from "../shared/content-hash.ts";
import type { Environment } from "../shared/environments.ts";

interface AlarmTopicArgs {
  readonly environment: Environment;
  readonly aws: AwsEnvironment;
  readonly emails: readonly string[];
  /** https endpoints that confirm the subscription automatically. */
  readonly endpoints: readonly string[];
}

/** The AWS services that publish to the encrypted topic: CloudWatch alarms and RDS events. */
const PUBLISHER_SERVICES = ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"];

/** The SNS topics for alarms and for ElastiCache events, and their subscriptions. */
export class AlarmTopic extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** The topic of ElastiCache, which cannot publish to an encrypted topic. */
  readonly elastiCacheArn: pulumi.Output<string>;

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
    const policy = new TopicPolicy(
      `${name}-policy`,
      { arn: topic.arn, policy: topicPolicy(aws, buildArn(aws, "sns", topicName)) },
      { parent: this },
    );
    const elastiCache = this.#elastiCacheTopic(`${name}-elasticache`, aws);
    for (const [prefix, target] of [
      [name, topic],
      [`${name}-elasticache`, elastiCache],
    ] as const) {
      for (const email of args.emails) this.#subscribe(prefix, target, "email", email);
      for (const endpoint of args.endpoints) this.#subscribe(prefix, target, "https", endpoint);
    }
    // Whatever uses the topic waits for its policy, without which AWS services cannot publish to it.
    this.arn = pulumi.all([topic.arn, policy.id]).apply(([arn]) => arn);
    this.elastiCacheArn = elastiCache.arn;
    this.registerOutputs({ arn: this.arn, elastiCacheArn: this.elastiCacheArn });
  }

  /**
   * ElastiCache marks an encrypted topic, and one whose policy has `aws:SourceAccount`, as inactive and publishes nothing. Its
   * events contain names of nodes and no data.
   * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html
   */
  #elastiCacheTopic(name: string, aws: AwsEnvironment): Topic {
    const topicName = `${aws.clusterName}-elasticache-events`;
    const topic = new Topic(`${name}-topic`, { name: topicName, signatureVersion: 2 }, { parent: this });
    new TopicPolicy(
      `${name}-policy`,
      { arn: topic.arn, policy: elastiCacheTopicPolicy(aws, buildArn(aws, "sns", topicName)) },
      { parent: this },
    );
    return topic;
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
      accountKeyStatement(aws),
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

/** The only statement with which ElastiCache publishes: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ECEvents.SNS.html */
function elastiCacheTopicPolicy(aws: AwsEnvironment, topicArn: string): string {
  return JSON.stringify(
    policyDocument([
      {
        Sid: "ElastiCache",
        Principal: { AWS: "*" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { StringEquals: { "aws:SourceOwner": aws.account } },
      },
      encryptedOnly(topicArn),
    ]),
  );
}

function encryptedOnly(topicArn: string): IamStatement {
  return {
    Sid: "EncryptedOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "sns:Publish",
    Resource: topicArn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
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
      encryptedOnly(topicArn),
    ]),
  );
}
