import type { PolicyContext } from "../../context.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { environmentVariable, gameServerContainers } from "../../lib/game-server.ts";
import { type Container, servicesFor } from "../../lib/kubernetes.ts";
import { allowedPeers } from "../../lib/network-policies.ts";
import type { Rule } from "../../rule.ts";

/** Service types that can expose a port outside the cluster. */
const EXTERNAL_SERVICE_TYPES = ["NodePort", "LoadBalancer", "ExternalName"];

function externalServiceViolations(service: InputNode, port: string): Violation[] {
  const type = service.at("spec", "type");
  if (!EXTERNAL_SERVICE_TYPES.includes(type.text ?? "ClusterIP")) return [];
  const carries = service.at("spec", "ports").items.some((entry) => {
    const target = entry.at("targetPort");
    return target.text === "discovery" || String(target.number ?? entry.at("port").number) === port;
  });
  return carries
    ? [
        type.violation(
          `the discovery port ${port} is exposed outside the cluster by a Service of type ${type.displayText}`,
        ),
      ]
    : [];
}

function unexpectedPeerViolations(context: PolicyContext, server: Container, port: string): Violation[] {
  return allowedPeers(context, server.pod, Number(port), "UDP")
    .filter(({ workload }) => workload !== "game-server")
    .map(({ node, workload, given }) =>
      node.violation(
        `the discovery port ${port} is open to ${workload ?? "more than one workload"}`,
        ...given,
      ),
    );
}

export const restrictDiscoveryPortIngress: Rule<Container> = {
  name: "restrict-discovery-port-ingress",
  items: ["pre.security.meshing-internal"],
  description: "Only game servers can reach the discovery port.",
  explanation:
    "All servers share one discovery key; only the network policy limits who can flood the port or replay recent announcements.",
  remediation:
    "Expose GODOT_DISCOVERY_PORT only through the headless Service, and allow ingress only from game-server pods.",
  subjects: gameServerContainers,
  check: (server, context) => {
    const port = environmentVariable(context, server, "GODOT_DISCOVERY_PORT");
    if (port.text === undefined) return [port.violation(`GODOT_DISCOVERY_PORT is ${port.displayText}`)];
    const text = port.text;
    return [
      ...unexpectedPeerViolations(context, server, text),
      ...servicesFor(context, server.pod).flatMap((service) => externalServiceViolations(service, text)),
    ];
  },
};
