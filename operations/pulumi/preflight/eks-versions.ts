import type { Environment } from "../../../components/shared/environments.ts";
import type { Problem } from "../../../components/shared/errors.ts";
import type { AwsCli } from "../../aws-cli.ts";
import { type AddOnVersions, readOfferedVersions } from "../../eks-addons.ts";
import { requireAwsAccess } from "./aws-access.ts";

/** What the versions of a cluster and its add-ons are checked for. */
interface EksVersions {
  readonly environment: Environment;
  readonly clusterName: string;
  /** The Kubernetes version of the stack file, such as `1.35`. */
  readonly version: string;
  readonly addonVersions: Readonly<Record<string, string | undefined>>;
  readonly region: string;
}

/** The deployed cluster; undefined before the first update. */
interface DeployedCluster {
  readonly version: string;
  /** ACTIVE, CREATING, UPDATING, … */
  readonly status: string;
}

/** Versions that EKS would reject after minutes: of the cluster, and of add-ons for that version of the cluster. */
export async function findVersionProblems(aws: AwsCli, wanted: EksVersions): Promise<Problem[]> {
  const { version, region, addonVersions } = wanted;
  const pins = Object.entries(addonVersions).filter(([, pin]) => pin !== undefined);
  const [deployed, ...addOns] = await Promise.all([
    readDeployedCluster(aws, wanted),
    ...pins.map(async ([name, pinned]) => ({
      name,
      pinned,
      available: (await readOfferedVersions(aws, name, version, region)).map(
        ({ addonVersion }) => addonVersion,
      ),
    })),
  ]);
  return [...clusterProblems(wanted, deployed), ...addOns.flatMap((addOn) => addOnProblems(wanted, addOn))];
}

async function readDeployedCluster(
  aws: AwsCli,
  { clusterName, region }: EksVersions,
): Promise<DeployedCluster | undefined> {
  const run = await aws([
    ...["eks", "describe-cluster", "--name", clusterName, "--region", region, "--output", "json"],
  ]);
  if (run.stderr.includes("ResourceNotFoundException")) return undefined;
  const { version, status } = JSON.parse(requireAwsAccess(`the cluster ${clusterName}`, run).stdout).cluster;
  return { version, status };
}

const minorOf = (version: string): number => Number(version.split(".")[1]);

export function clusterProblems(
  { clusterName, version }: Pick<EksVersions, "clusterName" | "version">,
  deployed: DeployedCluster | undefined,
): Problem[] {
  if (deployed === undefined) return [];
  const problems: Problem[] = [];
  if (deployed.status !== "ACTIVE") {
    problems.push({
      subject: `the cluster ${clusterName}`,
      value: deployed.status,
      rule: "must be ACTIVE",
      remedy: `Wait until it is: aws eks wait cluster-active --name ${clusterName}`,
    });
  }
  const steps = minorOf(version) - minorOf(deployed.version);
  if (steps < 0 || steps > 1) {
    problems.push({
      subject: "cluster.version",
      value: version,
      rule:
        steps < 0
          ? `is lower than the version of the cluster, which is ${deployed.version}: EKS does not downgrade`
          : `skips a minor version: the cluster has ${deployed.version}, and EKS upgrades one at a time`,
      remedy: `Set it to ${steps < 0 ? deployed.version : `1.${minorOf(deployed.version) + 1} first`}.`,
    });
  }
  return problems;
}

export function addOnProblems(
  { environment, version }: Pick<EksVersions, "environment" | "version">,
  { name, pinned, available }: Pick<AddOnVersions, "name" | "pinned" | "available">,
): Problem[] {
  if (pinned === undefined || available.includes(pinned)) return [];
  return [
    {
      subject: `cluster.addonVersions.${name}`,
      value: pinned,
      rule:
        available.length === 0
          ? `has no version for Kubernetes ${version}`
          : `is not offered for Kubernetes ${version} (newest: ${available.slice(0, 3).join(", ")})`,
      remedy: `Run: npm run config -- addons ${environment} --write, which pins the recommended versions.`,
    },
  ];
}
