import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireAddOnVersion: Rule<InputNode> = {
  name: "require-add-on-version",
  items: ["pre.infrastructure.add-ons-pinned"],
  description: "Every cluster add-on is pinned to a version.",
  explanation: "An unpinned add-on changes its version on reinstallation, without a review.",
  remediation: "Set the version under cluster.addonVersions in the stack file.",
  subjects: (context) => context.ofType(AWS_TYPES.addOn),
  check: (addOn) => {
    const version = addOn.at("addonVersion");
    return version.text ? [] : [version.violation("addonVersion is not set, so AWS chooses the version")];
  },
};
