import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import type { AwsCli } from "../../../../operations/aws-cli.ts";
import { up } from "../../../../operations/pulumi/deploy/up.ts";
import { missingCacheRules } from "../../../../operations/pulumi/preflight/aws-problems.ts";
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
  /** How many Elastic IP addresses exist. */
  readonly addresses?: number;
  readonly addOns?: readonly string[];
  /** The deployed cluster. */
  readonly cluster?: { readonly version: string; readonly status: string };
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
    addresses = 0,
    addOns = ["v1.2.3-eksbuild.4"],
    cluster,
  } = given;
  const quotas: Readonly<Record<string, number>> = { "L-1216C47A": vcpus, "L-F678F1CE": 5 };
  const answers: Readonly<Record<string, object>> = {
    "sts get-caller-identity": { UserId: "A", Account: account, Arn: arn },
    // The addresses have no value of the account, only the default.
    "service-quotas get-aws-default-service-quota": { Quota: { Value: 5 } },
    "ec2 describe-addresses": { Addresses: Array.from({ length: addresses }, () => ({})) },
    "ec2 describe-vpcs": { Vpcs: [{ IsDefault: true }] },
    "eks describe-addon-versions": {
      addons: [{ addonVersions: addOns.map((addonVersion) => ({ addonVersion, compatibilities: [] })) }],
    },
    "eks describe-cluster": { cluster },
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
    if (verb === "eks describe-cluster" && cluster === undefined)
      return {
        status: 254,
        stdout: "",
        stderr: "An error occurred (ResourceNotFoundException) when calling the DescribeCluster operation",
      };
    if (verb === "service-quotas get-service-quota") {
      const value = quotas[String(args[args.indexOf("--quota-code") + 1])];
      const stderr = "An error occurred (NoSuchResourceException) when calling the GetServiceQuota operation";
      return value === undefined
        ? { status: 254, stdout: "", stderr }
        : { status: 0, stdout: JSON.stringify({ Quota: { Value: value } }), stderr: "" };
    }
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
    expect(calls[0]).toBe("sts get-caller-identity");
    expect([...new Set(calls)].sort()).toEqual([
      "ec2 describe-addresses",
      "ec2 describe-vpcs",
      "ecr describe-images",
      "ecr describe-pull-through-cache-rules",
      "eks describe-addon-versions",
      "eks describe-cluster",
      "service-quotas get-aws-default-service-quota",
      "service-quotas get-service-quota",
      "sts get-caller-identity",
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
    [
      "a region whose Elastic IP addresses are used up",
      { addresses: 5 },
      /quota of Elastic IP addresses.*is "5": must be at least 6: 5 exist, and this update creates 1\. .*--quota-code L-0263D0A3 --desired-value 6/s,
    ],
    [
      "an add-on that EKS does not offer for the Kubernetes version",
      { addOns: ["v1.9.0-eksbuild.1"] },
      /cluster\.addonVersions\.cert-manager is "v1\.2\.3-eksbuild\.4": is not offered for Kubernetes 1\.35 \(newest: v1\.9\.0-eksbuild\.1\)\. Run: npm run config -- addons staging --write/s,
    ],
    [
      "a cluster two minor versions behind",
      { cluster: { version: "1.33", status: "ACTIVE" } },
      /cluster\.version is "1\.35": skips a minor version: the cluster has 1\.33.*Set it to 1\.34 first/s,
    ],
    [
      "a cluster that is newer",
      { cluster: { version: "1.36", status: "ACTIVE" } },
      /cluster\.version is "1\.35": is lower than the version of the cluster/s,
    ],
    [
      "a cluster that is being updated",
      { cluster: { version: "1.35", status: "UPDATING" } },
      /the cluster spacetime-vr-staging is "UPDATING": must be ACTIVE.*aws eks wait cluster-active/s,
    ],
    ["an image that was not pushed", { image: false }, /gameServer\.image.*bootstrap, push, up/s],
  ] as const)("%s rejects it before Pulumi starts", async (_title, given, message) => {
    await expect(upWith(given)).rejects.toThrow(message);
    expect(scene.verbs()).not.toContain("up");
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
