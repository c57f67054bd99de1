import type { Config } from "../config.ts";
import type { ResolvedVariable, VariableType } from "./types.ts";

/** The part of a config that these functions read. */
type HasVariables = Pick<Config, "variables">;

/**
 * A variable of the catalogue, by name.
 * @throws Error when the catalogue has no such variable, which is a bug in the program.
 */
export function getVariable(config: HasVariables, name: string): ResolvedVariable {
  const found = config.variables.get(name);
  if (found === undefined) throw new Error(`${name} is not in the catalogue of variables`);
  return found;
}

function getPlainValue(config: HasVariables, name: string, kinds: readonly VariableType["kind"][]): string {
  const found = getVariable(config, name);
  if (found.kind === "secret")
    throw new Error(`${name} is a secret: use a Secret reference instead of its value`);
  if (found.kind === "deployed") throw new Error(`${name} is unknown until apply`);
  if (!kinds.includes(found.definition.type.kind)) {
    throw new Error(`${name} is of type ${found.definition.type.kind}, not ${kinds.join(" or ")}`);
  }
  return found.value;
}

/** The value of a text or choice variable. */
export function getTextVariable(config: HasVariables, name: string): string {
  return getPlainValue(config, name, ["text", "choice"]);
}

/** The value of an integer or port variable. */
export function getIntegerVariable(config: HasVariables, name: string): number {
  return Number(getPlainValue(config, name, ["integer", "port"]));
}

/** The value of a boolean variable. */
export function getBooleanVariable(config: HasVariables, name: string): boolean {
  return getPlainValue(config, name, ["boolean"]) === "true";
}
