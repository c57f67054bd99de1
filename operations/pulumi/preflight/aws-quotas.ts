import type { Problem } from "../../../components/shared/errors.ts";
import { packNodes } from "../../../plan/cost/node-packing.ts";
import type { Plan } from "../../../plan/plan.ts";
import type { AwsCli } from "../../aws-cli.ts";
import { requireAwsAccess } from "./aws-access.ts";

/** "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", in vCPUs; new accounts have 5. */
const VCPU_QUOTA: Quota = {
  service: "ec2",
  code: "L-1216C47A",
  name: "the quota of vCPUs for on-demand instances",
};

/** A limit of an account in one region. https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html */
interface Quota {
  readonly service: string;
  readonly code: string;
  readonly name: string;
}

/** A quota of how many resources of a type exist. */
interface CountQuota extends Quota {
  /** The type in the plan. */
  readonly type: string;
  /** Lists the existing ones. */
  readonly list: readonly string[];
  /** The key of the list in the answer. */
  readonly key: string;
}

/** Quotas of which a new account has five, and which staging, production and a default VPC share. */
const COUNT_QUOTAS: readonly CountQuota[] = [
  {
    service: "ec2",
    code: "L-0263D0A3",
    name: "the quota of Elastic IP addresses",
    type: "aws:ec2/eip:Eip",
    list: ["ec2", "describe-addresses"],
    key: "Addresses",
  },
  {
    service: "vpc",
    code: "L-F678F1CE",
    name: "the quota of VPCs",
    type: "aws:ec2/vpc:Vpc",
    list: ["ec2", "describe-vpcs"],
    key: "Vpcs",
  },
];

/** A rolling update needs old and new pods at the same time: half as many vCPUs again are enough for the surges of the program. */
const SURGE_FACTOR = 1.5;

/**
 * Compares the quotas of the account with what the plan adds.
 * @param deployed how many resources of a type the state has.
 */
export async function findQuotaProblems(
  aws: AwsCli,
  region: string,
  plan: Plan,
  deployed: (type: string) => number,
): Promise<Problem[]> {
  const needed = packNodes(plan).reduce((sum, { nodes, cpus }) => sum + nodes * cpus, 0);
  const counts = COUNT_QUOTAS.map(async (quota) => {
    const planned = plan.resources.filter(({ type }) => type === quota.type).length;
    const added = planned - deployed(quota.type);
    if (added <= 0) return [];
    const [limit, used] = await Promise.all([readQuota(aws, quota, region), countUsed(aws, quota, region)]);
    return countProblems(quota, { limit, used, added, region });
  });
  const problems = await Promise.all([
    readQuota(aws, VCPU_QUOTA, region).then((limit) => vcpuProblems(limit, needed, region)),
    ...counts,
  ]);
  return problems.flat();
}

async function readQuota(aws: AwsCli, { service, code, name }: Quota, region: string): Promise<number> {
  const args = ["--service-code", service, "--quota-code", code, "--region", region, "--output", "json"];
  const applied = await aws(["service-quotas", "get-service-quota", ...args]);
  // A quota that was never raised may have no value of the account, only the default of AWS.
  const run = applied.stderr.includes("NoSuchResourceException")
    ? await aws(["service-quotas", "get-aws-default-service-quota", ...args])
    : applied;
  const { Quota: quota } = JSON.parse(requireAwsAccess(name, run).stdout);
  return Number(quota.Value);
}

async function countUsed(aws: AwsCli, { name, list, key }: CountQuota, region: string): Promise<number> {
  const run = await aws([...list, "--region", region, "--output", "json"]);
  const found: readonly unknown[] = JSON.parse(requireAwsAccess(name, run).stdout)[key];
  return found.length;
}

export function vcpuProblems(limit: number, needed: number, region: string): Problem[] {
  if (limit >= needed) return [];
  const wanted = Math.ceil(needed * SURGE_FACTOR);
  const rule = `must be at least ${needed}, which the smallest size of this environment needs, and ${wanted} for a rolling update`;
  return [quotaProblem(VCPU_QUOTA, { limit, rule, wanted, region })];
}

interface CountUse {
  readonly limit: number;
  /** How many the region has. */
  readonly used: number;
  /** How many the update adds. */
  readonly added: number;
  readonly region: string;
}

export function countProblems(quota: Quota, { limit, used, added, region }: CountUse): Problem[] {
  const wanted = used + added;
  if (limit >= wanted) return [];
  const rule = `must be at least ${wanted}: ${used} exist, and this update creates ${added}`;
  return [quotaProblem(quota, { limit, rule, wanted, region })];
}

function quotaProblem(
  { service, code, name }: Quota,
  given: { readonly limit: number; readonly rule: string; readonly wanted: number; readonly region: string },
): Problem {
  const { limit, rule, wanted, region } = given;
  return {
    subject: `${name} in ${region} (${code})`,
    value: String(limit),
    rule,
    remedy: `Request it, which can take a day: aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${wanted} --region ${region}`,
  };
}
