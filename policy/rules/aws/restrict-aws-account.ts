import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, providerSetting } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const restrictAwsAccount: Rule<InputNode> = {
  name: "restrict-aws-account",
  items: ["pre.hardening.account"],
  description: "The AWS provider is limited to one account.",
  explanation: "With another account's credentials in the shell, a deployment would go to that account.",
  remediation: "Set allowedAccountIds to one account ID on the provider.",
  subjects: (context) => context.ofType(AWS_TYPES.provider),
  check: (provider) => {
    const accounts = providerSetting(provider, "allowedAccountIds");
    const count = Array.isArray(accounts) ? accounts.length : 0;
    if (count === 1) return [];
    return [
      provider
        .at("allowedAccountIds")
        .violation(`allowedAccountIds allows ${count === 0 ? "any account" : `${count} accounts`}`),
    ];
  },
};
