import type { PolicyContext } from "../../context.ts";
import type { InputNode } from "../../input-node.ts";
import { environmentVariable } from "../../lib/game-server.ts";
import { type Container, longRunningPods, mainContainers } from "../../lib/kubernetes.ts";
import { servesTls } from "../../lib/tls-evidence.ts";
import type { Rule } from "../../rule.ts";

interface Listener {
  readonly container: Container;
  readonly port: InputNode;
}

/**
 * The debug adapters do not support TLS, but `disallow-debug-ports` allows them only in local. Discovery uses UDP, and
 * `restrict-discovery-port-ingress` limits its clients.
 */
function isCoveredByOtherRule(context: PolicyContext, { container, port }: Listener): boolean {
  if ((port.at("protocol").text ?? "TCP") === "UDP") return true;
  const number = String(port.at("containerPort").number);
  return ["GODOT_DAP_PORT", "GODOT_LSP_PORT"].some(
    (name) => environmentVariable(context, container, name).text === number,
  );
}

export const requireContainerPortTls: Rule<Listener> = {
  name: "require-container-port-tls",
  items: ["pre.hardening.encrypted-connections"],
  description: "Every TCP port of a pod serves TLS.",
  explanation: "Tokens and player data cross the network between nodes, which the product does not control.",
  remediation:
    "Serve TLS and make it visible in the plan: probe the port with scheme HTTPS, or mount a configuration that disables plaintext.",
  subjects: (context) =>
    longRunningPods(context)
      .flatMap(mainContainers)
      .flatMap((container) => container.node.at("ports").items.map((port) => ({ container, port })))
      .filter((listener) => !isCoveredByOtherRule(context, listener)),
  check: ({ container, port }, context) =>
    servesTls(context, container, port)
      ? []
      : [
          port.violation(
            `no probe or configuration shows TLS on port ${port.at("containerPort").displayText}`,
            ...["args", "env", "envFrom", "readinessProbe", "livenessProbe", "startupProbe"].map((field) =>
              container.node.at(field),
            ),
            container.pod.spec.at("volumes"),
          ),
        ],
};
