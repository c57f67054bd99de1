import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  bootstrapTemplate,
  PARAMETERS,
  TEMPLATE_PATH,
  trustStatements,
} from "../../aws/bootstrap-template.ts";
import { eventually, freePort } from "../../support/ports.ts";
import { describeWithTools, findTool } from "../../support/tools.ts";

const STARTUP_MS = 300_000;

/** Roles by their logical id in the template. */
const ROLES = {
  PreviewStagingRole: "spacetime-vr-ci-preview-staging",
  DeployStagingRole: "spacetime-vr-ci-deploy-staging",
  PreviewProductionRole: "spacetime-vr-ci-preview-production",
  DeployProductionRole: "spacetime-vr-ci-deploy-production",
  PushImagesRole: "spacetime-vr-ci-push-images",
} as const;

// The unit tests evaluate the template with an evaluator of this repository; here another implementation deploys it.
describeWithTools(["moto_server", "aws"], "the bootstrap template, deployed with the AWS CLI", () => {
  let server: ChildProcess;
  let endpoint: string;

  const aws = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(
      findTool("aws") ?? "",
      ["--endpoint-url", endpoint, "--region", "eu-central-1", "--output", "json", ...args],
      {
        encoding: "utf8",
        env: { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
      },
    );
    if (status !== 0) throw new Error(`aws ${args.join(" ")}: ${stderr}`);
    return stdout === "" ? {} : JSON.parse(stdout);
  };

  beforeAll(async () => {
    const port = await freePort();
    endpoint = `http://127.0.0.1:${port}`;
    server = spawn(findTool("moto_server") ?? "", ["-H", "127.0.0.1", "-p", String(port)], {
      stdio: "ignore",
    });
    await eventually("moto_server answers", STARTUP_MS / 1000, () =>
      fetch(endpoint).then(
        () => true,
        () => undefined,
      ),
    );
    const parameters = Object.entries(PARAMETERS).map(
      ([key, value]) => `ParameterKey=${key},ParameterValue=${value}`,
    );
    aws(
      ...["cloudformation", "create-stack", "--stack-name", "spacetime-vr-state"],
      ...["--template-body", `file://${TEMPLATE_PATH}`, "--capabilities", "CAPABILITY_NAMED_IAM"],
      ...["--parameters", ...parameters],
    );
  }, STARTUP_MS);

  afterAll(async () => {
    const ended = once(server, "exit");
    server.kill();
    await ended;
  });

  test("creates every role with the subjects that the unit tests evaluate", () => {
    for (const [logicalId, name] of Object.entries(ROLES)) {
      const { Role } = aws("iam", "get-role", "--role-name", name);
      const [{ Condition }] = Role.AssumeRolePolicyDocument.Statement;
      const [expected] = trustStatements(bootstrapTemplate(), logicalId);
      expect([name, Condition]).toEqual([name, expected?.Condition]);
      expect(JSON.stringify(Condition)).toContain("repo:octo@123456/game@456789:environment:");
    }
  });

  test("creates the image repository before any deployment, with immutable tags", () => {
    const { repositories } = aws("ecr", "describe-repositories", "--repository-names", "spacetime-vr/server");
    // moto does not pass ScanOnPush on; test/aws/image-registry.test.ts verifies it in the template.
    expect(repositories).toMatchObject([{ imageTagMutability: "IMMUTABLE" }]);
  });

  test("gives the pipelines no way to delete a released image or to change another role", () => {
    const { Policies } = aws("iam", "list-policies", "--scope", "Local");
    const { Arn, DefaultVersionId } = Policies.find(
      ({ PolicyName }: { PolicyName: string }) => PolicyName === "spacetime-vr-ci-deploy",
    );
    const { PolicyVersion } = aws(
      "iam",
      "get-policy-version",
      "--policy-arn",
      Arn,
      "--version-id",
      DefaultVersionId,
    );
    const statements = PolicyVersion.Document.Statement as { Sid: string; Resource: string | string[] }[];
    const resource = (sid: string) => statements.find(({ Sid }) => Sid === sid)?.Resource;
    expect(resource("RolesWithinTheBoundary")).toBe("arn:aws:iam::123456789012:role/spacetime-vr/*");
    expect(resource("RolesOfTheProgram")).toBe("arn:aws:iam::123456789012:role/spacetime-vr/*");
    expect(resource("NoneOfTheReleasedImages")).toBe(
      "arn:aws:ecr:eu-central-1:123456789012:repository/spacetime-vr/server",
    );
  });
});
