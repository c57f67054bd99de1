import { z } from "zod";
import { clusterConfig } from "../../../components/config/component-configs/cluster-config.ts";
import type { Config } from "../../../components/config/config.ts";
import { parseConfig } from "../../../components/config/parse-config.ts";
import { readStackFile } from "../../../components/config/stack-file/read-stack-file.ts";
import { CACHED_REGISTRIES, cachedImage } from "../../../components/shared/aws/image-cache.ts";
import type { Problem } from "../../../components/shared/errors.ts";
import { IMAGES } from "../../../components/shared/kubernetes/images.ts";
import type { Plan } from "../../../plan/plan.ts";
import type { AwsCli } from "../../aws-cli.ts";
import type { StackContext } from "../stack-context.ts";
import { requireAwsAccess } from "./aws-access.ts";
import { findQuotaProblems } from "./aws-quotas.ts";
import { findVersionProblems } from "./eks-versions.ts";

type EksArgs = Extract<ReturnType<typeof clusterConfig>, { kind: "eks" }>;

/**
 * Compares the account with what an update of an environment on EKS needs: the caller, quotas, versions, and the image cache. Each would
 * otherwise fail an update after twenty minutes, or leave pods without nodes or images.
 * @param plan plans the environment; called only on EKS, because it takes seconds.
 * @param deployed how many resources of a type the state has.
 * @throws OperationError with exit code 3 without credentials.
 */
export async function findAwsProblems(
  context: StackContext,
  plan: () => Promise<Plan>,
  deployed: (type: string) => number,
): Promise<Problem[]> {
  const { aws, directory, environment } = context;
  const config = parseConfig(readStackFile(directory, environment));
  const cluster = clusterConfig(config);
  if (aws === undefined || !("kind" in cluster) || cluster.kind !== "eks") return [];
  const caller = callerProblems(await readCaller(aws, cluster.aws.region), cluster);
  // The quotas and images of another account say nothing.
  if (caller.some(({ subject }) => subject === ACCOUNT_SUBJECT)) return caller;
  const { region } = cluster.aws;
  const problems = await Promise.all([
    findQuotaProblems(aws, region, await plan(), deployed),
    findVersionProblems(aws, { ...cluster, region }),
    imageProblems(aws, config, cluster),
  ]);
  return [...caller, ...problems.flat()];
}

const ACCOUNT_SUBJECT = "the AWS account of the caller";

/** Only what is needed here: the program itself reports an invalid stack file. */
const accountSchema = z.looseObject({
  cluster: z.looseObject({ kind: z.literal("eks") }),
  aws: z.looseObject({ account: z.string(), region: z.string() }),
});

/** The problem of a caller in another account, in which a preview would show that everything is missing. */
export async function findAccountProblems(context: StackContext): Promise<Problem[]> {
  const { aws, directory, environment } = context;
  const config = accountSchema.safeParse(readStackFile(directory, environment).values).data;
  if (aws === undefined || config === undefined) return [];
  return accountProblems(await readCaller(aws, config.aws.region), config.aws.account);
}

interface Caller {
  readonly account: string;
  readonly arn: string;
}

async function readCaller(aws: AwsCli, region: string): Promise<Caller> {
  const run = await aws(["sts", "get-caller-identity", "--region", region, "--output", "json"]);
  const { Account, Arn } = JSON.parse(requireAwsAccess("the AWS credentials", run).stdout);
  return { account: Account, arn: Arn };
}

/** The name of the role of a session; the ARN of a session has no path. */
function roleName(arn: string): string {
  const [, session] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return session ?? arn.slice(arn.lastIndexOf("/") + 1);
}

function accountProblems(caller: Caller, account: string): Problem[] {
  if (caller.account === account) return [];
  return [
    {
      subject: ACCOUNT_SUBJECT,
      value: caller.account,
      rule: `must be aws.account, which is ${account}`,
      remedy: "Use credentials of that account.",
    },
  ];
}

/** The cluster has no implicit access for its creator, so that another caller creates a cluster that it cannot configure. */
export function callerProblems(caller: Caller, { aws, access }: Pick<EksArgs, "aws" | "access">): Problem[] {
  const other = accountProblems(caller, aws.account);
  if (other.length > 0) return other;
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

/** The image and the cache are created by the bootstrap template, which may be older or deployed without credentials. */
async function imageProblems(aws: AwsCli, config: Config, { aws: account }: EksArgs): Promise<Problem[]> {
  const common = ["--region", account.region, "--output", "json"];
  const run = await aws(["ecr", "describe-pull-through-cache-rules", ...common]);
  const { stdout } = requireAwsAccess("the pull-through cache of ECR", run);
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
  if (!/ImageNotFound|RepositoryNotFound/.test(found.stderr)) requireAwsAccess("the image repository", found);
  return [
    {
      subject: "gameServer.image",
      value: image,
      rule: "is not in the repository: the order is bootstrap, push, up",
      remedy: "Push the image (docs/aws.md) and set its digest.",
    },
  ];
}
