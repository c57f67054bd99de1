import { clusterConfig } from "../../../components/config/component-configs/cluster-config.ts";
import type { Config } from "../../../components/config/config.ts";
import { parseConfig } from "../../../components/config/parse-config.ts";
import { readStackFile } from "../../../components/config/stack-file/read-stack-file.ts";
import { CACHED_REGISTRIES, cachedImage } from "../../../components/shared/aws/image-cache.ts";
import type { Problem } from "../../../components/shared/errors.ts";
import { IMAGES } from "../../../components/shared/kubernetes/images.ts";
import { packNodes } from "../../../plan/cost/node-packing.ts";
import type { Plan } from "../../../plan/plan.ts";
import { type AwsCli, type AwsResult, requireAwsSuccess } from "../../aws-cli.ts";
import { OperationError } from "../../errors.ts";
import type { StackContext } from "../stack-context.ts";

/** "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", in vCPUs; new accounts have 5. */
const VCPU_QUOTA = "L-1216C47A";

type EksArgs = Extract<ReturnType<typeof clusterConfig>, { kind: "eks" }>;

/**
 * Compares the account with what an update of an environment on EKS needs: the caller, the quota of vCPUs, and the image cache.
 * Each would otherwise fail an update after twenty minutes, or leave pods without nodes or images.
 * @param plan plans the environment; called only on EKS, because it takes seconds.
 * @throws OperationError with every problem; exit code 3 without credentials.
 */
export async function checkAwsAccount(context: StackContext, plan: () => Promise<Plan>): Promise<void> {
  const { aws, directory, environment } = context;
  const config = parseConfig(readStackFile(directory, environment));
  const cluster = clusterConfig(config);
  if (aws === undefined || !("kind" in cluster) || cluster.kind !== "eks") return;
  const caller = await readCaller(aws, cluster);
  const problems = [
    ...callerProblems(caller, cluster),
    ...(await quotaProblems(aws, cluster, await plan())),
    ...(await imageProblems(aws, config, cluster)),
  ];
  if (problems.length > 0) throw new OperationError(1, problems, `${environment} cannot be updated yet:`);
}

interface Caller {
  readonly account: string;
  readonly arn: string;
}

async function readCaller(aws: AwsCli, { aws: { region } }: EksArgs): Promise<Caller> {
  const run = await aws(["sts", "get-caller-identity", "--region", region, "--output", "json"]);
  const { Account, Arn } = JSON.parse(requireSuccess("the AWS credentials", run).stdout);
  return { account: Account, arn: Arn };
}

function requireSuccess(subject: string, run: AwsResult): AwsResult {
  return requireAwsSuccess(run, {
    subject,
    rule: "cannot be used",
    remedy:
      "Sign in (aws sso login) or assume the deployer's role, and check with: aws sts get-caller-identity",
  });
}

/** The name of the role of a session; the ARN of a session has no path. */
function roleName(arn: string): string {
  const [, session] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return session ?? arn.slice(arn.lastIndexOf("/") + 1);
}

/** The cluster has no implicit access for its creator, so that another caller creates a cluster that it cannot configure. */
export function callerProblems(caller: Caller, { aws, access }: Pick<EksArgs, "aws" | "access">): Problem[] {
  if (caller.account !== aws.account) {
    return [
      {
        subject: "the AWS account of the caller",
        value: caller.account,
        rule: `must be aws.account, which is ${aws.account}`,
        remedy: "Use credentials of that account.",
      },
    ];
  }
  const allowed = [access.deployer, ...access.administrators];
  if (allowed.some((arn) => roleName(arn) === roleName(caller.arn))) return [];
  return [
    {
      subject: "the caller",
      value: caller.arn,
      rule: "must be cluster.access.deployer or one of cluster.access.administrators: no other role gets access to the cluster",
      remedy: `Assume one of ${allowed.join(", ")}.`,
    },
  ];
}

async function quotaProblems(aws: AwsCli, { aws: { region } }: EksArgs, plan: Plan): Promise<Problem[]> {
  const needed = packNodes(plan).reduce((sum, { nodes, cpus }) => sum + nodes * cpus, 0);
  const run = await aws([
    ...["service-quotas", "get-service-quota", "--service-code", "ec2", "--quota-code", VCPU_QUOTA],
    ...["--region", region, "--output", "json"],
  ]);
  const { Quota: quota } = JSON.parse(requireSuccess("the quota of vCPUs", run).stdout);
  return vcpuProblems(Number(quota.Value), needed, region);
}

/** A rolling update needs old and new pods at the same time: half as many vCPUs again are enough for the surges of the program. */
const SURGE_FACTOR = 1.5;

export function vcpuProblems(quota: number, needed: number, region: string): Problem[] {
  if (quota >= needed) return [];
  const wanted = Math.ceil(needed * SURGE_FACTOR);
  return [
    {
      subject: `the quota of vCPUs for on-demand instances in ${region} (${VCPU_QUOTA})`,
      value: String(quota),
      rule: `must be at least ${needed}, which the smallest size of this environment needs, and ${wanted} for a rolling update`,
      remedy: `Request it, which can take a day: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code ${VCPU_QUOTA} --desired-value ${wanted} --region ${region}`,
    },
  ];
}

/** The image and the cache are created by the bootstrap template, which may be older or deployed without credentials. */
async function imageProblems(aws: AwsCli, config: Config, { aws: account }: EksArgs): Promise<Problem[]> {
  const common = ["--region", account.region, "--output", "json"];
  const run = await aws(["ecr", "describe-pull-through-cache-rules", ...common]);
  const { stdout } = requireSuccess("the pull-through cache of ECR", run);
  const rules: { ecrRepositoryPrefix: string }[] = JSON.parse(stdout).pullThroughCacheRules;
  const missing = missingCacheRules(rules.map(({ ecrRepositoryPrefix }) => ecrRepositoryPrefix));
  return [
    ...missing.map((registry) => ({
      subject: `the pull-through cache of ${registry}`,
      rule: "does not exist in the account, so the nodes cannot pull its images",
      remedy:
        "Deploy bootstrap/state-and-roles.yaml again; Docker Hub needs DockerHubCredentialArn (docs/backends.md).",
    })),
    ...(await gameImageProblems(aws, config.gameServer.image, common)),
  ];
}

/** The registries of the program's images without a rule in the account. */
export function missingCacheRules(prefixes: readonly string[]): string[] {
  const example = { account: "0", region: "r", partition: "aws" };
  const used = new Set(Object.values(IMAGES).map(({ repository }) => repository.split("/")[0] ?? ""));
  return Object.entries(CACHED_REGISTRIES)
    .filter(([registry]) => used.has(registry) && cachedImage(example, `${registry}/x`) !== `${registry}/x`)
    .filter(([, prefix]) => !prefixes.includes(prefix))
    .map(([registry]) => registry);
}

async function gameImageProblems(aws: AwsCli, image: string, common: readonly string[]): Promise<Problem[]> {
  const [, repository, digest] = /\.dkr\.ecr\.[^/]+\/([^@]+)@(sha256:[0-9a-f]{64})$/.exec(image) ?? [];
  if (repository === undefined || digest === undefined) return [];
  const found = await aws([
    ...["ecr", "describe-images", "--repository-name", repository, "--image-ids", `imageDigest=${digest}`],
    ...common,
  ]);
  if (found.status === 0) return [];
  if (!/ImageNotFound|RepositoryNotFound/.test(found.stderr)) requireSuccess("the image repository", found);
  return [
    {
      subject: "gameServer.image",
      value: image,
      rule: "is not in the repository: the order is bootstrap, push, up",
      remedy: "Push the image (docs/aws.md) and set its digest.",
    },
  ];
}
