import { expect, test } from "@jest/globals";
import { planOf } from "../support/plans.ts";
import { planBootstrapJob } from "./bootstrap-job.ts";

test("all AWS names are within the length limits, even for the longest environment name", async () => {
  const plan = await planOf("production");
  const limits: Record<string, [string, number]> = {
    "aws:rds/instance:Instance": ["identifier", 63],
    "aws:rds/parameterGroup:ParameterGroup": ["name", 255],
    "aws:elasticache/replicationGroup:ReplicationGroup": ["replicationGroupId", 40],
    "aws:s3/bucket:Bucket": ["bucket", 63],
    "aws:iam/role:Role": ["name", 64],
    "aws:sns/topic:Topic": ["name", 256],
  };
  const named = plan.resources.flatMap(({ type, inputs: own }) => {
    const [property, most] = limits[type] ?? [];
    return property === undefined ? [] : [{ type, name: String(own[property]), most: most ?? 0 }];
  });
  expect(named.length).toBeGreaterThan(8);
  for (const { type, name, most } of named) {
    expect({ type, name, fits: name.length <= most }).toEqual({ type, name, fits: true });
    if (/^aws:(rds|elasticache|s3)/.test(type)) expect(name).toMatch(/^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/);
  }
});

test("arguments and variables contain no passwords, only the paths of secrets", async () => {
  const { job } = await planBootstrapJob();
  const text = JSON.stringify(job.spec.template.spec);
  expect(text).not.toMatch(/\[secret|PGPASSWORD","value/);
});
