import { type Container, containers } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const disallowPrivilegedContainers: Rule<Container> = {
  name: "disallow-privileged-containers",
  items: ["pre.security.containers-hardened", "pre.hardening.no-host-access"],
  description: "No container is privileged, adds capabilities or has an unmasked /proc.",
  explanation: "A privileged container has full access to the node, whatever else is restricted.",
  remediation: "Remove privileged, capabilities.add and procMount; listen on a port above 1023 instead.",
  subjects: containers,
  check: ({ node }) => {
    const security = node.at("securityContext");
    const privileged = security.at("privileged");
    const mount = security.at("procMount");
    return [
      ...(privileged.exists && privileged.flag !== false
        ? [privileged.violation("the container is privileged")]
        : []),
      ...security
        .at("capabilities", "add")
        .items.map((added) => added.violation(`capability ${added.displayText} is added`)),
      ...(mount.exists && mount.text !== "Default" ? [mount.violation("/proc is not masked")] : []),
    ];
  },
};
