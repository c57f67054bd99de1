import type { PolicyContext } from "../../context.ts";
import { gameServers } from "../../game-server.ts";
import { type Container, findObject } from "../../kubernetes.ts";
import type { Node, Violation } from "../../node.ts";
import type { Rule } from "../../rule.ts";

/** Sources whose value is another one in the next pod. */
const VOLATILE = ["fieldRef", "resourceFieldRef", "fileKeyRef"];

function ofEntry(entry: Node): Violation[] {
  const source = entry.at("valueFrom");
  const optional = [source.at("secretKeyRef", "optional"), source.at("configMapKeyRef", "optional")];
  return [
    ...VOLATILE.map((kind) => source.at(kind))
      .filter(({ exists }) => exists)
      .map((node) => node.violation(`${entry.at("name").shown} differs from pod to pod`)),
    ...optional
      .filter(({ flag }) => flag === true)
      .map((node) => node.violation(`${entry.at("name").shown} may be missing after a restart`)),
  ];
}

function ofSource(context: PolicyContext, { pod }: Container, source: Node): Violation[] {
  const reference = source.at("configMapRef");
  if (!reference.exists) return [];
  const name = reference.at("name");
  const optional = reference.at("optional");
  const present = findObject(context, "ConfigMap", pod.namespace, name.text) !== undefined;
  return [
    ...(present ? [] : [name.violation(`there is no ConfigMap ${name.shown} in this deployment`)]),
    ...(optional.flag === true ? [optional.violation("the variables may be missing after a restart")] : []),
  ];
}

export const storeVariables: Rule<Container> = {
  name: "store-variables",
  items: ["pre.critical.env.survives-restart"],
  description: "Every variable of the game server comes from a ConfigMap or Secret of the deployment.",
  explanation: "A restarted server must find what it found before, on whichever node.",
  remediation: "Set variables through gameServer.variables; they end in the environment ConfigMap.",
  subjects: gameServers,
  check: (server, context) => {
    const sources = server.node.at("envFrom");
    return [
      ...(sources.items.length > 0 ? [] : [sources.violation("the server takes no ConfigMap")]),
      ...sources.items.flatMap((source) => ofSource(context, server, source)),
      ...server.node.at("env").items.flatMap(ofEntry),
    ];
  },
};
