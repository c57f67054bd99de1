import { nameOf, type Pod, pods } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const restrictPodNamespaces: Rule<Pod> = {
  name: "restrict-pod-namespaces",
  items: ["pre.hardening.admission"],
  description: "Pods run only in namespaces that this deployment creates.",
  explanation:
    "Pod Security and the default-deny network policy are guaranteed only in this deployment's namespaces.",
  remediation: "Set metadata.namespace to one of NAMESPACES.",
  subjects: pods,
  check: ({ owner, namespace }, context) => {
    const made = context.ofKind("Namespace").map(nameOf);
    const place = owner.at("metadata", "namespace");
    if (namespace !== undefined && made.includes(namespace)) return [];
    return [place.violation(`the namespace (${place.displayText}) is not created by this deployment`)];
  },
};
