import { type IamDocument, type IamStatement, identityPolicies } from "../../iam.ts";
import type { Rule } from "../../rule.ts";

/** Actions that IAM itself cannot narrow to a resource (Service Authorization Reference). */
const WITHOUT_RESOURCE = new Set([
  "cloudwatch:PutMetricData",
  "ec2:DescribeAvailabilityZones",
  "ec2:DescribeInstances",
  "ec2:DescribeSnapshots",
  "ec2:DescribeTags",
  "ec2:DescribeVolumes",
  "ecr:GetAuthorizationToken",
  "route53:ListHostedZones",
  "route53:ListHostedZonesByName",
  "sts:GetCallerIdentity",
]);

function tooWide({ actions, resources, negated, conditional }: IamStatement): string[] {
  if (negated) return ["allows everything but what it names"];
  const everyAction = actions.filter((action) => action === "*" || action.endsWith(":*"));
  if (everyAction.length > 0) return [`allows every action: ${everyAction.join(", ")}`];
  if (conditional || !resources.includes("*")) return [];
  const wide = actions.filter((action) => !WITHOUT_RESOURCE.has(action));
  return wide.length === 0 ? [] : [`allows ${wide.join(", ")} on every resource`];
}

export const grantLeastPrivilege: Rule<IamDocument> = {
  name: "grant-least-privilege",
  items: ["pre.security.least-privilege"],
  description:
    "No role may do everything, and none may do something to everything unless the action knows no resources.",
  explanation: "A role is as dangerous as its widest statement, whoever gets hold of the pod.",
  remediation: "Name the actions and the ARNs; see components/shared/iam.ts.",
  subjects: (context) => identityPolicies(context),
  check: ({ node, statements }) =>
    statements === undefined
      ? [node.violation("not a policy document that can be judged")]
      : statements
          .filter(({ effect }) => effect === "Allow")
          .flatMap((statement) => tooWide(statement).map((what) => node.violation(what))),
};
