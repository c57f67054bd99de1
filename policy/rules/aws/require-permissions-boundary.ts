import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requirePermissionsBoundary: Rule<InputNode> = {
  name: "require-permissions-boundary",
  items: ["pre.infrastructure.workload-identity"],
  description: "Every IAM role is in the environment's path and has a permissions boundary.",
  explanation:
    "The pipelines may change roles in this path only. A role outside of it cannot be deployed, and permission to change roles by name would include the roles of administrators.",
  remediation: "Create the role with createDeploymentRole (components/shared/aws/deployment-role.ts).",
  subjects: (context) => context.ofType(AWS_TYPES.role),
  check: (role) => {
    const path = role.at("path");
    const boundary = role.at("permissionsBoundary");
    return [
      ...(path.text?.startsWith("/spacetime-vr/spacetime-vr-") === true
        ? []
        : [path.violation(`the path is ${path.text ?? "/"}, not /spacetime-vr/<cluster name>/`)]),
      ...(boundary.text?.endsWith(":policy/spacetime-vr-boundary") === true
        ? []
        : [boundary.violation("the role has no permissions boundary of the bootstrap template")]),
    ];
  },
};
