import { expect, test } from "@jest/globals";
import {
  databaseAlarms,
  networkAlarms,
  redisAlarms,
  replicationAlarms,
} from "../../components/alarms/alarm-definitions.ts";
import type { Environment } from "../../components/shared/environments.ts";
import type { PlannedResource } from "../../plan/plan.ts";
import { findResource, planOf } from "../support/plans.ts";

async function alarmsOf(environment: Environment): Promise<PlannedResource[]> {
  const { resources } = await planOf(environment);
  return resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm");
}

test("production has alarms for the database, every cache node and backup replication, and every alarm notifies the topic", async () => {
  const alarms = await alarmsOf("production");
  expect(
    alarms.map(({ inputs }) => String(inputs.name).replace("spacetime-vr-production-", "")).sort(),
  ).toEqual([
    "backup-replication-failed",
    "backup-replication-late",
    "database-connections",
    "database-cpu",
    "database-memory",
    "database-storage",
    "database-transaction-ids",
    "load-balancer-resets",
    "load-balancer-targets",
    "nat-ports",
    ...["cpu", "memory", "replication-lag"].flatMap((what) =>
      ["001", "002", "003"].map((node) => `redis-${what}-${node}`),
    ),
  ]);
  for (const { inputs, dependsOn } of alarms) {
    // An alarm on a store without data, which a store has none of before it exists, may fire.
    expect(dependsOn.map((urn) => urn.split("::").at(-1))).toEqual(
      expect.arrayContaining(["postgres", "redis"]),
    );
    expect(inputs).toMatchObject({
      alarmActions: ["generated:alarms-topic-topic.arn"],
      okActions: ["generated:alarms-topic-topic.arn"],
    });
    expect(String(inputs.alarmDescription).length).toBeGreaterThan(40);
  }
});

test("RDS events such as failovers are sent to the topic without a metric", async () => {
  const { inputs } = findResource(await planOf("production"), "alarms-database-events");
  expect(inputs).toMatchObject({
    sourceType: "db-instance",
    sourceIds: ["spacetime-vr-production-postgres"],
    eventCategories: expect.arrayContaining(["failover", "failure", "low storage"]),
    snsTopic: "generated:alarms-topic-topic.arn",
  });
});

test("the topic is encrypted with a key that the publishing services can use for this account only", async () => {
  const plan = await planOf("production");
  expect(findResource(plan, "alarms-topic-topic").inputs).toMatchObject({
    kmsMasterKeyId: "generated:alarms-topic-key.arn",
  });
  for (const [name, property] of [
    ["alarms-topic-key", "policy"],
    ["alarms-topic-policy", "policy"],
  ] as const) {
    const { Statement } = JSON.parse(String(findResource(plan, name).inputs[property])) as {
      Statement: { Sid: string; Principal: { Service: string[] }; Condition: object }[];
    };
    expect(Statement.find(({ Sid }) => Sid === "Publishers")).toMatchObject({
      Principal: { Service: ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"] },
      Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
    });
  }
});

test("ElastiCache publishes to a topic of its own, which it can use: not encrypted, and with aws:SourceOwner in its policy", async () => {
  const plan = await planOf("production");
  const { notificationTopicArn } = findResource(plan, "redis-group").inputs;
  expect(notificationTopicArn).toBe("generated:alarms-topic-elasticache-topic.arn");
  const topic = findResource(plan, "alarms-topic-elasticache-topic").inputs;
  expect(topic.kmsMasterKeyId).toBeUndefined();
  const { Statement } = JSON.parse(
    String(findResource(plan, "alarms-topic-elasticache-policy").inputs.policy),
  );
  expect(Statement[0]).toMatchObject({
    Principal: { AWS: "*" },
    Action: "sns:Publish",
    Condition: { StringEquals: { "aws:SourceOwner": "000000000000" } },
  });
  expect(JSON.stringify(Statement)).not.toContain("SourceAccount");
});

test("alarms on the load balancer and NAT query what AWS names, and are silent before it exists", () => {
  for (const alarm of networkAlarms()) {
    expect("query" in alarm && alarm.query).toMatch(
      /^SELECT (MIN|SUM)\(\w+\) FROM SCHEMA\("AWS\/(NetworkELB|NATGateway)", /,
    );
    expect(alarm.silence).toBe("notBreaching");
  }
});

test("every configured email address and endpoint is subscribed", async () => {
  const { resources } = await planOf("production", (values) => {
    values.alarms.endpoints = ["https://alerts.example.com/sns"];
  });
  const subscribed = resources
    .filter(({ type }) => type === "aws:sns/topicSubscription:TopicSubscription")
    .map(({ inputs: { protocol, endpoint } }) => `${protocol} ${endpoint}`);
  // Once per topic: alarms, and the events of ElastiCache.
  const recipients = ["email operations@example.com", "https https://alerts.example.com/sns"];
  expect(subscribed.sort()).toEqual([...recipients, ...recipients].sort());
});

test("alarms fire before connections, storage and transaction IDs are exhausted", () => {
  const found = new Map(
    databaseAlarms({ identifier: "db", storageGib: 100, maxConnections: 200 }).map((alarm) => [
      "metric" in alarm && alarm.metric,
      alarm,
    ]),
  );
  expect(found.get("DatabaseConnections")).toMatchObject({ threshold: 160, statistic: "Maximum" });
  // RDS grows a volume at a tenth; half of that means that it could not.
  expect(found.get("FreeStorageSpace")).toMatchObject({ threshold: 5 * 2 ** 30, silence: "breaching" });
  expect(found.get("MaximumUsedTransactionIDs")?.threshold).toBeLessThan(2 ** 31 / 2);
});

test("a single cache node has no replication-lag alarm, and one failed replication raises an alarm", () => {
  expect(
    redisAlarms({ identifier: "cache", nodes: 1 }).map((alarm) => "metric" in alarm && alarm.metric),
  ).toEqual(["DatabaseMemoryUsagePercentage", "EngineCPUUtilization"]);
  const [failed] = replicationAlarms({ bucket: "here", replica: "there", ruleId: "everything" });
  expect(failed).toMatchObject({ statistic: "Sum", threshold: 0, periods: 1, silence: "notBreaching" });
});
