import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import type { Plan } from "../../plan/plan.ts";

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

/** CloudFormation's own tags (`!Ref`, `!Sub`) are read as their plain texts. */
const template = parse(readFileSync("bootstrap/state-and-roles.yaml", "utf8"), { logLevel: "silent" });
const properties = (name: string) => template.Resources[name].Properties;
const statements = (name: string): readonly Statement[] => properties(name).PolicyDocument.Statement;
const actions = ({ Action }: Statement): readonly string[] => [Action].flat();

const statementsAllowing = (name: string, action: string): readonly Statement[] =>
  statements(name).filter(
    (statement) => statement.Effect === "Allow" && actions(statement).some(matchesAction(action)),
  );

function matchesAction(action: string): (pattern: string) => boolean {
  return (pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(action);
}

describe("no role of a deployment can exceed the permissions boundary", () => {
  test.each(["staging", "production"])(
    "every role of %s has the permissions boundary that the bootstrap template creates",
    (name) => {
      const plan: Plan = JSON.parse(readFileSync(`test/golden/${name}.json`, "utf8"));
      const roles = plan.resources.filter(({ type }) => type === "aws:iam/role:Role");
      expect(roles.length).toBeGreaterThan(5);
      const { ManagedPolicyName } = properties("Boundary");
      for (const { inputs } of roles) {
        expect(inputs.permissionsBoundary).toBe(`arn:aws:iam::000000000000:policy/${ManagedPolicyName}`);
        // The pipelines may make and pass roles of this prefix alone.
        expect(inputs.name).toMatch(/^spacetime-vr-/);
      }
    },
  );

  test.each([
    "iam:CreateRole",
    "iam:AttachRolePolicy",
    "iam:PutRolePolicy",
    "iam:PutRolePermissionsBoundary",
  ])("a pipeline may %s only with the permissions boundary", (action) => {
    const found = statementsAllowing("DeployPolicy", action);
    expect(found).toHaveLength(1);
    expect(found[0]?.Condition).toEqual({ StringEquals: { "iam:PermissionsBoundary": "Boundary" } });
  });

  test.each([
    "iam:DeleteRolePermissionsBoundary",
    "iam:CreateUser",
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:CreateAccessKey",
  ])("no pipeline may %s", (action) => {
    expect(statementsAllowing("DeployPolicy", action)).toEqual([]);
  });

  test.each([
    "iam:CreateRole",
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:CreateUser",
    "iam:CreatePolicyVersion",
    "sts:AssumeRole",
    "organizations:LeaveOrganization",
  ])("no role of a deployment can be granted %s", (action) => {
    expect(statementsAllowing("Boundary", action)).toEqual([]);
  });

  test("no role of a deployment can access the state or its keys", () => {
    const denied = statements("Boundary").filter(({ Effect }) => Effect === "Deny");
    expect(denied.flatMap(({ Resource }) => Resource)).toEqual([
      "StateBucket.Arn",
      `\${StateBucket.Arn}/*`,
      "StateKey.Arn",
      "StagingKey.Arn",
      "ProductionKey.Arn",
    ]);
  });

  test("the boundary allows every action that the plans grant to their roles", () => {
    for (const name of ["staging", "production"]) {
      const plan: Plan = JSON.parse(readFileSync(`test/golden/${name}.json`, "utf8"));
      const documents = plan.resources
        .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
        .flatMap(({ inputs }) => (typeof inputs.policy === "string" ? [JSON.parse(inputs.policy)] : []));
      expect(documents.length).toBeGreaterThan(2);
      const given = documents.flatMap(({ Statement }) => Statement).flatMap(({ Action }) => Action);
      expect(given.filter((action) => statementsAllowing("Boundary", action).length === 0)).toEqual([]);
    }
  });
});

describe("the pipelines and the state", () => {
  const denied = (sid: string) => statements("DeployPolicy").find(({ Sid }) => Sid === sid);

  test.each([
    "kms:PutKeyPolicy",
    "kms:UpdateAlias",
    "kms:DeleteAlias",
    "kms:ScheduleKeyDeletion",
    "kms:CreateGrant",
  ])(
    "no pipeline may %s on the keys: with a changed alias the next secrets would be encrypted with another key",
    (action) => {
      const found = denied("NoPolicyOfTheKeys");
      expect(found?.Effect).toBe("Deny");
      expect(found && actions(found).some(matchesAction(action))).toBe(true);
      expect(found?.Resource).toEqual(["StateKey.Arn", "StagingKey.Arn", "ProductionKey.Arn"]);
    },
  );

  test.each(["s3:PutBucketPolicy", "s3:PutReplicationConfiguration", "s3:DeleteObjectVersion"])(
    "no pipeline may %s on the state bucket",
    (action) => {
      const found = denied("NeitherTheBucketNorItsKeys");
      expect(found && actions(found).some(matchesAction(action))).toBe(true);
    },
  );

  test("a role that can read a state can list it unconditionally, so that S3 returns 404 instead of 403 for a missing object", () => {
    const inline = Object.keys(template.Resources).flatMap((name) =>
      [
        ...(properties(name)?.Policies ?? []),
        ...(properties(name)?.PolicyDocument ? [properties(name)] : []),
      ].flatMap(({ PolicyDocument }): Statement[] => PolicyDocument.Statement),
    );
    const listing = inline.filter((statement) => actions(statement).includes("s3:ListBucket"));
    expect(listing).toHaveLength(5);
    for (const { Condition } of listing) expect(Condition).toBeUndefined();
  });
});
