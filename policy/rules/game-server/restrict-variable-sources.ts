import type { PolicyContext } from "../../context.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { gameServerContainers } from "../../lib/game-server.ts";
import { type Container, findObject } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** Sources whose value is another one in the next pod. */
const POD_SPECIFIC_SOURCES = ["fieldRef", "resourceFieldRef", "fileKeyRef"];

function envEntryViolations(entry: InputNode): Violation[] {
  const source = entry.at("valueFrom");
  const optional = [source.at("secretKeyRef", "optional"), source.at("configMapKeyRef", "optional")];
  return [
    ...POD_SPECIFIC_SOURCES.map((kind) => source.at(kind))
      .filter(({ exists }) => exists)
      .map((node) => node.violation(`${entry.at("name").displayText} differs from pod to pod`)),
    ...optional
      .filter(({ flag }) => flag === true)
      .map((node) => node.violation(`${entry.at("name").displayText} may be missing after a restart`)),
  ];
}

function envFromViolations(context: PolicyContext, { pod }: Container, source: InputNode): Violation[] {
  const reference = source.at("configMapRef");
  if (!reference.exists) return [];
  const name = reference.at("name");
  const optional = reference.at("optional");
  const present = findObject(context, "ConfigMap", pod.namespace, name.text) !== undefined;
  return [
    ...(present ? [] : [name.violation(`there is no ConfigMap ${name.displayText} in this deployment`)]),
    ...(optional.flag === true ? [optional.violation("the variables may be missing after a restart")] : []),
  ];
}

export const restrictVariableSources: Rule<Container> = {
  name: "restrict-variable-sources",
  items: ["pre.critical.env.survives-restart"],
  description: "Every variable of the game server comes from a ConfigMap or Secret of the deployment.",
  explanation: "A restarted server must find what it found before, on whichever node.",
  remediation: "Set variables through gameServer.variables; they end in the environment ConfigMap.",
  subjects: gameServerContainers,
  check: (server, context) => {
    const sources = server.node.at("envFrom");
    return [
      ...(sources.items.length > 0 ? [] : [sources.violation("the server takes no ConfigMap")]),
      ...sources.items.flatMap((source) => envFromViolations(context, server, source)),
      ...server.node.at("env").items.flatMap(envEntryViolations),
    ];
  },
};
