import type { Environment } from "../../shared/environments.ts";
import type { SecretName } from "../../shared/secret-names.ts";
import type {
  DEPLOYED,
  Default,
  PlainValue,
  VariableContext,
  VariableDefinition,
  VariableReader,
  VariableType,
} from "./types.ts";

/** What every variable states about itself; `also` names who reads it beside the server. */
interface Common {
  readonly name: string;
  readonly description: string;
  readonly also?: readonly VariableReader[];
}

const readers = (also: readonly VariableReader[] = []): readonly VariableReader[] => ["game-server", ...also];

/** A variable with a default that `gameServer.variables` may override. */
export function setting(
  args: Common & { readonly type: VariableType; readonly default: Default },
): VariableDefinition {
  const { name, description, type } = args;
  return {
    name,
    type,
    source: { kind: "setting", default: args.default },
    readers: readers(args.also),
    description,
  };
}

/** A variable that follows other config (`from`), or that the deployment fixes (no `from`). */
export function derived(
  args: Common & {
    readonly type: VariableType;
    readonly from?: string;
    readonly derive: (context: VariableContext) => PlainValue | typeof DEPLOYED;
  },
): VariableDefinition {
  const { name, description, type, derive } = args;
  const source = {
    kind: "derived" as const,
    derive,
    ...(args.from === undefined ? {} : { from: args.from }),
  };
  return { name, type, source, readers: readers(args.also), description };
}

/** A variable that holds one of the 13 generated secrets. */
export function secret(args: Common & { readonly secret: SecretName }): VariableDefinition {
  const { name, description } = args;
  return {
    name,
    type: text(/^\S{32,}$/, "32 random bytes, encoded"),
    source: { kind: "secret", secret: args.secret },
    readers: readers(args.also),
    description,
  };
}

/** A default that is one thing on a developer's cluster and another wherever players are. */
export function localElse(
  local: PlainValue,
  elsewhere: PlainValue,
): Readonly<Record<Environment, PlainValue>> {
  return { local, staging: elsewhere, production: elsewhere, package: elsewhere };
}

export const boolean: VariableType = { kind: "boolean" };
export const port: VariableType = { kind: "port" };

export function integer(minimum: number, maximum: number): VariableType {
  return { kind: "integer", minimum, maximum };
}

export function choice(...choices: readonly string[]): VariableType {
  return { kind: "choice", choices };
}

export function text(pattern: RegExp, example: string): VariableType {
  return { kind: "text", pattern, example };
}

export function list(entry: RegExp, example: string, options = { allowEmpty: false }): VariableType {
  return { kind: "list", entry, example, allowEmpty: options.allowEmpty };
}
