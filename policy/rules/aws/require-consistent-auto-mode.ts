import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

const AUTO_MODE_SETTINGS = [
  ["computeConfig"],
  ["storageConfig", "blockStorage"],
  ["kubernetesNetworkConfig", "elasticLoadBalancing"],
] as const;

export const requireConsistentAutoMode: Rule<InputNode> = {
  name: "require-consistent-auto-mode",
  items: [],
  description: "The three switches of EKS Auto Mode stand alike, and self-managed add-ons stay off.",
  explanation:
    "AWS refuses a cluster where compute, storage and load balancing disagree, half an hour into the deployment.",
  remediation:
    "Set enabled alike in computeConfig, storageConfig.blockStorage and kubernetesNetworkConfig.elasticLoadBalancing, and bootstrapSelfManagedAddons to false.",
  subjects: (context) => context.ofType(AWS_TYPES.cluster),
  check: (cluster) => {
    const [compute, ...others] = AUTO_MODE_SETTINGS.map((path) => cluster.at(...path, "enabled"));
    if (compute === undefined) return [];
    const bootstrap = cluster.at("bootstrapSelfManagedAddons");
    return [
      ...others
        .filter(({ flag }) => flag !== compute.flag)
        .map((other) => other.violation(`differs from computeConfig (${other.displayText})`, compute)),
      ...(compute.flag === true && bootstrap.flag !== false
        ? [bootstrap.violation("Auto Mode brings its own networking and DNS", compute)]
        : []),
    ];
  },
};
