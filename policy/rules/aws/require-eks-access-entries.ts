import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireEksAccessEntries: Rule<InputNode> = {
  name: "require-eks-access-entries",
  items: ["pre.infrastructure.access-entries"],
  description:
    "EKS grants cluster access through access entries only, not through aws-auth or to the cluster creator.",
  explanation:
    "The creator's rights are not listed anywhere, and everyone with edit rights in kube-system can change the aws-auth ConfigMap.",
  remediation:
    "Set accessConfig.authenticationMode to API and bootstrapClusterCreatorAdminPermissions to false.",
  subjects: (context) => context.ofType(AWS_TYPES.cluster),
  check: (cluster) => {
    const access = cluster.at("accessConfig");
    const [mode, creator] = [
      access.at("authenticationMode"),
      access.at("bootstrapClusterCreatorAdminPermissions"),
    ];
    return [
      ...(mode.text === "API"
        ? []
        : [mode.violation(`authenticationMode is ${mode.displayText}, not "API"`)]),
      // The AWS default is true.
      ...(creator.flag === false
        ? []
        : [creator.violation("the cluster creator gets permanent administrator rights")]),
    ];
  },
};
