import { InputNode, type Violation } from "../../input-node.ts";
import {
  attachedPolicies,
  type IamDocument,
  type IamStatement,
  identityPolicies,
} from "../../lib/iam-policies.ts";
import type { Rule } from "../../rule.ts";

/** Actions without resource-level permissions (AWS Service Authorization Reference). */
const ACTIONS_WITHOUT_RESOURCE = new Set([
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

/** AWS managed policies that allow all actions, or all actions of a service. */
const BROAD_MANAGED_POLICY = /\/(AdministratorAccess[\w-]*|PowerUserAccess|\w*FullAccess)$/;

/** Whether a resource is `*` or an ARN for all resources of a service, such as `arn:aws:s3:::*`. */
function isWildcardResource(resource: string): boolean {
  return (
    /^[*?]+$/.test(resource) ||
    /^arn(:[^:]*){4}:[*?]+$/.test(resource) ||
    /^arn(:[^:]*){0,3}:\*$/.test(resource)
  );
}

function excessivePermissions({ actions, resources, negated, conditional }: IamStatement): string[] {
  if (negated)
    return ["the statement uses NotAction or NotResource, which allows everything that is not listed"];
  const everyAction = actions.filter((action) => /(^|:)[*?]+$/.test(action));
  if (everyAction.length > 0) return [`the statement allows every action: ${everyAction.join(", ")}`];
  if (conditional || !resources.some(isWildcardResource)) return [];
  const wide = actions.filter((action) => !ACTIONS_WITHOUT_RESOURCE.has(action));
  return wide.length === 0 ? [] : [`the statement allows ${wide.join(", ")} on every resource`];
}

function documentViolations({ node, statements }: IamDocument): readonly Violation[] {
  if (statements === undefined) return [node.violation("the policy document cannot be parsed")];
  return statements
    .filter(({ effect }) => effect === "Allow")
    .flatMap((statement) => excessivePermissions(statement).map((what) => node.violation(what)));
}

export const restrictIamPermissions: Rule<IamDocument | InputNode> = {
  name: "restrict-iam-permissions",
  items: ["pre.security.least-privilege"],
  description:
    "IAM policies have no wildcard actions, and no wildcard resources for actions that support resources.",
  explanation: "An attacker in a pod gets every permission of the pod's role.",
  remediation: "List the actions and resource ARNs; see components/shared/aws/iam-policy.ts.",
  subjects: (context) => [...identityPolicies(context), ...attachedPolicies(context)],
  check: (subject) => {
    if (!(subject instanceof InputNode)) return documentViolations(subject);
    const [, name] = BROAD_MANAGED_POLICY.exec(subject.text ?? "") ?? [];
    return name === undefined ? [] : [subject.violation(`the statement allows every action: ${name}`)];
  },
};
