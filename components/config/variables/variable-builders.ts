import type { Environment } from "../../shared/environments.ts";
import type { SecretName } from "../../shared/secret-names.ts";
import type {
  DefaultValue,
  PlainValue,
  UNKNOWN_UNTIL_APPLY,
  VariableContext,
  VariableDefinition,
  VariableReader,
  VariableType,
} from "./types.ts";

/** The options of every variable; `otherReaders` are the components that read it in addition to the server. */
interface VariableOptions {
  readonly name: string;
  readonly description: string;
  readonly otherReaders?: readonly VariableReader[];
}

const withGameServer = (others: readonly VariableReader[] = []): readonly VariableReader[] => [
  "game-server",
  ...others,
];

/** A variable with a default that `gameServer.variables` may override. */
export function defineSetting(
  args: VariableOptions & { readonly type: VariableType; readonly default: DefaultValue },
): VariableDefinition {
  const { name, description, type } = args;
  return {
    name,
    type,
    source: { kind: "setting", default: args.default },
    readers: withGameServer(args.otherReaders),
    description,
  };
}

/** A variable that is computed from other config (`from`) or fixed by the deployment (no `from`). */
export function defineDerived(
  args: VariableOptions & {
    readonly type: VariableType;
    readonly from?: string;
    readonly derive: (context: VariableContext) => PlainValue | typeof UNKNOWN_UNTIL_APPLY;
  },
): VariableDefinition {
  const { name, description, type, derive } = args;
  const source = {
    kind: "derived" as const,
    derive,
    ...(args.from === undefined ? {} : { from: args.from }),
  };
  return { name, type, source, readers: withGameServer(args.otherReaders), description };
}

/** A variable whose value is one of the 13 generated secrets. */
export function defineSecret(args: VariableOptions & { readonly secret: SecretName }): VariableDefinition {
  const { name, description } = args;
  return {
    name,
    type: text(/^\S{32,}$/, "32 random bytes, encoded"),
    source: { kind: "secret", secret: args.secret },
    readers: withGameServer(args.otherReaders),
    description,
  };
}

/** A default with one value for `local` and another for all other environments. */
export function localOrElse(local: PlainValue, other: PlainValue): Readonly<Record<Environment, PlainValue>> {
  return { local, staging: other, production: other, package: other };
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
