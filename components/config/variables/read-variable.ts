import type { Config } from "../config.ts";
import type { ResolvedVariable, VariableType } from "./types.ts";

/** What the readers need of a config. */
export type HasVariables = Pick<Config, "variables">;

/**
 * A variable of the catalogue, by name.
 * @throws Error when the catalogue has no such variable: a mistake of the program, not of its user.
 */
export function getVariable(config: HasVariables, name: string): ResolvedVariable {
  const found = config.variables.get(name);
  if (found === undefined) throw new Error(`${name} is not in the catalogue of variables`);
  return found;
}

function getPlainValue(config: HasVariables, name: string, kinds: readonly VariableType["kind"][]): string {
  const found = getVariable(config, name);
  if (found.kind === "secret") throw new Error(`${name} is a secret: refer to it, do not read it`);
  if (found.kind === "deployed") throw new Error(`${name} is known only to the deployment`);
  if (!kinds.includes(found.definition.type.kind)) {
    throw new Error(`${name} is of type ${found.definition.type.kind}, not ${kinds.join(" or ")}`);
  }
  return found.value;
}

/** The value of a text or a choice. */
export function getTextVariable(config: HasVariables, name: string): string {
  return getPlainValue(config, name, ["text", "choice"]);
}

/** The value of a whole number or a port. */
export function getIntegerVariable(config: HasVariables, name: string): number {
  return Number(getPlainValue(config, name, ["integer", "port"]));
}

/** The value of a port. */
export function getPortVariable(config: HasVariables, name: string): number {
  return Number(getPlainValue(config, name, ["port"]));
}

/** The value of a switch. */
export function getBooleanVariable(config: HasVariables, name: string): boolean {
  return getPlainValue(config, name, ["boolean"]) === "true";
}

/** The entries of a list. */
export function getListVariable(config: HasVariables, name: string): readonly string[] {
  const text = getPlainValue(config, name, ["list"]);
  return text === "" ? [] : text.split(",");
}
