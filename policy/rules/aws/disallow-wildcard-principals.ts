import { type IamDocument, resourcePolicies, trustPolicies } from "../../lib/iam-policies.ts";
import type { Rule } from "../../rule.ts";

export const disallowWildcardPrincipals: Rule<IamDocument> = {
  name: "disallow-wildcard-principals",
  items: ["pre.security.least-privilege"],
  description: "Only named services and accounts may assume a role or access a bucket.",
  explanation: "The principal * includes every AWS account.",
  remediation: "Set the principal to the service or the role ARN; use * only in Deny statements.",
  subjects: (context) => [...trustPolicies(context), ...resourcePolicies(context)],
  check: ({ node, statements }) => {
    if (statements === undefined) return [node.violation("the policy document cannot be parsed")];
    const open = statements.filter(
      ({ effect, principals, hasNotPrincipal, isLimitedToAccount }) =>
        effect === "Allow" && (hasNotPrincipal || (principals.includes("*") && !isLimitedToAccount)),
    );
    return open.map(() => node.violation("the statement allows every AWS account"));
  },
};
