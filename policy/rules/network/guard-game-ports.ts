import type { PolicyContext } from "../../context.ts";
import { gameServers, variable } from "../../game-server.ts";
import type { Container } from "../../kubernetes.ts";
import { isIsolated, openings } from "../../network.ts";
import type { Violation } from "../../node.ts";
import type { Rule } from "../../rule.ts";

/** Who may reach which port. Prometheus scrapes /metrics on the HTTP port with a token of its own. */
const ALLOWED = {
  GODOT_HTTP_PORT: { protocol: "TCP", workloads: ["gateway", "prometheus"] },
  GODOT_TELEMETRY_PORT: { protocol: "TCP", workloads: ["gateway"] },
  GODOT_DISCOVERY_PORT: { protocol: "UDP", workloads: ["game-server"] },
} as const;

function strangers(
  context: PolicyContext,
  server: Container,
  name: keyof typeof ALLOWED,
): readonly Violation[] {
  const { protocol, workloads } = ALLOWED[name];
  const port = variable(context, server, name);
  if (port.text === undefined) return [port.violation(`${name} is ${port.shown}`)];
  return openings(context, server.pod, Number(port.text), protocol)
    .filter(({ workload }) => !(workloads as readonly (string | undefined)[]).includes(workload))
    .map(({ node, workload, given }) =>
      node.violation(
        `${workload ?? "more than one workload"} may reach ${protocol} ${port.text} (${name})`,
        ...given,
      ),
    );
}

export const guardGamePorts: Rule<Container> = {
  name: "guard-game-ports",
  items: ["deploy.day-before.infrastructure.firewall"],
  description: "8080 and 8081 are open to the gateway (8080 to Prometheus too), 8087 to fellow servers.",
  explanation: "Past the gateway there is no TLS for players, no shield and no log of who came.",
  remediation: "Declare the traffic as a flow in components/shared/flows.ts, from one workload to one port.",
  subjects: gameServers,
  check: (server, context) => [
    ...(isIsolated(context, server.pod)
      ? []
      : [server.pod.owner.at("metadata", "name").violation("no network policy governs these pods")]),
    ...(Object.keys(ALLOWED) as (keyof typeof ALLOWED)[]).flatMap((name) => strangers(context, server, name)),
  ],
};
