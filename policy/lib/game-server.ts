import type { PolicyContext } from "../context.ts";
import type { InputNode, Violation } from "../input-node.ts";
import type { Rule } from "../rule.ts";
import { type Container, findObject, mainContainers, podsOfWorkloads } from "./kubernetes.ts";

/** The label and container name of the game server. */
export const GAME_SERVER = "game-server";

/** The game server container of each pool. */
export function gameServerContainers(context: PolicyContext): readonly Container[] {
  return podsOfWorkloads(context, GAME_SERVER).flatMap((pod) => {
    const all = mainContainers(pod);
    const named = all.filter(({ node }) => node.at("name").text === GAME_SERVER);
    // A renamed container must not bypass the rules: without one of that name, all containers of the pod are checked.
    return named.length > 0 ? named : all;
  });
}

/**
 * The source of a variable's value: the `env` entry of the container, or else the key of a ConfigMap in `envFrom`. A source
 * that is unknown until apply may contain the variable, so it is returned as the value.
 */
export function environmentVariable(context: PolicyContext, container: Container, name: string): InputNode {
  const entries = container.node.at("env");
  if (entries.unknown) return entries.at(name);
  const own = entries.items
    .map((entry) => valueFromEntry(entry, name))
    .findLast((value) => value?.isSetOrUnknown);
  if (own !== undefined) return own;
  const sources = container.node
    .at("envFrom")
    .items.map((source) => valueFromConfigMap(context, container, source, name));
  // If it is not set, the finding is about the ConfigMap that should contain it.
  return sources.findLast((value) => value?.isSetOrUnknown) ?? sources.at(-1) ?? container.node.at("envFrom");
}

function valueFromEntry(entry: InputNode, name: string): InputNode | undefined {
  const own = entry.at("name");
  if (own.text !== name) return own.unknown ? own : undefined;
  return entry.at("value").isSetOrUnknown ? entry.at("value") : entry.at("valueFrom");
}

function valueFromConfigMap(
  context: PolicyContext,
  { pod }: Container,
  source: InputNode,
  name: string,
): InputNode | undefined {
  const reference = source.at("configMapRef", "name");
  if (reference.unknown) return reference;
  return findObject(context, "ConfigMap", pod.namespace, reference.text)?.at("data", name);
}

/** The value of a variable as a string. */
export function textVariable(context: PolicyContext, container: Container, name: string): string | undefined {
  return environmentVariable(context, container, name).text;
}

/** The entries of a comma-separated variable. */
export function listVariable(context: PolicyContext, container: Container, name: string): readonly string[] {
  const text = textVariable(context, container, name) ?? "";
  return text === "" ? [] : text.split(",");
}

interface VariableRule extends Omit<Rule, "subjects" | "check"> {
  /**
   * The checked variables, each with a function that returns the problem with a value (undefined if it complies). The problem
   * starts with "must".
   */
  readonly variables: Readonly<
    Record<string, (value: string | undefined, context: PolicyContext) => string | undefined>
  >;
}

/** A rule about variables of every game server. */
export function variableRule({ variables, ...rule }: VariableRule): Rule<Container> {
  return {
    ...rule,
    subjects: gameServerContainers,
    check: (server, context): readonly Violation[] =>
      Object.entries(variables).flatMap(([name, problem]) => {
        const node = environmentVariable(context, server, name);
        const message = problem(node.text, context);
        return message === undefined ? [] : [node.violation(`${name} is ${node.displayText} and ${message}`)];
      }),
  };
}

/** For `variableRule`: the variable must have exactly this value. */
export function mustEqual(expected: string, why: string): (value: string | undefined) => string | undefined {
  return (value) => (value === expected ? undefined : `must be ${JSON.stringify(expected)}: ${why}`);
}
