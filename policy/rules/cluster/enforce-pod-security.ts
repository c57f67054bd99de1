import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

const LABEL = "pod-security.kubernetes.io/enforce";

export const enforcePodSecurity: Rule<Node> = {
  name: "enforce-pod-security",
  items: ["pre.security.pod-security"],
  description: "Every namespace enforces the restricted pod security level.",
  explanation: "It holds for whoever creates a pod, not only for this program.",
  remediation: `Label the namespace ${LABEL}: restricted.`,
  subjects: (context) => context.ofKind("Namespace"),
  check: (namespace) => {
    const level = namespace.at("metadata", "labels", LABEL);
    return level.text === "restricted" ? [] : [level.violation(`the enforced level is ${level.shown}`)];
  },
};
