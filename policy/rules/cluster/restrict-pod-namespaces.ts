import { nameOf, type Pod, pods } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const restrictPodNamespaces: Rule<Pod> = {
  name: "restrict-pod-namespaces",
  items: [],
  description: "Pods run only in namespaces that this deployment makes.",
  explanation: "In any other namespace neither pod security nor the default denial is ours to promise.",
  remediation: "Name one of NAMESPACES as the object's namespace.",
  subjects: pods,
  check: ({ owner, namespace }, context) => {
    const made = context.ofKind("Namespace").map(nameOf);
    const place = owner.at("metadata", "namespace");
    if (namespace !== undefined && made.includes(namespace)) return [];
    return [place.violation(`the namespace (${place.displayText}) is not one that this deployment makes`)];
  },
};
