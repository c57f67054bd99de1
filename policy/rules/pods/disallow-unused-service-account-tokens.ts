import type { PolicyContext } from "../../context.ts";
import type { InputNode } from "../../input-node.ts";
import { type Pod, pods } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** Whether a role is bound to the pod's ServiceAccount: then it is one that calls the Kubernetes API. */
function hasRoleBinding(context: PolicyContext, pod: Pod): boolean {
  const account = pod.spec.at("serviceAccountName").text ?? "default";
  return context.ofKind("RoleBinding", "ClusterRoleBinding").some((binding) =>
    binding.at("subjects").items.some((subject) => {
      if (subject.at("kind").text !== "ServiceAccount" || subject.at("name").text !== account) return false;
      return subject.at("namespace").text === pod.namespace;
    }),
  );
}

/** What decides whether a pod calls the API: as long as any of it is unknown, so is the answer. */
function roleBindingInputs(context: PolicyContext, pod: Pod): InputNode[] {
  const bindings = context
    .ofKind("RoleBinding", "ClusterRoleBinding")
    .map((binding) => binding.at("subjects"));
  return [
    pod.spec.at("serviceAccountName"),
    pod.owner.at("metadata", "namespace"),
    ...bindings,
    ...bindings.flatMap(({ items }) =>
      items.flatMap((subject) => ["kind", "name", "namespace"].map((field) => subject.at(field))),
    ),
  ];
}

export const disallowUnusedServiceAccountTokens: Rule<Pod> = {
  name: "disallow-unused-service-account-tokens",
  items: ["pre.security.no-api-token"],
  description: "A pod whose ServiceAccount has no role carries no token for the Kubernetes API.",
  explanation: "A stolen token is the first step from one process to the whole cluster.",
  remediation:
    "Set automountServiceAccountToken: false on the pod; give a pod that needs the API a ServiceAccount with a role of its own.",
  subjects: (context) => pods(context).filter((pod) => !hasRoleBinding(context, pod)),
  check: (pod, context) => {
    const given = roleBindingInputs(context, pod);
    const mounted = pod.spec.at("automountServiceAccountToken");
    const projected = pod.spec
      .at("volumes")
      .items.flatMap((volume) => volume.at("projected", "sources").items)
      .map((source) => source.at("serviceAccountToken"))
      .filter((token) => token.exists);
    return [
      ...(mounted.flag === false
        ? []
        : [mounted.violation("a token is mounted that the pod never uses", ...given)]),
      ...projected.map((token) =>
        token.violation("a volume carries a token that the pod never uses", ...given),
      ),
    ];
  },
};
