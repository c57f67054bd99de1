import type { InputNode, Violation } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

/** Roles of Kubernetes that may do everything, or nearly. */
const PRIVILEGED_ROLES = ["cluster-admin", "admin", "edit"];

/** Groups that stand for everybody, or for those above all rules. */
const BROAD_GROUPS = ["system:masters", "system:authenticated", "system:unauthenticated"];

function roleViolations(role: InputNode): Violation[] {
  return role.at("rules").items.flatMap((rule) =>
    ["apiGroups", "resources", "verbs", "nonResourceURLs"].flatMap((field) =>
      rule
        .at(field)
        .items.filter(({ text }) => text?.includes("*"))
        .map((wildcard) => wildcard.violation(`the role grants ${field} ${wildcard.displayText}`)),
    ),
  );
}

function bindingViolations(binding: InputNode): Violation[] {
  const role = binding.at("roleRef", "name");
  const subjects = binding.at("subjects").items.map((subject) => subject.at("name"));
  return [
    ...(PRIVILEGED_ROLES.includes(role.text ?? "")
      ? [role.violation(`the role ${role.displayText} is bound`)]
      : []),
    ...subjects
      .filter(({ text }) => BROAD_GROUPS.includes(text ?? ""))
      .map((name) => name.violation(`a role is bound to ${name.displayText}`)),
  ];
}

export const disallowRbacWildcards: Rule<InputNode> = {
  name: "disallow-rbac-wildcards",
  items: [],
  description: "Roles list explicit permissions, and no subject is bound to cluster-admin or wildcards.",
  explanation: "A wildcard also grants what does not exist yet.",
  remediation: "List API groups, resources and verbs; bind a role of this deployment to named subjects.",
  subjects: (context) => context.ofKind("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"),
  check: (object) =>
    object.resource.type.endsWith("Binding") ? bindingViolations(object) : roleViolations(object),
};
