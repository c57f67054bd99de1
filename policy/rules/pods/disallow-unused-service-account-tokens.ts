import type { PolicyContext } from "../../context.ts";
import type { InputNode } from "../../input-node.ts";
import { type Pod, pods } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** Whether a role is bound to the pod's ServiceAccount, which means that the pod calls the Kubernetes API. */
function hasRoleBinding(context: PolicyContext, pod: Pod): boolean {
  const account = pod.spec.at("serviceAccountName").text ?? "default";
  return context.ofKind("RoleBinding", "ClusterRoleBinding").some((binding) =>
    binding.at("subjects").items.some((subject) => {
      if (subject.at("kind").text !== "ServiceAccount" || subject.at("name").text !== account) return false;
      return subject.at("namespace").text === pod.namespace;
    }),
  );
}

/** The inputs of `hasRoleBinding`: while one of them is unknown, the rule is undecided. */
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
  description: "Pods whose ServiceAccount has no role do not mount a Kubernetes API token.",
  explanation: "A stolen token can be the first step from one process to the whole cluster.",
  remediation:
    "Set automountServiceAccountToken: false on the pod; if the pod needs the API, bind a role to its ServiceAccount.",
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
        : [mounted.violation("the pod mounts a service account token that it does not need", ...given)]),
      ...projected.map((token) =>
        token.violation(
          "a projected volume mounts a service account token that the pod does not need",
          ...given,
        ),
      ),
    ];
  },
};
