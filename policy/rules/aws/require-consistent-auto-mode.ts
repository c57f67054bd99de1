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
  items: ["pre.hardening.auto-mode"],
  description: "The three EKS Auto Mode settings have the same value, and self-managed add-ons are disabled.",
  explanation:
    "AWS rejects a cluster with different values for compute, storage and load balancing, but only half an hour into the deployment.",
  remediation:
    "Set the same value for enabled in computeConfig, storageConfig.blockStorage and kubernetesNetworkConfig.elasticLoadBalancing, and set bootstrapSelfManagedAddons to false.",
  subjects: (context) => context.ofType(AWS_TYPES.cluster),
  check: (cluster) => {
    const [compute, ...others] = AUTO_MODE_SETTINGS.map((path) => cluster.at(...path, "enabled"));
    if (compute === undefined) return [];
    const bootstrap = cluster.at("bootstrapSelfManagedAddons");
    return [
      ...others
        .filter(({ flag }) => flag !== compute.flag)
        .map((other) =>
          other.violation(`the value differs from computeConfig.enabled (${other.displayText})`, compute),
        ),
      ...(compute.flag === true && bootstrap.flag !== false
        ? [
            bootstrap.violation(
              "bootstrapSelfManagedAddons must be false: Auto Mode includes networking and DNS",
              compute,
            ),
          ]
        : []),
    ];
  },
};
