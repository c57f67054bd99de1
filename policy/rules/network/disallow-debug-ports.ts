import type { PolicyContext } from "../../context.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { environmentVariable, gameServerContainers } from "../../lib/game-server.ts";
import { containers } from "../../lib/kubernetes.ts";
import { ruleAllowsPort } from "../../lib/network-policies.ts";
import type { Rule } from "../../rule.ts";

/** The debug adapter (DAP) and the GDScript language server (LSP). */
const DEBUG_PORTS = [6006, 6005];

const isDebugPort = (port: InputNode): boolean => DEBUG_PORTS.includes(port.number ?? Number(port.text));

function debugPortViolations(list: InputNode, ...fields: readonly string[]): Violation[] {
  return list.items
    .flatMap((entry) => fields.map((field) => entry.at(field)))
    .filter(isDebugPort)
    .map((port) => port.violation(`debug port ${port.displayText} is open`));
}

function networkPolicyViolations(policy: InputNode): Violation[] {
  return policy
    .at("spec", "ingress")
    .items.filter((rule) => DEBUG_PORTS.some((port) => ruleAllowsPort(rule, port, "TCP")))
    .map((rule) => rule.at("ports").violation("this rule allows traffic to a debug port"));
}

function debugAdapterViolations(context: PolicyContext): Violation[] {
  return gameServerContainers(context).flatMap((server) => {
    const adapters = environmentVariable(context, server, "GODOT_DEBUG_ADAPTERS_ENABLED");
    return adapters.text === "false"
      ? []
      : [adapters.violation(`GODOT_DEBUG_ADAPTERS_ENABLED is ${adapters.displayText}, not "false"`)];
  });
}

/** The kinds of objects that can open a debug port; all objects of a kind are checked as one subject. */
type Subject = "containers" | "services" | "policies" | "servers";

export const disallowDebugPorts: Rule<Subject> = {
  name: "disallow-debug-ports",
  items: ["pre.security.debug-ports-closed"],
  description: "Outside local, the debug adapter port (6006) and the language server port (6005) are closed.",
  explanation: "A client that reaches the debug adapter can run code in the server.",
  remediation:
    "Set GODOT_DEBUG_ADAPTERS_ENABLED to false, remove the ports, and list ports in every ingress rule.",
  environments: ["staging", "production", "package"],
  subjects: (context) => {
    const found: readonly (readonly [Subject, number])[] = [
      ["containers", containers(context).length],
      ["services", context.ofKind("Service").length],
      ["policies", context.ofKind("NetworkPolicy").length],
      ["servers", gameServerContainers(context).length],
    ];
    return found.filter(([, count]) => count > 0).map(([subject]) => subject);
  },
  check: (subject, context) => {
    switch (subject) {
      case "containers":
        return containers(context).flatMap(({ node }) =>
          debugPortViolations(node.at("ports"), "containerPort"),
        );
      case "services":
        return context
          .ofKind("Service")
          .flatMap((service) => debugPortViolations(service.at("spec", "ports"), "port", "targetPort"));
      case "policies":
        return context.ofKind("NetworkPolicy").flatMap(networkPolicyViolations);
      case "servers":
        return debugAdapterViolations(context);
    }
  },
};
