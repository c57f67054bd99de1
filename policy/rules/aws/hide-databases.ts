import { AWS, ofTypes } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const hideDatabases: Rule<Node> = {
  name: "hide-databases",
  items: [],
  description: "No managed database has a public address.",
  explanation: "Player data must not depend on a password alone.",
  remediation: "Set publiclyAccessible to false; the cluster reaches it inside the network.",
  subjects: (context) => ofTypes(context, AWS.database, AWS.databaseClusterInstance),
  check: (database) => {
    const open = database.at("publiclyAccessible");
    return open.flag === true || open.unknown ? [open.violation("has a public address")] : [];
  },
};
