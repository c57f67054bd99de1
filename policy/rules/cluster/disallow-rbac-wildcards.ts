import type { InputNode, Violation } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

/** Built-in roles that allow all or nearly all actions. */
const PRIVILEGED_ROLES = ["cluster-admin", "admin", "edit"];

/** Groups that include all clients, or that bypass authorization. */
const BROAD_GROUPS = ["system:masters", "system:authenticated", "system:unauthenticated"];

function roleViolations(role: InputNode): Violation[] {
  return role.at("rules").items.flatMap((rule) =>
    ["apiGroups", "resources", "verbs", "nonResourceURLs"].flatMap((field) =>
      rule
        .at(field)
        .items.filter(({ text }) => text?.includes("*"))
        .map((wildcard) => wildcard.violation(`the role grants wildcard ${field} ${wildcard.displayText}`)),
    ),
  );
}

function bindingViolations(binding: InputNode): Violation[] {
  const role = binding.at("roleRef", "name");
  const subjects = binding.at("subjects").items.map((subject) => subject.at("name"));
  return [
    ...(PRIVILEGED_ROLES.includes(role.text ?? "")
      ? [role.violation(`the binding uses the privileged role ${role.displayText}`)]
      : []),
    ...subjects
      .filter(({ text }) => BROAD_GROUPS.includes(text ?? ""))
      .map((name) => name.violation(`a role is bound to ${name.displayText}`)),
  ];
}

export const disallowRbacWildcards: Rule<InputNode> = {
  name: "disallow-rbac-wildcards",
  items: ["pre.hardening.rbac"],
  description:
    "RBAC roles have no wildcards, and no binding grants a privileged role or includes a broad group.",
  explanation: "A wildcard also grants access to resources that are added later.",
  remediation:
    "List API groups, resources and verbs explicitly; bind a role of this deployment to named subjects.",
  subjects: (context) => context.ofKind("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"),
  check: (object) =>
    object.resource.type.endsWith("Binding") ? bindingViolations(object) : roleViolations(object),
};
