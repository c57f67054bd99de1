import { NODES_NAMESPACE } from "../../../components/shared/kubernetes/namespaces.ts";
import type { InputNode } from "../../input-node.ts";
import { nameOf } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

const ENFORCE_LABEL = "pod-security.kubernetes.io/enforce";

export const enforcePodSecurity: Rule<InputNode> = {
  name: "enforce-pod-security",
  items: ["pre.security.pod-security"],
  description:
    "Every namespace enforces the Pod Security level restricted, except the namespace of the node exporters.",
  explanation: "The label applies to every client that creates a pod, not only to this program.",
  remediation: `Label the namespace ${ENFORCE_LABEL}: restricted; move pods that need node access to ${NODES_NAMESPACE}.`,
  subjects: (context) => context.ofKind("Namespace"),
  check: (namespace) => {
    const level = namespace.at("metadata", "labels", ENFORCE_LABEL);
    // Only the level privileged allows hostPath volumes; disallow-host-access limits their paths and workloads.
    const isOfNodes = nameOf(namespace) === NODES_NAMESPACE && level.text === "privileged";
    return level.text === "restricted" || isOfNodes
      ? []
      : [level.violation(`the enforced Pod Security level is ${level.displayText}`)];
  },
};
