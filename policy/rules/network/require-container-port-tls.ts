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
 * The debug adapters speak no TLS; `disallow-debug-ports` keeps them to local. Discovery is UDP;
 * `restrict-discovery-port-ingress` guards it.
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
  items: [],
  description: "Every TCP port that leaves a pod speaks TLS.",
  explanation: "Tokens and player data cross the nodes' network, which we do not own.",
  remediation:
    "Serve TLS, and show it: probe the port with scheme HTTPS, or mount a config that turns plain text off.",
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
            `nothing shows that port ${port.at("containerPort").displayText} speaks TLS`,
            ...["args", "env", "envFrom", "readinessProbe", "livenessProbe", "startupProbe"].map((field) =>
              container.node.at(field),
            ),
            container.pod.spec.at("volumes"),
          ),
        ],
};
