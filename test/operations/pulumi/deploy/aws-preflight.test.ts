import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import type { AwsCli } from "../../../../operations/aws-cli.ts";
import { missingCacheRules } from "../../../../operations/pulumi/deploy/aws-preflight.ts";
import { up } from "../../../../operations/pulumi/deploy/up.ts";
import { filledRawConfig } from "../../../support/filled-config.ts";
import { StackFixture } from "../support/stack-fixture.ts";

const ACCOUNT = "471112345678";
const yes = { yes: true, interactive: false };
let scene: StackFixture;

beforeEach(() => {
  scene = new StackFixture();
  const { values } = filledRawConfig("staging");
  const config = Object.entries(values).map(([key, value]) => [`spacetime-vr:${key}`, value] as const);
  scene.commit(stringify({ config: Object.fromEntries(config) }));
});

afterEach(() => scene.remove());

interface Account {
  readonly arn?: string;
  readonly account?: string;
  readonly vcpus?: number;
  readonly prefixes?: readonly string[];
  readonly image?: boolean;
  readonly failing?: string;
}

const PREFIXES = ["docker-hub", "ecr-public", "kubernetes"].map((name) => `spacetime-vr-cache/${name}`);

/** The AWS CLI of an account, with the output formats of the real one. */
function accountCli(given: Account, calls: string[] = []): AwsCli {
  const {
    arn = `arn:aws:sts::${ACCOUNT}:assumed-role/spacetime-vr-ci-deploy-staging/run-1`,
    account = ACCOUNT,
    vcpus = 64,
    prefixes = PREFIXES,
    image = true,
  } = given;
  const answers: Readonly<Record<string, object>> = {
    "sts get-caller-identity": { UserId: "A", Account: account, Arn: arn },
    "service-quotas get-service-quota": { Quota: { QuotaCode: "L-1216C47A", Value: vcpus } },
    "ecr describe-pull-through-cache-rules": {
      pullThroughCacheRules: prefixes.map((ecrRepositoryPrefix) => ({ ecrRepositoryPrefix })),
    },
    "ecr describe-images": { imageDetails: [] },
  };
  return async (args) => {
    const verb = args.slice(0, 2).join(" ");
    calls.push(verb);
    if (given.failing === verb)
      return { status: 253, stdout: "", stderr: "\nUnable to locate credentials\n" };
    if (verb === "ecr describe-images" && !image)
      return {
        status: 254,
        stdout: "",
        stderr: "An error occurred (ImageNotFoundException) when calling DescribeImages",
      };
    return { status: 0, stdout: JSON.stringify(answers[verb]), stderr: "" };
  };
}

const upWith = (given: Account) => up({ ...scene.context(), aws: accountCli(given) }, yes);

describe("before an update of an environment on EKS", () => {
  test("the account is checked, and the update runs if it has what the environment needs", async () => {
    const calls: string[] = [];
    await up({ ...scene.context(), aws: accountCli({}, calls) }, yes);
    expect(calls).toEqual([
      "sts get-caller-identity",
      "service-quotas get-service-quota",
      "ecr describe-pull-through-cache-rules",
      "ecr describe-images",
    ]);
    expect(scene.verbs()).toContain("up");
  });

  test.each([
    [
      "a caller without an access entry",
      { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/developer/alice` },
      /the caller is "arn:aws:sts::471112345678:assumed-role\/developer\/alice": must be cluster\.access\.deployer.*spacetime-vr-ci-deploy-staging/s,
    ],
    [
      "another account",
      { account: "111122223333" },
      /the AWS account of the caller is "111122223333": must be aws\.account/,
    ],
    [
      "a new account's quota of five vCPUs",
      { vcpus: 5 },
      /quota of vCPUs.*is "5": must be at least 10.*request-service-quota-increase --service-code ec2 --quota-code L-1216C47A --desired-value 15/s,
    ],
    [
      "a bootstrap template without Docker Hub credentials",
      { prefixes: PREFIXES.slice(1) },
      /the pull-through cache of docker\.io: does not exist.*DockerHubCredentialArn/s,
    ],
    ["an image that was not pushed", { image: false }, /gameServer\.image.*bootstrap, push, up/s],
  ] as const)("%s rejects it before Pulumi starts", async (_title, given, message) => {
    await expect(upWith(given)).rejects.toThrow(message);
    expect(scene.verbs()).toEqual([]);
  });

  test("all problems are reported together", async () => {
    await expect(upWith({ vcpus: 5, prefixes: [] })).rejects.toMatchObject({
      exitCode: 1,
      problems: { length: 4 },
    });
  });

  test.each(["sts get-caller-identity", "service-quotas get-service-quota"])(
    "%s without credentials ends with exit code 3",
    async (failing) => {
      await expect(upWith({ failing })).rejects.toMatchObject({
        exitCode: 3,
        message: expect.stringContaining("Unable to locate credentials"),
      });
    },
  );
});

test("the cache of every registry that an image of the program comes from is required", () => {
  expect(missingCacheRules([])).toEqual(["docker.io", "public.ecr.aws", "registry.k8s.io"]);
  expect(missingCacheRules(PREFIXES)).toEqual([]);
});

describe("a first update", () => {
  const upArgs = () => scene.calls().find(({ verb }) => verb === "up")?.args ?? [];

  test("creates what is independent of a failed resource, so that the next run has only the rest to do", async () => {
    await up(scene.context(), yes);
    expect(upArgs()).toContain("--continue-on-error");
  });

  test("a later update stops at the first error", async () => {
    await scene.happened({ result: "succeeded" });
    await up(scene.context(), yes);
    expect(upArgs()).not.toContain("--continue-on-error");
  });
});
