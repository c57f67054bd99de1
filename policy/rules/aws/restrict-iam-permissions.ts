import { InputNode, type Violation } from "../../input-node.ts";
import {
  attachedPolicies,
  type IamDocument,
  type IamStatement,
  identityPolicies,
} from "../../lib/iam-policies.ts";
import type { Rule } from "../../rule.ts";

/** Actions that IAM itself cannot narrow to a resource (Service Authorization Reference). */
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

/** AWS' own policies that give everything, or everything of a service. */
const BROAD_MANAGED_POLICY = /\/(AdministratorAccess[\w-]*|PowerUserAccess|\w*FullAccess)$/;

/** `*`, and ARNs that name a service but no resource of it, such as `arn:aws:s3:::*`. */
function isWildcardResource(resource: string): boolean {
  return (
    /^[*?]+$/.test(resource) ||
    /^arn(:[^:]*){4}:[*?]+$/.test(resource) ||
    /^arn(:[^:]*){0,3}:\*$/.test(resource)
  );
}

function excessivePermissions({ actions, resources, negated, conditional }: IamStatement): string[] {
  if (negated) return ["allows everything but what it names"];
  const everyAction = actions.filter((action) => /(^|:)[*?]+$/.test(action));
  if (everyAction.length > 0) return [`allows every action: ${everyAction.join(", ")}`];
  if (conditional || !resources.some(isWildcardResource)) return [];
  const wide = actions.filter((action) => !ACTIONS_WITHOUT_RESOURCE.has(action));
  return wide.length === 0 ? [] : [`allows ${wide.join(", ")} on every resource`];
}

function documentViolations({ node, statements }: IamDocument): readonly Violation[] {
  if (statements === undefined) return [node.violation("not a policy document that can be judged")];
  return statements
    .filter(({ effect }) => effect === "Allow")
    .flatMap((statement) => excessivePermissions(statement).map((what) => node.violation(what)));
}

export const restrictIamPermissions: Rule<IamDocument | InputNode> = {
  name: "restrict-iam-permissions",
  items: ["pre.security.least-privilege"],
  description:
    "No role may do everything, and none may do something to everything unless the action knows no resources.",
  explanation: "An attacker who compromises the pod gets the widest permission of its role.",
  remediation: "Name the actions and the ARNs; see components/shared/aws/iam-policy.ts.",
  subjects: (context) => [...identityPolicies(context), ...attachedPolicies(context)],
  check: (subject) => {
    if (!(subject instanceof InputNode)) return documentViolations(subject);
    const [, name] = BROAD_MANAGED_POLICY.exec(subject.text ?? "") ?? [];
    return name === undefined ? [] : [subject.violation(`allows every action: ${name}`)];
  },
};
