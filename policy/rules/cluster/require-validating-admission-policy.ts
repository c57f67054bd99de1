import type { PolicyContext } from "../../context.ts";
import type { InputNode } from "../../input-node.ts";
import { nameOf } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** Whether an admission policy fails closed and validates the pods of a namespace. */
function validatesPods(policy: InputNode, namespace: string | undefined): boolean {
  const spec = policy.at("spec");
  const constraints = spec.at("matchConstraints");
  const selected = constraints
    .at("namespaceSelector", "matchExpressions")
    .items.flatMap((term) => term.at("values").items.map(({ text }) => text));
  const resources = constraints
    .at("resourceRules")
    .items.flatMap((rule) => rule.at("resources").items.map(({ text }) => text));
  // The Kubernetes default is Fail.
  const failsClosed = (spec.at("failurePolicy").text ?? "Fail") === "Fail";
  return failsClosed && selected.includes(namespace) && resources.includes("pods");
}

function denyingPolicies(context: PolicyContext): readonly InputNode[] {
  const bindings = context
    .ofKind("ValidatingAdmissionPolicyBinding")
    .filter((binding) => binding.at("spec", "validationActions").items.some(({ text }) => text === "Deny"));
  const names = bindings.map((binding) => binding.at("spec", "policyName").text);
  return context.ofKind("ValidatingAdmissionPolicy").filter((policy) => names.includes(nameOf(policy)));
}

export const requireValidatingAdmissionPolicy: Rule<InputNode> = {
  name: "require-validating-admission-policy",
  items: ["pre.hardening.admission"],
  description: "Outside local, a ValidatingAdmissionPolicy rejects non-compliant pods in every namespace.",
  explanation:
    "These rules check only this program's plan; objects that are created with kubectl bypass them.",
  remediation:
    "Keep the AdmissionPolicies component, with validationActions Deny in its bindings and all NAMESPACES in its selectors.",
  environments: ["staging", "production", "package"],
  subjects: (context) => context.ofKind("Namespace"),
  check: (namespace, context) => {
    const name = namespace.at("metadata", "name");
    const isGuarded = denyingPolicies(context).some((policy) => validatesPods(policy, name.text));
    return isGuarded ? [] : [name.violation(`no admission policy rejects pods in ${name.displayText}`)];
  },
};
