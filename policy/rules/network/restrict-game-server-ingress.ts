import type { PolicyContext } from "../../context.ts";
import type { Violation } from "../../input-node.ts";
import { environmentVariable, gameServerContainers } from "../../lib/game-server.ts";
import type { Container } from "../../lib/kubernetes.ts";
import { allowedPeers, isIsolated } from "../../lib/network-policies.ts";
import type { Rule } from "../../rule.ts";

/** The workloads that may connect to each port. Prometheus scrapes /metrics on the HTTP port with its own token. */
const ALLOWED_CLIENTS = {
  GODOT_HTTP_PORT: { protocol: "TCP", workloads: ["gateway", "prometheus"] },
  GODOT_TELEMETRY_PORT: { protocol: "TCP", workloads: ["gateway"] },
  GODOT_DISCOVERY_PORT: { protocol: "UDP", workloads: ["game-server"] },
} as const;

function unexpectedPeerViolations(
  context: PolicyContext,
  server: Container,
  name: keyof typeof ALLOWED_CLIENTS,
): readonly Violation[] {
  const { protocol, workloads } = ALLOWED_CLIENTS[name];
  const port = environmentVariable(context, server, name);
  if (port.text === undefined) return [port.violation(`${name} is ${port.displayText}`)];
  return allowedPeers(context, server.pod, Number(port.text), protocol)
    .filter(({ workload }) => !(workloads as readonly (string | undefined)[]).includes(workload))
    .map(({ node, workload, given }) =>
      node.violation(
        `${workload ?? "more than one workload"} may reach ${protocol} ${port.text} (${name})`,
        ...given,
      ),
    );
}

export const restrictGameServerIngress: Rule<Container> = {
  name: "restrict-game-server-ingress",
  items: ["deploy.day-before.infrastructure.firewall"],
  description:
    "Game servers accept 8080 from the gateway and Prometheus, 8081 from the gateway and 8087 from game servers.",
  explanation: "Traffic that bypasses the gateway has no public TLS, no abuse protection and no access log.",
  remediation:
    "Declare the traffic in components/shared/network/application-flows.ts as a flow from one workload to one port.",
  subjects: gameServerContainers,
  check: (server, context) => [
    ...(isIsolated(context, server.pod)
      ? []
      : [server.pod.owner.at("metadata", "name").violation("no NetworkPolicy selects these pods")]),
    ...(Object.keys(ALLOWED_CLIENTS) as (keyof typeof ALLOWED_CLIENTS)[]).flatMap((name) =>
      unexpectedPeerViolations(context, server, name),
    ),
  ],
};
