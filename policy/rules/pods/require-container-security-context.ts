import { type Container, containers } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const requireContainerSecurityContext: Rule<Container> = {
  name: "require-container-security-context",
  items: ["pre.security.containers-hardened"],
  description:
    "Containers drop all capabilities, disallow privilege escalation and have a read-only root file system.",
  explanation:
    "An attacker in a compromised process can neither escalate privileges nor write tools to disk.",
  remediation:
    "Set allowPrivilegeEscalation: false, capabilities.drop: [ALL] and readOnlyRootFilesystem: true, as RESTRICTED_SECURITY_CONTEXT does.",
  subjects: containers,
  check: ({ node }) => {
    const security = node.at("securityContext");
    const escalation = security.at("allowPrivilegeEscalation");
    const readOnly = security.at("readOnlyRootFilesystem");
    const dropped = security.at("capabilities", "drop");
    return [
      ...(escalation.flag === false ? [] : [escalation.violation("privilege escalation is allowed")]),
      ...(readOnly.flag === true ? [] : [readOnly.violation("the root file system is writable")]),
      ...(dropped.items.some(({ text }) => text === "ALL")
        ? []
        : [dropped.violation("the container does not drop all capabilities")]),
    ];
  },
};
