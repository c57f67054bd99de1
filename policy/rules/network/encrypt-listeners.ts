import type { PolicyContext } from "../../context.ts";
import { variable } from "../../game-server.ts";
import { type Container, mainContainers, servingPods } from "../../kubernetes.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";
import { speaksTls } from "../../tls-evidence.ts";

interface Listener {
  readonly container: Container;
  readonly port: Node;
}

/**
 * The debug adapters speak no TLS; `close-debug-ports` keeps them to local. Discovery is UDP;
 * `keep-mesh-internal` guards it.
 */
function isGuardedElsewhere(context: PolicyContext, { container, port }: Listener): boolean {
  if ((port.at("protocol").text ?? "TCP") === "UDP") return true;
  const number = String(port.at("containerPort").number);
  return ["GODOT_DAP_PORT", "GODOT_LSP_PORT"].some(
    (name) => variable(context, container, name).text === number,
  );
}

export const encryptListeners: Rule<Listener> = {
  name: "encrypt-listeners",
  items: [],
  description: "Every TCP port that leaves a pod speaks TLS.",
  explanation: "Tokens and player data cross the nodes' network, which we do not own.",
  remediation:
    "Serve TLS, and show it: probe the port with scheme HTTPS, or mount a config that turns plain text off.",
  subjects: (context) =>
    servingPods(context)
      .flatMap(mainContainers)
      .flatMap((container) => container.node.at("ports").items.map((port) => ({ container, port })))
      .filter((listener) => !isGuardedElsewhere(context, listener)),
  check: ({ container, port }, context) =>
    speaksTls(context, container, port)
      ? []
      : [
          port.violation(
            `nothing shows that port ${port.at("containerPort").shown} speaks TLS`,
            ...["args", "env", "envFrom", "readinessProbe", "livenessProbe", "startupProbe"].map((field) =>
              container.node.at(field),
            ),
            container.pod.spec.at("volumes"),
          ),
        ],
};
