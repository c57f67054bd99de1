import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { PlannedResource } from "../../../plan/plan.ts";
import { planOf } from "../../support/plans.ts";
import { AwsAccount, type Values } from "./plugins/aws/account.ts";
import { checkInputs } from "./plugins/aws/check.ts";
import { AwsCloud } from "./plugins/aws/cloud.ts";
import { readSdkTypes, sdkDirectory } from "./plugins/aws/sdk-types.ts";
import { AWS_TYPES } from "./plugins/aws/types/index.ts";

const types = readSdkTypes(sdkDirectory(), Object.keys(AWS_TYPES));

const CLUSTER = "aws:eks/cluster:Cluster";
const BUCKET = "aws:s3/bucket:Bucket";
const SUBNET = "aws:ec2/subnet:Subnet";

const PLACE = {
  account: "471112345678",
  region: "eu-central-1",
  server: { endpoint: "https://127.0.0.1:1", authority: "" },
};

const planned = async (): Promise<readonly PlannedResource[]> =>
  (await Promise.all([planOf("staging"), planOf("production")]))
    .flatMap(({ resources }) => resources)
    .filter(({ type }) => type.startsWith("aws:"));

/** The placeholders of a plan are what an update only knows later. */
const isPlaceholder = (value: unknown): boolean =>
  typeof value === "string" && /^(generated:|\[secret)|-id$/.test(value);

describe("the AWS double", () => {
  test("knows every type of the plans of staging and production, and accepts their inputs", async () => {
    const resources = await planned();
    expect(resources.filter(({ type }) => AWS_TYPES[type] === undefined)).toEqual([]);
    const problems = resources.flatMap(({ name, type, inputs }) =>
      checkInputs(types, type, inputs, isPlaceholder).map(({ reason }) => `${name}: ${reason}`),
    );
    // The committed files have an example for the version of each add-on.
    expect(problems.filter((problem) => !/"v0\.0\.0-eksbuild\.0"/.test(problem))).toEqual([]);
  });

  test("refers only to properties that the SDK has", () => {
    const unknown = Object.entries(AWS_TYPES).flatMap(
      ([type, { replacedBy, references = {}, unique = [] }]) =>
        [...replacedBy, ...Object.keys(references), ...unique]
          .map((path) => path.split(".")[0] ?? "")
          .filter((property) => types.resources[type]?.[property] === undefined)
          .map((property) => `${type}.${property}`),
    );
    expect(unknown).toEqual([]);
  });

  test.each([
    [{ vpcId: "vpc-1", cidrBlock: "10.0.0.0/20", colour: "blue" }, "unknown property colour"],
    [{ cidrBlock: "10.0.0.0/20" }, "missing required property vpcId"],
    [{ vpcId: "vpc-1", cidrBlock: "10.0.0.0" }, "does not match"],
    [{ vpcId: "vpc-1", mapPublicIpOnLaunch: "no" }, "expected a boolean, got a string"],
  ])("rejects %j", (inputs, reason) => {
    expect(checkInputs(types, SUBNET, inputs, () => false).map((problem) => problem.reason)).toEqual([
      expect.stringContaining(reason),
    ]);
  });

  test("rejects unknown properties of nested objects and documents that are not JSON", () => {
    const cluster = { roleArn: "arn:aws:iam::471112345678:role/r", vpcConfig: { subnetIds: [], vpc: 1 } };
    expect(checkInputs(types, CLUSTER, cluster, () => false).map(({ key }) => key)).toEqual([
      "vpcConfig.vpc",
    ]);
    const policy = { bucket: "b", policy: "{" };
    expect(checkInputs(types, "aws:s3/bucketPolicy:BucketPolicy", policy, () => false)).toHaveLength(1);
  });
});

describe("the cloud of the double", () => {
  let directory: string;
  let account: AwsAccount;
  let cloud: AwsCloud;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "aws-double-"));
    writeFileSync(join(directory, "kubeconfig"), "{}");
    account = AwsAccount.create(join(directory, "account"), {
      account: PLACE.account,
      kubeconfig: join(directory, "kubeconfig"),
      caller: "",
      existing: [],
      accessEntrySeconds: 0,
      webhookSeconds: 0,
      bucketNameSeconds: 0,
    });
    cloud = new AwsCloud(account);
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const create = (type: string, inputs: Values) => cloud.create(type, inputs, PLACE);
  const vpc = () => create("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });

  test.each([
    [
      "aws:eks/podIdentityAssociation:PodIdentityAssociation",
      { clusterName: "c", namespace: "n", serviceAccount: "s", roleArn: "r" },
      "ResourceNotFoundException: No cluster found for name: c.",
    ],
    [
      "aws:rds/eventSubscription:EventSubscription",
      { name: "e", snsTopic: "arn", sourceIds: ["db"] },
      "SNSTopicArnNotFound",
    ],
    [SUBNET, { vpcId: "vpc-0", cidrBlock: "10.0.0.0/20" }, "InvalidVpcID.NotFound: The vpc ID 'vpc-0'"],
    ["aws:iam/rolePolicy:RolePolicy", { role: "r", policy: "{}" }, "NoSuchEntity: The role with name r"],
    ["aws:s3/bucketPolicy:BucketPolicy", { bucket: "b", policy: "{}" }, "NoSuchBucket"],
    ["aws:kms/alias:Alias", { name: "alias/a", targetKeyId: "k" }, "NotFoundException: Key 'k'"],
  ])("refuses a %s that names what does not exist", async (type, inputs, message) => {
    await expect(create(type, inputs)).rejects.toThrow(message);
    expect(account.read().resources).toEqual([]);
  });

  test("refuses a second resource of the same name", async () => {
    await create(BUCKET, { bucket: "backups" });
    await expect(create(BUCKET, { bucket: "backups" })).rejects.toThrow("BucketAlreadyOwnedByYou");
  });

  test("refuses to delete what others need, and what is protected or not empty", async () => {
    const { id } = await vpc();
    const subnet = await create(SUBNET, { vpcId: id, cidrBlock: "10.0.0.0/20" });
    await expect(cloud.remove("aws:ec2/vpc:Vpc", id)).rejects.toThrow("DependencyViolation");
    await cloud.remove(SUBNET, subnet.id);
    await cloud.remove("aws:ec2/vpc:Vpc", id);
    const bucket = await create(BUCKET, { bucket: "backups" });
    account.change(() => ({ contents: { backups: 3 } }));
    await expect(cloud.remove(BUCKET, bucket.id)).rejects.toThrow("BucketNotEmpty");
    account.edit(BUCKET, (inputs) => ({ ...inputs, forceDestroy: true }));
    await expect(cloud.remove(BUCKET, bucket.id)).rejects.toThrow("object lock");
    const instance = await create("aws:rds/instance:Instance", {
      identifier: "db",
      deletionProtection: true,
    });
    await expect(cloud.remove(instance.type, instance.id)).rejects.toThrow("disable deletion protection");
  });

  test("keeps the name of a final snapshot, so that a second instance cannot be deleted with it", async () => {
    const inputs = { identifier: "db", finalSnapshotIdentifier: "db-final" };
    const first = await create("aws:rds/instance:Instance", inputs);
    await cloud.remove(first.type, first.id);
    const second = await create("aws:rds/instance:Instance", inputs);
    await expect(cloud.remove(second.type, second.id)).rejects.toThrow("DBSnapshotAlreadyExists");
  });

  test("keeps keys and secrets for their deletion window, and the name of a bucket for a while", async () => {
    const key = await create("aws:kms/key:Key", { deletionWindowInDays: 7 });
    await cloud.remove(key.type, key.id);
    expect(account.read().resources).toEqual([{ ...key, deletionDays: 7 }]);
    expect(await cloud.read(key.type, key.id)).toBeUndefined();
    const secret = { name: "spacetime-vr/production/api-token" };
    const { type, id } = await create("aws:secretsmanager/secret:Secret", secret);
    await cloud.remove(type, id);
    await expect(create(type, secret)).rejects.toThrow("already scheduled for deletion");
    account.configure({ bucketNameSeconds: 0.3 });
    const bucket = await create(BUCKET, { bucket: "backups" });
    await cloud.remove(BUCKET, bucket.id);
    const started = performance.now();
    await create(BUCKET, { bucket: "backups" });
    expect(performance.now() - started).toBeGreaterThan(200);
  });

  test("injected faults fail the given number of calls", async () => {
    account.inject({ call: "create", type: BUCKET, kind: "throttled", times: 2 });
    account.inject({ call: "delete", type: BUCKET, kind: "failed", times: 1 });
    const inputs = { bucket: "backups" };
    await expect(create(BUCKET, inputs)).rejects.toThrow("ThrottlingException: Rate exceeded");
    await expect(create(BUCKET, inputs)).rejects.toThrow("ThrottlingException");
    const { id } = await create(BUCKET, inputs);
    await expect(cloud.remove(BUCKET, id)).rejects.toThrow("StatusCode: 500");
    await cloud.remove(BUCKET, id);
    expect(account.read()).toMatchObject({ resources: [], faults: [] });
  });
});
