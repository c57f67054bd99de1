import { NODES_NAMESPACE } from "../../../components/shared/kubernetes/namespaces.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { containersOf, NAME_LABEL, type Pod, pods } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** The host directories that workloads in the nodes namespace may mount read-only. */
const ALLOWED_HOST_PATHS: Readonly<Record<string, readonly string[]>> = {
  "node-exporter": ["/", "/proc", "/sys"],
  "fluent-bit": ["/var/log"],
};

function isAllowedHostPath(pod: Pod, path: string | undefined): boolean {
  const workload = pod.labels.at(NAME_LABEL).text ?? "";
  return pod.namespace === NODES_NAMESPACE && (ALLOWED_HOST_PATHS[workload] ?? []).includes(path ?? "");
}

/** The violations for mounts of a volume that are not read-only. */
function writableMountViolations(pod: Pod, volume: InputNode): Violation[] {
  return containersOf(pod)
    .flatMap(({ node }) => node.at("volumeMounts").items)
    .filter((mount) => mount.at("name").text === volume.at("name").text && mount.at("readOnly").flag !== true)
    .map((mount) => mount.at("readOnly").violation("the hostPath volume is not mounted read-only"));
}

function hostPathViolations(pod: Pod): Violation[] {
  return pod.spec.at("volumes").items.flatMap((volume) => {
    const path = volume.at("hostPath");
    if (!path.exists) return [];
    if (isAllowedHostPath(pod, path.at("path").text)) return writableMountViolations(pod, volume);
    return [path.violation(`the volume is a hostPath (${path.displayText})`)];
  });
}

export const disallowHostAccess: Rule<Pod> = {
  name: "disallow-host-access",
  items: ["pre.security.containers-hardened", "pre.hardening.no-host-access"],
  description:
    "No pod uses host namespaces, hostPath or hostPort; node-exporter and fluent-bit may read listed directories.",
  explanation: "Network policies and resource limits do not apply to what a pod shares with its node.",
  remediation:
    "Remove hostNetwork, hostPID, hostIPC, hostPath volumes and hostPort; mount allowed directories read-only.",
  subjects: pods,
  check: (pod) => [
    ...["hostNetwork", "hostPID", "hostIPC"].flatMap((field) => {
      const shared = pod.spec.at(field);
      return shared.exists && shared.flag !== false ? [shared.violation(`${field} is enabled`)] : [];
    }),
    ...hostPathViolations(pod),
    ...containersOf(pod).flatMap(({ node }) =>
      node.at("ports").items.flatMap((port) => {
        const hostPort = port.at("hostPort");
        // 0 means that no host port is requested.
        return hostPort.exists && hostPort.number !== 0
          ? [hostPort.violation(`the container sets hostPort (${hostPort.displayText})`)]
          : [];
      }),
    ),
  ],
};
