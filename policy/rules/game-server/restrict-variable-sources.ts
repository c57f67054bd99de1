import type { PolicyContext } from "../../context.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { gameServerContainers } from "../../lib/game-server.ts";
import { type Container, findObject } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** Sources whose value differs between pods. */
const POD_SPECIFIC_SOURCES = ["fieldRef", "resourceFieldRef", "fileKeyRef"];

function envEntryViolations(entry: InputNode): Violation[] {
  const source = entry.at("valueFrom");
  const optional = [source.at("secretKeyRef", "optional"), source.at("configMapKeyRef", "optional")];
  return [
    ...POD_SPECIFIC_SOURCES.map((kind) => source.at(kind))
      .filter(({ exists }) => exists)
      .map((node) => node.violation(`${entry.at("name").displayText} has a different value in each pod`)),
    ...optional
      .filter(({ flag }) => flag === true)
      .map((node) =>
        node.violation(
          `${entry.at("name").displayText} may be missing after a restart because its source is optional`,
        ),
      ),
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
    ...(optional.flag === true
      ? [optional.violation("the variables may be missing after a restart because the ConfigMap is optional")]
      : []),
  ];
}

export const restrictVariableSources: Rule<Container> = {
  name: "restrict-variable-sources",
  items: ["pre.critical.env.survives-restart"],
  description:
    "All environment variables of the game server come from ConfigMaps or Secrets of this deployment.",
  explanation: "A restarted server must get the same values on every node.",
  remediation: "Set variables in gameServer.variables; the program writes them to the environment ConfigMap.",
  subjects: gameServerContainers,
  check: (server, context) => {
    const sources = server.node.at("envFrom");
    return [
      ...(sources.items.length > 0 ? [] : [sources.violation("the server container has no envFrom")]),
      ...sources.items.flatMap((source) => envFromViolations(context, server, source)),
      ...server.node.at("env").items.flatMap(envEntryViolations),
    ];
  },
};
