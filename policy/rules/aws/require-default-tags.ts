import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, providerSetting } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireDefaultTags: Rule<InputNode> = {
  name: "require-default-tags",
  items: [],
  description: "Everything in the account says which environment it belongs to and who made it.",
  explanation: "Costs, clean-ups and incidents begin with the question whose this is.",
  remediation: "Give the AWS provider defaultTags with the tags that policy/config.yaml names.",
  subjects: (context) => context.ofType(AWS_TYPES.provider),
  check: (provider, { parameters }) => {
    const setting = providerSetting(provider, "defaultTags") as { tags?: Record<string, string> } | undefined;
    const missing = parameters.requiredTags.filter((tag) => !setting?.tags?.[tag]);
    return missing.length === 0
      ? []
      : [provider.at("defaultTags").violation(`no default tag ${missing.join(", ")}`)];
  },
};
