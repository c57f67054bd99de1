import { beforeAll, expect, test } from "@jest/globals";
import type { JsonObject, Plan } from "../../../plan/plan.ts";
import { planOf } from "../../support/plans.ts";
import { describeWithMoto, MOTO_TIMEOUT, type MotoReport } from "./moto.ts";

/** Invalid arguments by resource. */
const INVALID_ARGUMENTS: readonly (readonly [name: string, change: JsonObject])[] = [
  ["backup-main-bucket", { bucket: "b".repeat(64) }],
  ["backup-main-lock", { rule: { defaultRetention: { mode: "NONE", days: 1 } } }],
  ["backup-main-policy", { policy: "{}" }],
  ["redis-group", { transitEncryptionMode: "always" }],
  ["secrets-mirror-api-token", { name: "s".repeat(513) }],
  ["alarms-database-cpu", { comparisonOperator: "Above" }],
];

/** A plan with changed arguments for some resources. */
function applyInvalidArguments(plan: Plan): Plan {
  const changes = new Map(INVALID_ARGUMENTS);
  const resources = plan.resources.map((resource) => {
    const change = changes.get(resource.name);
    return change === undefined ? resource : { ...resource, inputs: { ...resource.inputs, ...change } };
  });
  return { ...plan, resources };
}

describeWithMoto("the AWS calls of the data stores' plan", (reports) => {
  let staging: MotoReport;
  let production: MotoReport;
  let broken: MotoReport;

  beforeAll(async () => {
    const plans = [await planOf("staging"), await planOf("production")] as const;
    [staging, production, broken] = reports([...plans, applyInvalidArguments(plans[0])]) as [
      MotoReport,
      MotoReport,
      MotoReport,
    ];
  }, MOTO_TIMEOUT);

  test.each(["staging", "production"] as const)(
    "of %s are accepted by RDS, ElastiCache, S3, Secrets Manager, SNS and CloudWatch",
    (environment) => {
      const isProduction = environment === "production";
      const { problems, tried } = isProduction ? production : staging;
      expect(problems).toEqual([]);
      expect(tried).toMatchObject({
        "aws:rds/instance:Instance": 1,
        "aws:elasticache/replicationGroup:ReplicationGroup": 1,
        "aws:s3/bucket:Bucket": isProduction ? 2 : 1,
        "aws:s3/bucketPolicy:BucketPolicy": isProduction ? 2 : 1,
        "aws:secretsmanager/secret:Secret": 13,
        "aws:sns/topicSubscription:TopicSubscription": 2,
        "aws:cloudwatch/metricAlarm:MetricAlarm": isProduction ? 19 : 10,
      });
      if (isProduction)
        expect(tried).toHaveProperty(["aws:s3/bucketReplicationConfig:BucketReplicationConfig"], 1);
    },
  );

  test.each(INVALID_ARGUMENTS)("are rejected when an argument is invalid: %s", (name) => {
    expect(broken.problems.filter((problem) => problem.startsWith(`${name}: `))).not.toEqual([]);
  });
});
