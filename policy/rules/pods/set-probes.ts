import { type Container, mainContainers, servingPods } from "../../kubernetes.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

const HANDLERS = ["httpGet", "tcpSocket", "exec", "grpc"];

function asks(probe: Node): boolean {
  return HANDLERS.some((handler) => probe.at(handler).exists);
}

export const setProbes: Rule<Container> = {
  name: "set-probes",
  items: [],
  description: "Every container that runs on has a readiness and a liveness probe.",
  explanation: "Without readiness a starting pod is sent players; without liveness a hung one keeps them.",
  remediation:
    "Give the container a readinessProbe and a livenessProbe with httpGet, tcpSocket, exec or grpc.",
  subjects: (context) => servingPods(context).flatMap(mainContainers),
  check: ({ node }) =>
    ["readinessProbe", "livenessProbe"].flatMap((name) => {
      const probe = node.at(name);
      return asks(probe) ? [] : [probe.violation(`${name} asks nothing`)];
    }),
};
