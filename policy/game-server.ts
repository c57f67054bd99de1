import type { PolicyContext } from "./context.ts";
import { type Container, findObject, mainContainers, podsNamed } from "./kubernetes.ts";
import type { Node, Violation } from "./node.ts";
import type { Rule } from "./rule.ts";

/** The label and container name of the game server. */
export const GAME_SERVER = "game-server";

/** The container of each pool that runs the game server. */
export function gameServers(context: PolicyContext): readonly Container[] {
  return podsNamed(context, GAME_SERVER).flatMap((pod) => {
    const all = mainContainers(pod);
    const named = all.filter(({ node }) => node.at("name").text === GAME_SERVER);
    // A renamed container must not slip out of the rules: then every container of the pod has to comply.
    return named.length > 0 ? named : all;
  });
}

/**
 * What gives a variable its value: the entry of the container itself, else the key of a ConfigMap that it
 * takes whole. A source that is not known yet may give it too, so it stands for the value.
 */
export function variable(context: PolicyContext, container: Container, name: string): Node {
  const entries = container.node.at("env");
  if (entries.unknown) return entries.at(name);
  const own = entries.items.map((entry) => entryValue(entry, name)).findLast((value) => value?.given);
  if (own !== undefined) return own;
  const sources = container.node
    .at("envFrom")
    .items.map((source) => sourceValue(context, container, source, name));
  // Where nobody sets it, the place at fault is the ConfigMap that should.
  return sources.findLast((value) => value?.given) ?? sources.at(-1) ?? container.node.at("envFrom");
}

function entryValue(entry: Node, name: string): Node | undefined {
  const own = entry.at("name");
  if (own.text !== name) return own.unknown ? own : undefined;
  return entry.at("value").given ? entry.at("value") : entry.at("valueFrom");
}

function sourceValue(
  context: PolicyContext,
  { pod }: Container,
  source: Node,
  name: string,
): Node | undefined {
  const reference = source.at("configMapRef", "name");
  if (reference.unknown) return reference;
  return findObject(context, "ConfigMap", pod.namespace, reference.text)?.at("data", name);
}

/** A variable as text. */
export function textVariable(context: PolicyContext, container: Container, name: string): string | undefined {
  return variable(context, container, name).text;
}

/** The entries of a comma-separated variable. */
export function listVariable(context: PolicyContext, container: Container, name: string): readonly string[] {
  const text = textVariable(context, container, name) ?? "";
  return text === "" ? [] : text.split(",");
}

interface VariableRule extends Omit<Rule, "subjects" | "check"> {
  /**
   * The variables to look at, and what is wrong with a value (undefined where there is none), starting with
   * "must".
   */
  readonly variables: Readonly<
    Record<string, (value: string | undefined, context: PolicyContext) => string | undefined>
  >;
}

/** A rule about single variables of every game server. */
export function variableRule({ variables, ...rule }: VariableRule): Rule<Container> {
  return {
    ...rule,
    subjects: gameServers,
    check: (server, context): readonly Violation[] =>
      Object.entries(variables).flatMap(([name, problem]) => {
        const node = variable(context, server, name);
        const message = problem(node.text, context);
        return message === undefined ? [] : [node.violation(`${name} is ${node.shown} and ${message}`)];
      }),
  };
}

/** For `variableRule`: the variable has exactly this value. */
export function mustBe(expected: string, why: string): (value: string | undefined) => string | undefined {
  return (value) => (value === expected ? undefined : `must be ${JSON.stringify(expected)}: ${why}`);
}
