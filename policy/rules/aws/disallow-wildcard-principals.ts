import { type IamDocument, resourcePolicies, trustPolicies } from "../../lib/iam-policies.ts";
import type { Rule } from "../../rule.ts";

export const disallowWildcardPrincipals: Rule<IamDocument> = {
  name: "disallow-wildcard-principals",
  items: ["pre.security.least-privilege"],
  description: "Only named services and accounts take on a role or use a bucket.",
  explanation: "A principal of * is everybody with an AWS account.",
  remediation: "Name the service or the role's ARN as the principal; keep * for statements that deny.",
  subjects: (context) => [...trustPolicies(context), ...resourcePolicies(context)],
  check: ({ node, statements }) => {
    if (statements === undefined) return [node.violation("not a policy document that can be judged")];
    const open = statements.filter(
      ({ effect, principals, hasNotPrincipal, isLimitedToAccount }) =>
        effect === "Allow" && (hasNotPrincipal || (principals.includes("*") && !isLimitedToAccount)),
    );
    return open.map(() => node.violation("everybody with an AWS account is allowed"));
  },
};
