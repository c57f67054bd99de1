import { type Container, containers } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const requireContainerSecurityContext: Rule<Container> = {
  name: "require-container-security-context",
  items: ["pre.security.containers-hardened"],
  description: "Containers drop every capability, cannot gain privileges and cannot write to their image.",
  explanation: "An attacker who takes over a process cannot escalate privileges or write files.",
  remediation:
    "Set allowPrivilegeEscalation: false, capabilities.drop: [ALL] and readOnlyRootFilesystem: true, as RESTRICTED_CONTAINER has them.",
  subjects: containers,
  check: ({ node }) => {
    const security = node.at("securityContext");
    const escalation = security.at("allowPrivilegeEscalation");
    const readOnly = security.at("readOnlyRootFilesystem");
    const dropped = security.at("capabilities", "drop");
    return [
      ...(escalation.flag === false ? [] : [escalation.violation("privileges can be gained")]),
      ...(readOnly.flag === true ? [] : [readOnly.violation("the root file system is writable")]),
      ...(dropped.items.some(({ text }) => text === "ALL")
        ? []
        : [dropped.violation("not every capability is dropped")]),
    ];
  },
};
