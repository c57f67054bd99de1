import type { Node, Violation } from "../../node.ts";
import type { Rule } from "../../rule.ts";

/** Roles of Kubernetes that may do everything, or nearly. */
const MIGHTY = ["cluster-admin", "admin", "edit"];

/** Groups that stand for everybody, or for those above all rules. */
const EVERYBODY = ["system:masters", "system:authenticated", "system:unauthenticated"];

function ofRole(role: Node): Violation[] {
  return role.at("rules").items.flatMap((rule) =>
    ["apiGroups", "resources", "verbs", "nonResourceURLs"].flatMap((field) =>
      rule
        .at(field)
        .items.filter(({ text }) => text?.includes("*"))
        .map((wildcard) => wildcard.violation(`the role grants ${field} ${wildcard.shown}`)),
    ),
  );
}

function ofBinding(binding: Node): Violation[] {
  const role = binding.at("roleRef", "name");
  const subjects = binding.at("subjects").items.map((subject) => subject.at("name"));
  return [
    ...(MIGHTY.includes(role.text ?? "") ? [role.violation(`the role ${role.shown} is bound`)] : []),
    ...subjects
      .filter(({ text }) => EVERYBODY.includes(text ?? ""))
      .map((name) => name.violation(`a role is bound to ${name.shown}`)),
  ];
}

export const forbidRbacWildcards: Rule<Node> = {
  name: "forbid-rbac-wildcards",
  items: [],
  description: "Roles name what they grant, and nobody is bound to everything.",
  explanation: "A wildcard also grants what does not exist yet.",
  remediation: "List API groups, resources and verbs; bind a role of this deployment to named subjects.",
  subjects: (context) => context.ofKind("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"),
  check: (object) => (object.resource.type.endsWith("Binding") ? ofBinding(object) : ofRole(object)),
};
