import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireAddOnVersion: Rule<InputNode> = {
  name: "require-add-on-version",
  items: ["pre.infrastructure.add-ons-pinned"],
  description: "Every cluster add-on is pinned to a version.",
  explanation: "An add-on without one changes on the day it is installed again, unseen by any review.",
  remediation: "Set the version in cluster.addonVersions of the stack file.",
  subjects: (context) => context.ofType(AWS_TYPES.addOn),
  check: (addOn) => {
    const version = addOn.at("addonVersion");
    return version.text ? [] : [version.violation("takes whatever version is the default that day")];
  },
};
