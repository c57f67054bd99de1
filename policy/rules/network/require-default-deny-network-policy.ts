import type { InputNode } from "../../input-node.ts";
import { nameOf, namespaceOf } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

function isDefaultDeny(policy: InputNode): boolean {
  const spec = policy.at("spec");
  const types = spec.at("policyTypes").items.map(({ text }) => text);
  return (
    spec.at("podSelector").exists &&
    spec.at("podSelector").fields.length === 0 &&
    types.includes("Ingress") &&
    types.includes("Egress") &&
    spec.at("ingress").items.length === 0 &&
    spec.at("egress").items.length === 0
  );
}

export const requireDefaultDenyNetworkPolicy: Rule<InputNode> = {
  name: "require-default-deny-network-policy",
  items: ["pre.security.default-deny"],
  description: "Every namespace has a default-deny NetworkPolicy for ingress and egress.",
  explanation: "A pod that no policy selects can connect to every destination, including the database.",
  remediation: 'Add a NetworkPolicy with an empty podSelector and policyTypes ["Ingress", "Egress"].',
  subjects: (context) => context.ofKind("Namespace"),
  check: (namespace, context) => {
    const name = nameOf(namespace);
    const denied = context
      .ofKind("NetworkPolicy")
      .some((policy) => namespaceOf(policy) === name && isDefaultDeny(policy));
    return denied
      ? []
      : [namespace.at("metadata", "name").violation(`no default-deny NetworkPolicy exists in ${name}`)];
  },
};
