import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, providerSetting } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireDefaultTags: Rule<InputNode> = {
  name: "require-default-tags",
  items: ["pre.hardening.labels"],
  description: "The AWS provider sets the required default tags.",
  explanation:
    "Cost reports, clean-ups and incident response need the owner and environment of every resource.",
  remediation:
    "Set defaultTags on the AWS provider with the tags that policy/config.yaml lists in parameters.requiredTags.",
  subjects: (context) => context.ofType(AWS_TYPES.provider),
  check: (provider, { parameters }) => {
    const setting = providerSetting(provider, "defaultTags") as { tags?: Record<string, string> } | undefined;
    const missing = parameters.requiredTags.filter((tag) => !setting?.tags?.[tag]);
    return missing.length === 0
      ? []
      : [provider.at("defaultTags").violation(`missing default tags: ${missing.join(", ")}`)];
  },
};
