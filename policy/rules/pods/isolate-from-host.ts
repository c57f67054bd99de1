import { containersOf, type Pod, pods } from "../../kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const isolateFromHost: Rule<Pod> = {
  name: "isolate-from-host",
  items: ["pre.security.containers-hardened"],
  description: "No pod shares its node's network, processes, files or ports.",
  explanation: "What is shared with the node is outside every network policy and every limit.",
  remediation: "Remove hostNetwork, hostPID, hostIPC, hostPath volumes and hostPort.",
  subjects: pods,
  check: (pod) => [
    ...["hostNetwork", "hostPID", "hostIPC"].flatMap((field) => {
      const shared = pod.spec.at(field);
      return shared.exists && shared.flag !== false ? [shared.violation(`${field} is on`)] : [];
    }),
    ...pod.spec.at("volumes").items.flatMap((volume) => {
      const path = volume.at("hostPath");
      return path.exists ? [path.violation(`the volume is a directory of the node (${path.shown})`)] : [];
    }),
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
