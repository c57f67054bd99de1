import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const disallowPublicRds: Rule<InputNode> = {
  name: "disallow-public-rds",
  items: [],
  description: "No managed database has a public address.",
  explanation: "Player data must not depend on a password alone.",
  remediation: "Set publiclyAccessible to false; the cluster reaches it inside the network.",
  subjects: (context) => resourcesOfTypes(context, AWS_TYPES.database, AWS_TYPES.databaseClusterInstance),
  check: (database) => {
    const open = database.at("publiclyAccessible");
    return open.flag === true || open.unknown ? [open.violation("has a public address")] : [];
  },
};
