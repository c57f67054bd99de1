import type { InputNode, Violation } from "../../input-node.ts";
import { containersOf, type Pod, pods } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

const SECCOMP_PROFILES = ["RuntimeDefault", "Localhost"];

/** The violations for container settings that override those of the pod. */
function containerViolations(security: InputNode): Violation[] {
  const nonRoot = security.at("runAsNonRoot");
  const user = security.at("runAsUser");
  const profile = security.at("seccompProfile", "type");
  return [
    ...(nonRoot.flag === false ? [nonRoot.violation("the container may run as root")] : []),
    ...(user.number === 0 ? [user.violation("the container runs as root")] : []),
    ...(profile.exists && !SECCOMP_PROFILES.includes(profile.text ?? "")
      ? [
          profile.violation(
            `the container's seccomp profile does not filter system calls (${profile.displayText})`,
          ),
        ]
      : []),
  ];
}

export const requirePodSecurityContext: Rule<Pod> = {
  name: "require-pod-security-context",
  items: ["pre.security.containers-hardened"],
  description: "Pods run as a non-root user with a seccomp profile.",
  explanation: "A process that escapes from its container as root is root on the node.",
  remediation:
    "Use restrictedPodSpec(): runAsNonRoot: true, a runAsUser above 0, seccompProfile RuntimeDefault.",
  subjects: pods,
  check: (pod) => {
    const security = pod.spec.at("securityContext");
    const nonRoot = security.at("runAsNonRoot");
    const user = security.at("runAsUser");
    const profile = security.at("seccompProfile", "type");
    return [
      ...(nonRoot.flag === true ? [] : [nonRoot.violation("the pod may run as root")]),
      ...((user.number ?? 0) > 0 ? [] : [user.violation(`runAsUser must be above 0 (${user.displayText})`)]),
      ...(SECCOMP_PROFILES.includes(profile.text ?? "")
        ? []
        : [profile.violation(`the seccomp profile does not filter system calls (${profile.displayText})`)]),
      ...containersOf(pod).flatMap(({ node }) => containerViolations(node.at("securityContext"))),
    ];
  },
};
