import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, providerSetting } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const restrictAwsAccount: Rule<InputNode> = {
  name: "restrict-aws-account",
  items: [],
  description: "The AWS provider works in one named account alone.",
  explanation: "Otherwise an operator with another account's credentials in the shell would deploy there.",
  remediation: "Set allowedAccountIds on the provider.",
  subjects: (context) => context.ofType(AWS_TYPES.provider),
  check: (provider) => {
    const accounts = providerSetting(provider, "allowedAccountIds");
    const count = Array.isArray(accounts) ? accounts.length : 0;
    if (count === 1) return [];
    return [
      provider
        .at("allowedAccountIds")
        .violation(`works in ${count === 0 ? "any account" : `${count} accounts`}`),
    ];
  },
};
