import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const disallowPublicRds: Rule<InputNode> = {
  name: "disallow-public-rds",
  items: ["pre.database.private"],
  description: "Managed databases are not publicly accessible.",
  explanation: "A password alone must not protect player data.",
  remediation: "Set publiclyAccessible to false; the cluster connects inside the VPC.",
  subjects: (context) => resourcesOfTypes(context, AWS_TYPES.database, AWS_TYPES.databaseClusterInstance),
  check: (database) => {
    const open = database.at("publiclyAccessible");
    return open.flag === true || open.unknown ? [open.violation("the database is publicly accessible")] : [];
  },
};
