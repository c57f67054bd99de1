import { NODES_NAMESPACE } from "../../../components/shared/namespaces.ts";
import { containersOf, NAME_LABEL, type Pod, pods } from "../../kubernetes.ts";
import type { Node, Violation } from "../../node.ts";
import type { Rule } from "../../rule.ts";

/** The directories that a workload of the nodes' namespace is for, to be read. */
const DIRECTORIES: Readonly<Record<string, readonly string[]>> = {
  "node-exporter": ["/", "/proc", "/sys"],
  "fluent-bit": ["/var/log"],
};

function mayRead(pod: Pod, path: string | undefined): boolean {
  const workload = pod.labels.at(NAME_LABEL).text ?? "";
  return pod.namespace === NODES_NAMESPACE && (DIRECTORIES[workload] ?? []).includes(path ?? "");
}

/** The mounts of a volume that can be written to. */
function writable(pod: Pod, volume: Node): Violation[] {
  return containersOf(pod)
    .flatMap(({ node }) => node.at("volumeMounts").items)
    .filter((mount) => mount.at("name").text === volume.at("name").text && mount.at("readOnly").flag !== true)
    .map((mount) => mount.at("readOnly").violation("a directory of the node can be written to"));
}

function directories(pod: Pod): Violation[] {
  return pod.spec.at("volumes").items.flatMap((volume) => {
    const path = volume.at("hostPath");
    if (!path.exists) return [];
    if (mayRead(pod, path.at("path").text)) return writable(pod, volume);
    return [path.violation(`the volume is a directory of the node (${path.shown})`)];
  });
}

export const isolateFromHost: Rule<Pod> = {
  name: "isolate-from-host",
  items: ["pre.security.containers-hardened"],
  description: "No pod shares its node's network, processes, files or ports; two may read named directories.",
  explanation: "What is shared with the node is outside every network policy and every limit.",
  remediation:
    "Remove hostNetwork, hostPID, hostIPC, hostPath volumes and hostPort; mount what must be read read-only.",
  subjects: pods,
  check: (pod) => [
    ...["hostNetwork", "hostPID", "hostIPC"].flatMap((field) => {
      const shared = pod.spec.at(field);
      return shared.exists && shared.flag !== false ? [shared.violation(`${field} is on`)] : [];
    }),
    ...directories(pod),
    ...containersOf(pod).flatMap(({ node }) =>
      node.at("ports").items.flatMap((port) => {
        const hostPort = port.at("hostPort");
        // 0 is what the API server writes where nobody asked for one.
        return hostPort.exists && hostPort.number !== 0
          ? [hostPort.violation(`the port is opened on the node (${hostPort.shown})`)]
          : [];
      }),
    ),
  ],
};
