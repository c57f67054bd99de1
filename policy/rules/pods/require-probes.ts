import type { InputNode } from "../../input-node.ts";
import { type Container, longRunningPods, mainContainers } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

const HANDLERS = ["httpGet", "tcpSocket", "exec", "grpc"];

function hasHandler(probe: InputNode): boolean {
  return HANDLERS.some((handler) => probe.at(handler).exists);
}

export const requireProbes: Rule<Container> = {
  name: "require-probes",
  items: ["pre.availability.probes"],
  description: "Every long-running container has a readiness probe and a liveness probe.",
  explanation:
    "Without a readiness probe, players are routed to starting pods; without a liveness probe, a hung pod is not restarted.",
  remediation:
    "Give the container a readinessProbe and a livenessProbe with httpGet, tcpSocket, exec or grpc.",
  subjects: (context) => longRunningPods(context).flatMap(mainContainers),
  check: ({ node }) =>
    ["readinessProbe", "livenessProbe"].flatMap((name) => {
      const probe = node.at(name);
      return hasHandler(probe) ? [] : [probe.violation(`${name} has no handler`)];
    }),
};
