import { beforeAll, describe, expect, test } from "@jest/globals";
import { pipelineRoleArn } from "../../components/shared/aws/iam-policy.ts";
import program from "../../index.ts";
import type { Plan } from "../../plan/plan.ts";
import { planEnvironment } from "../../plan/plan-environment.ts";
import { filledRawConfig } from "../support/filled-config.ts";
import {
  ACCOUNT,
  bootstrapTemplate,
  policyStatements,
  rolePolicies,
  TEMPLATE_PATH,
  trustStatements,
} from "./bootstrap-template.ts";
import type { Template } from "./cloudformation-template.ts";
import { decide, type PolicyRequest } from "./policy-evaluation.ts";

const template = bootstrapTemplate();
const BOUNDARY_ARN = `arn:aws:iam::${ACCOUNT}:policy/spacetime-vr-boundary`;
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const plans = new Map<string, Plan>();

beforeAll(async () => {
  for (const environment of ["staging", "production"] as const)
    plans.set(environment, await planEnvironment(() => program(), filledRawConfig(environment)));
});

const resourcesOf = (environment: string, type: string) =>
  plans.get(environment)?.resources.filter((resource) => resource.type === type) ?? [];

/** The GitHub environments that may assume each role. */
const ENVIRONMENTS_OF_ROLES = {
  PreviewStagingRole: ["staging-preview", "staging-drift"],
  DeployStagingRole: ["staging"],
  PreviewProductionRole: ["production-preview", "production-drift"],
  DeployProductionRole: ["production"],
  PushImagesRole: ["images"],
} as const;

function canAssume(given: Template, role: string, subject: string, audience = "sts.amazonaws.com"): boolean {
  // A trust policy has no resource: it applies to its role.
  const statements = trustStatements(given, role).map((statement) => ({ ...statement, Resource: "*" }));
  const context = {
    "token.actions.githubusercontent.com:sub": subject,
    "token.actions.githubusercontent.com:aud": audience,
  };
  return (
    decide({ identity: statements }, { action: "sts:AssumeRoleWithWebIdentity", resource: role, context }) ===
    "allowed"
  );
}

describe("GitHub's tokens, whose subject has names only or names with immutable ids", () => {
  const cases = Object.entries(ENVIRONMENTS_OF_ROLES).flatMap(([role, environments]) =>
    environments.map((environment) => ({ role, environment })),
  );

  test.each(cases)(
    "$role can be assumed in the GitHub environment $environment with both forms",
    ({ role, environment }) => {
      expect(canAssume(template, role, `repo:octo/game:environment:${environment}`)).toBe(true);
      expect(canAssume(template, role, `repo:octo@123456/game@456789:environment:${environment}`)).toBe(true);
    },
  );

  test.each(Object.keys(ENVIRONMENTS_OF_ROLES))(
    "%s cannot be assumed by another repository, environment, branch or audience",
    (role) => {
      const [environment] = ENVIRONMENTS_OF_ROLES[role as keyof typeof ENVIRONMENTS_OF_ROLES];
      for (const subject of [
        // The repository or its owner was deleted, and another account registered the name: one id differs.
        `repo:octo@999/game@456789:environment:${environment}`,
        `repo:octo@123456/game@999:environment:${environment}`,
        `repo:fork/game:environment:${environment}`,
        `repo:octo/game:environment:${environment}-2`,
        "repo:octo/game:environment:*",
        "repo:octo/game:ref:refs/heads/main",
        "repo:octo@123456/game@456789:pull_request",
      ])
        expect([subject, canAssume(template, role, subject)]).toEqual([subject, false]);
      expect(
        canAssume(template, role, `repo:octo/game:environment:${environment}`, "https://github.com/octo"),
      ).toBe(false);
    },
  );

  test("without ids, no subject with ids is trusted, so a recycled name gives no access", () => {
    const withoutIds = bootstrapTemplate({ RepositoryIds: "" });
    expect(canAssume(withoutIds, "DeployStagingRole", "repo:octo/game:environment:staging")).toBe(true);
    expect(
      canAssume(withoutIds, "DeployStagingRole", "repo:octo@123456/game@456789:environment:staging"),
    ).toBe(false);
    expect(canAssume(withoutIds, "DeployStagingRole", "repo:octo@/game@:environment:staging")).toBe(false);
  });

  test.each(["123456", "octo@123456/game@456789", "*/*", "1/2/3"])(
    "the template rejects the ids %j",
    (RepositoryIds) => {
      expect(() => bootstrapTemplate({ RepositoryIds })).toThrow(`${TEMPLATE_PATH}: parameter RepositoryIds`);
    },
  );
});

describe("a deployment pipeline cannot become another principal", () => {
  const asStaging = (request: PolicyRequest) => decide(rolePolicies(template, "DeployStagingRole"), request);
  const own = roleArn("spacetime-vr/spacetime-vr-staging/spacetime-vr-staging-node");
  const withBoundary = { "iam:permissionsboundary": BOUNDARY_ARN };

  test.each([
    "iam:UpdateAssumeRolePolicy",
    "iam:DeleteRole",
    "iam:UpdateRole",
    "iam:TagRole",
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:PassRole",
  ])(
    "staging's may %s on its own roles, and on no role of people, of pipelines or of production",
    (action) => {
      const context = { ...withBoundary, "iam:passedtoservice": "ec2.amazonaws.com" };
      expect(asStaging({ action, resource: own, context })).toBe("allowed");
      for (const name of [
        "spacetime-vr-administrators",
        "spacetime-vr-on-call",
        "spacetime-vr-ci-deploy-production",
        "spacetime-vr-ci-deploy-staging",
        "spacetime-vr/spacetime-vr-production/spacetime-vr-production-node",
        "spacetime-vrx/anything",
        "operators",
        "break-glass",
        "Administrator",
      ])
        expect([name, asStaging({ action, resource: roleArn(name), context })]).not.toEqual([
          name,
          "allowed",
        ]);
    },
  );

  test("the evaluation finds the escalation if a statement selects roles by name instead of path", () => {
    const { identity } = rolePolicies(template, "DeployStagingRole");
    const byName = identity.map((statement) =>
      JSON.parse(JSON.stringify(statement).replaceAll("role/spacetime-vr/*", "role/spacetime-vr-*")),
    );
    const request = {
      action: "iam:UpdateAssumeRolePolicy",
      resource: roleArn("spacetime-vr-administrators"),
    };
    expect(decide({ identity: byName }, request)).toBe("allowed");
    expect(asStaging(request)).toBe("implicitDeny");
  });

  test.each([
    "iam:CreateRole",
    "iam:AttachRolePolicy",
    "iam:PutRolePolicy",
    "iam:PutRolePermissionsBoundary",
  ])("it may %s only with the boundary of the template", (action) => {
    const decisions = [
      withBoundary,
      { "iam:permissionsboundary": "arn:aws:iam::aws:policy/AdministratorAccess" },
      {},
    ].map((context) => asStaging({ action, resource: own, context }));
    expect(decisions).toEqual(["allowed", "implicitDeny", "implicitDeny"]);
  });

  test.each([
    "iam:DeleteRolePermissionsBoundary",
    "iam:CreateUser",
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:CreateAccessKey",
    "sts:AssumeRole",
  ])("it may not %s", (action) => {
    for (const resource of [own, "*", BOUNDARY_ARN])
      expect(asStaging({ action, resource, context: withBoundary })).not.toBe("allowed");
  });

  test("it may pass roles to the services of the program only", () => {
    const context = { "iam:passedtoservice": "lambda.amazonaws.com" };
    expect(asStaging({ action: "iam:PassRole", resource: own, context })).toBe("implicitDeny");
  });

  test.each(["ecr:BatchDeleteImage", "ecr:DeleteRepository", "ecr:PutImageTagMutability"])(
    "it may not %s on the released images, which a rollback needs",
    (action) => {
      const resource = `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/spacetime-vr/server`;
      expect(asStaging({ action, resource })).toBe("explicitDeny");
    },
  );
});

describe("no role of a deployment can exceed the permissions boundary", () => {
  const boundary = policyStatements(template, "Boundary");
  const everything = [{ Effect: "Allow", Action: "*", Resource: "*" }] as const;
  const asAdministrator = (request: PolicyRequest) => decide({ identity: everything, boundary }, request);

  test.each([
    "iam:CreateRole",
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:CreateUser",
    "iam:CreatePolicyVersion",
    "sts:AssumeRole",
    "organizations:LeaveOrganization",
  ])("a role with administrator access cannot %s", (action) => {
    expect(asAdministrator({ action, resource: roleArn("spacetime-vr/x/y") })).toBe("implicitDeny");
  });

  test("a role with administrator access cannot read the state or use its keys", () => {
    for (const [action, resource] of [
      ["s3:GetObject", `arn:aws:s3:::spacetime-vr-state-${ACCOUNT}/production/state.json`],
      ["kms:Decrypt", `arn:aws:kms:eu-central-1:${ACCOUNT}:key/ProductionKey`],
    ] as const)
      expect(asAdministrator({ action, resource })).toBe("explicitDeny");
  });

  test("only the nodes' role can be passed, and only from inside the path", () => {
    const pass = (name: string) => asAdministrator({ action: "iam:PassRole", resource: roleArn(name) });
    expect(pass("spacetime-vr/spacetime-vr-production/spacetime-vr-production-node")).toBe("allowed");
    expect(pass("spacetime-vr/spacetime-vr-production/spacetime-vr-production-cluster")).toBe("implicitDeny");
    expect(pass("spacetime-vr-admin-node")).toBe("implicitDeny");
  });

  test.each(["staging", "production"])(
    "every role of %s has the boundary and the environment's path",
    (environment) => {
      const roles = resourcesOf(environment, "aws:iam/role:Role");
      expect(roles.length).toBeGreaterThan(5);
      for (const { inputs } of roles) {
        expect(inputs.permissionsBoundary).toBe(BOUNDARY_ARN);
        expect(inputs.path).toBe(`/spacetime-vr/spacetime-vr-${environment}/`);
      }
    },
  );

  test("the boundary allows every statement that the plans grant, with Amazon Managed Prometheus too", async () => {
    const managed = filledRawConfig("production", (values) => {
      values.monitoring.prometheus.remoteWrite = {
        kind: "amazon-managed-prometheus",
        region: "eu-central-1",
        workspaceId: "ws-12345678-1234-1234-1234-123456789012",
      };
    });
    plans.set("production with Amazon Managed Prometheus", await planEnvironment(() => program(), managed));
    const granted = [...plans.keys()].flatMap((name) =>
      resourcesOf(name, "aws:iam/rolePolicy:RolePolicy").flatMap(({ inputs }) =>
        typeof inputs.policy === "string" && inputs.policy.startsWith("{")
          ? JSON.parse(inputs.policy).Statement
          : [],
      ),
    );
    const requests = granted.flatMap(({ Action, Resource }) =>
      [Action].flat().map((action: string) => ({ action, resource: String([Resource].flat()[0]) })),
    );
    expect(requests.map(({ action }) => action)).toContain("aps:RemoteWrite");
    expect(requests.filter((request) => asAdministrator(request) !== "allowed")).toEqual([]);
  });
});

describe("the drift check can read what a refresh reads, and no other environment", () => {
  test.each(["staging", "production"] as const)(
    "%s's preview role reads the mirrored secrets of its environment",
    (environment) => {
      const role = environment === "staging" ? "PreviewStagingRole" : "PreviewProductionRole";
      const other = environment === "staging" ? "production" : "staging";
      const secretArn = (name: string) =>
        `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:${name}-AbCdEf`;
      const read = (name: string) =>
        decide(rolePolicies(template, role), {
          action: "secretsmanager:GetSecretValue",
          resource: secretArn(name),
        });
      const decrypt = (name: string, service = "secretsmanager.eu-central-1.amazonaws.com") =>
        decide(rolePolicies(template, role), {
          action: "kms:Decrypt",
          resource: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/data`,
          context: { "kms:viaservice": service, "kms:encryptioncontext:secretarn": secretArn(name) },
        });
      const names = resourcesOf(environment, "aws:secretsmanager/secret:Secret").map(({ inputs }) =>
        String(inputs.name),
      );
      expect(names.length).toBeGreaterThan(10);
      for (const name of names) expect([read(name), decrypt(name)]).toEqual(["allowed", "allowed"]);
      const foreign = names.map((name) => name.replace(environment, other))[0] ?? "";
      expect([read(foreign), decrypt(foreign)]).toEqual(["implicitDeny", "implicitDeny"]);
      expect(decrypt(names[0] ?? "", "s3.eu-central-1.amazonaws.com")).toBe("implicitDeny");
    },
  );

  test.each(["staging", "production"] as const)(
    "%s gives its preview role read access to all objects of the cluster",
    (environment) => {
      const principalArn = pipelineRoleArn({ account: ACCOUNT, partition: "aws" }, "preview", environment);
      const policies = resourcesOf(environment, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
        .filter(({ inputs }) => inputs.principalArn === principalArn)
        .map(({ inputs }) => [inputs.policyArn, inputs.accessScope]);
      expect(policies).toEqual([
        ["arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminViewPolicy", { type: "cluster" }],
      ]);
    },
  );
});

describe("the pipelines and the state", () => {
  const deploy = rolePolicies(template, "DeployProductionRole");

  test.each([
    "kms:PutKeyPolicy",
    "kms:UpdateAlias",
    "kms:DeleteAlias",
    "kms:ScheduleKeyDeletion",
    "kms:CreateGrant",
  ])(
    "no pipeline may %s on the keys: with a changed alias the next secrets would be encrypted with another key",
    (action) => {
      for (const key of ["StateKey", "StagingKey", "ProductionKey", "ImagesKey"])
        expect(decide(deploy, { action, resource: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/${key}` })).toBe(
          "explicitDeny",
        );
    },
  );

  test.each(["s3:PutBucketPolicy", "s3:PutReplicationConfiguration", "s3:DeleteObjectVersion"])(
    "no pipeline may %s on the state bucket",
    (action) => {
      const bucket = `arn:aws:s3:::spacetime-vr-state-${ACCOUNT}`;
      for (const resource of [bucket, `${bucket}/production/x`])
        expect(decide(deploy, { action, resource })).toBe("explicitDeny");
    },
  );

  test("a role that can read a state can list it unconditionally, so that S3 returns 404 instead of 403 for a missing object", () => {
    const bucket = `arn:aws:s3:::spacetime-vr-state-${ACCOUNT}`;
    const roles = [
      "PreviewStagingRole",
      "DeployStagingRole",
      "PreviewProductionRole",
      "DeployProductionRole",
    ];
    const all = [
      ...roles.map((role) => rolePolicies(template, role)),
      { identity: policyStatements(template, "OperatorsState") },
    ];
    for (const policies of all)
      expect(decide(policies, { action: "s3:ListBucket", resource: bucket })).toBe("allowed");
  });

  test("the deployer and previewer of the stack files are the roles that the template creates", () => {
    for (const environment of ["staging", "production"] as const)
      for (const role of ["deploy", "preview"] as const) {
        const names = Object.values(template.Resources).map(({ Properties }) => Properties?.RoleName);
        const arn = pipelineRoleArn({ account: ACCOUNT, partition: "aws" }, role, environment);
        expect(names).toContain(arn.slice(arn.indexOf("role/") + "role/".length));
        const entries = resourcesOf(environment, "aws:eks/accessEntry:AccessEntry").map(
          ({ inputs }) => inputs.principalArn,
        );
        expect(entries).toContain(arn);
      }
  });
});

test.each(["Boundary", "DeployPolicy", "OperatorsState"])(
  "%s stays below IAM's limit of 6144 characters for a managed policy",
  (name) => {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    expect(JSON.stringify(template.Resources[name]?.Properties.PolicyDocument).length).toBeLessThan(6144);
  },
);
