import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireEksAccessEntries: Rule<InputNode> = {
  name: "require-eks-access-entries",
  items: ["pre.infrastructure.access-entries"],
  description: "Only access entries open the cluster; not its creator, and not a ConfigMap.",
  explanation:
    "A creator keeps rights that no list shows, and aws-auth is a list that anybody with a namespace editor's rights may change.",
  remediation: "Set accessConfig to authenticationMode API without bootstrapClusterCreatorAdminPermissions.",
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
        : [mode.violation(`the cluster is opened by ${mode.displayText}, not by access entries alone`)]),
      // AWS gives these rights where nothing is said.
      ...(creator.flag === false
        ? []
        : [
            creator.violation(
              "the principal that creates the cluster keeps administrator access permanently",
            ),
          ]),
    ];
  },
};
