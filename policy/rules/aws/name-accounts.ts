import { AWS, providerSetting } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const nameAccounts: Rule<Node> = {
  name: "name-accounts",
  items: [],
  description: "The AWS provider works in one named account alone.",
  explanation: "Whoever has another account's credentials in the shell would deploy there.",
  remediation: "Set allowedAccountIds on the provider.",
  subjects: (context) => context.ofType(AWS.provider),
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
