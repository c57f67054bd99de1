import { describe, expect, test } from "@jest/globals";
import type { JsonObject, Plan } from "../../plan/plan.ts";
import { findResource, planOf } from "../support/plans.ts";

const PRIMARY_BUCKET = "spacetime-vr-production-backup-000000000000-eu-central-1";
const REPLICA_BUCKET = "spacetime-vr-production-backup-000000000000-eu-west-1";

const inputs = (plan: Plan, name: string): JsonObject => findResource(plan, name).inputs;

describe.each([
  ["main", PRIMARY_BUCKET, "eu-central-1"],
  ["replica", REPLICA_BUCKET, "eu-west-1"],
] as const)("production's backup bucket, %s", (part, bucket, region) => {
  test("is versioned, locked, not public, and requires TLS", async () => {
    const plan = await planOf("production");
    const of = (what: string): JsonObject => inputs(plan, `backup-${part}-${what}`);
    expect(of("bucket")).toMatchObject({ bucket, region, objectLockEnabled: true, forceDestroy: false });
    expect(findResource(plan, `backup-${part}-bucket`).protect).toBe(true);
    expect(of("versioning")).toMatchObject({ region, versioningConfiguration: { status: "Enabled" } });
    expect(of("lock")).toMatchObject({
      region,
      rule: { defaultRetention: { mode: "COMPLIANCE", days: 30 } },
    });
    expect(of("public-access")).toMatchObject({
      region,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(of("ownership")).toMatchObject({ region, rule: { objectOwnership: "BucketOwnerEnforced" } });
    const policy = JSON.parse(String(of("policy").policy)) as { Statement: JsonObject[] };
    expect(policy.Statement).toContainEqual({
      Sid: "EncryptedOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    expect(policy.Statement.every(({ Effect }) => Effect === "Deny")).toBe(true);
  });

  test("is encrypted with the project's KMS key and uses a bucket key", async () => {
    const { rules, region: where } = inputs(await planOf("production"), `backup-${part}-encryption`);
    expect(where).toBe(region);
    expect(rules).toMatchObject([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" }, bucketKeyEnabled: true },
    ]);
    expect(JSON.stringify(rules)).toContain(
      part === "replica" ? "generated:backup-replica-key.arn" : '"kmsMasterKeyId":"generated:',
    );
  });

  test("expires backups, old versions and incomplete uploads", async () => {
    const { rules } = inputs(await planOf("production"), `backup-${part}-lifecycle`);
    expect(rules).toMatchObject([
      {
        status: "Enabled",
        expiration: { days: 35 },
        noncurrentVersionExpiration: { noncurrentDays: 1 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
      { status: "Enabled", expiration: { expiredObjectDeleteMarker: true } },
    ]);
  });
});

describe("replication to the second region", () => {
  test("replicates all objects within minutes, encrypted with the second region's key, and no deletions", async () => {
    const { bucket, rules } = inputs(await planOf("production"), "backup-replication");
    expect(bucket).toBe(PRIMARY_BUCKET);
    expect(rules).toMatchObject([
      {
        status: "Enabled",
        deleteMarkerReplication: { status: "Disabled" },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
        destination: {
          bucket: `arn:aws:s3:::${REPLICA_BUCKET}`,
          encryptionConfiguration: { replicaKmsKeyId: "generated:backup-replica-key.arn" },
          metrics: { status: "Enabled", eventThreshold: { minutes: 15 } },
          replicationTime: { status: "Enabled", time: { minutes: 15 } },
        },
      },
    ]);
  });

  test("uses a role that only S3 can assume for this bucket and that has no other permissions", async () => {
    const plan = await planOf("production");
    const trust = JSON.parse(String(inputs(plan, "backup-replication-role").assumeRolePolicy));
    expect(trust.Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "000000000000" },
          ArnLike: { "aws:SourceArn": `arn:aws:s3:::${PRIMARY_BUCKET}` },
        },
      },
    ]);
    const { Statement } = JSON.parse(String(inputs(plan, "backup-replication-policy").policy)) as {
      Statement: { Action: string | string[]; Resource: string }[];
    };
    for (const { Action, Resource } of Statement) {
      expect([Action].flat().filter((action) => action.includes("*"))).toEqual([]);
      expect(Resource).not.toBe("*");
    }
  });

  test("depends on versioning and object lock of both buckets, because S3 rejects it otherwise", async () => {
    const { dependsOn } = findResource(await planOf("production"), "backup-replication");
    const names = dependsOn.map((urn) => urn.split("::").at(-1));
    for (const part of ["main", "replica"]) {
      expect(names).toEqual(expect.arrayContaining([`backup-${part}-versioning`, `backup-${part}-lock`]));
    }
  });
});

test("staging keeps its backups in one region, with governance-mode locks", async () => {
  const plan = await planOf("staging");
  expect(plan.resources.some(({ name }) => name.startsWith("backup-repli"))).toBe(false);
  expect(inputs(plan, "backup-main-lock")).toMatchObject({
    rule: { defaultRetention: { mode: "GOVERNANCE" } },
  });
});
