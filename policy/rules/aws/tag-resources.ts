import { AWS, providerSetting } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const tagResources: Rule<Node> = {
  name: "tag-resources",
  items: [],
  description: "Everything in the account says which environment it belongs to and who made it.",
  explanation: "Costs, clean-ups and incidents begin with the question whose this is.",
  remediation: "Give the AWS provider defaultTags with the tags that policy/config.yaml names.",
  subjects: (context) => context.ofType(AWS.provider),
  check: (provider, { parameters }) => {
    const setting = providerSetting(provider, "defaultTags") as { tags?: Record<string, string> } | undefined;
    const missing = parameters.requiredTags.filter((tag) => !setting?.tags?.[tag]);
    return missing.length === 0
      ? []
      : [provider.at("defaultTags").violation(`no default tag ${missing.join(", ")}`)];
  },
};
