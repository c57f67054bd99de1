import type { Environment } from "../../shared/environments.ts";
import type { SecretName } from "../../shared/secret-names.ts";
import type { StackFile } from "../schema/stack-schema.ts";

/** The input of derived variables: the stack file and its environment. */
export interface VariableContext {
  readonly environment: Environment;
  readonly stack: StackFile;
}

/** The type of a variable's value. The unit is part of the name (`_SECONDS`, `_MB`, `_HZ`). */
export type VariableType =
  | { readonly kind: "boolean" }
  | { readonly kind: "integer"; readonly minimum: number; readonly maximum: number }
  | { readonly kind: "port" }
  | { readonly kind: "text"; readonly pattern: RegExp; readonly example: string }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  /** Comma-separated; every entry matches the pattern; may be empty only with `allowEmpty`. */
  | { readonly kind: "list"; readonly entry: RegExp; readonly example: string; readonly allowEmpty: boolean };

/** A value before it is formatted as an environment variable. */
export type PlainValue = string | number | boolean;

/** Marks a value that the provider assigns, such as the address of a database that does not exist yet. */
export const UNKNOWN_UNTIL_APPLY = Symbol("unknown until apply");

/** A default value: one for all environments, or one per environment. */
export type DefaultValue = PlainValue | Readonly<Record<Environment, PlainValue>>;

/** Where a variable's value comes from. */
export type VariableSource =
  /** A setting with a default; `gameServer.variables` may override it. */
  | { readonly kind: "setting"; readonly default: DefaultValue }
  /**
   * Computed, so an override is rejected. `from` is the config path to change instead; without it, the deployment fixes
   * the value (a mount path, the name of a Service).
   */
  | {
      readonly kind: "derived";
      readonly from?: string;
      readonly derive: (context: VariableContext) => PlainValue | typeof UNKNOWN_UNTIL_APPLY;
    }
  /** One of the 13 generated secrets, passed as a Secret reference, never as a value. */
  | { readonly kind: "secret"; readonly secret: SecretName };

/** One of the 119 variables of the game server's environment. */
export interface VariableDefinition {
  readonly name: string;
  readonly type: VariableType;
  readonly source: VariableSource;
  /** The server, and for some variables other rendered objects (ports, network policies, nginx). */
  readonly readers: readonly VariableReader[];
  readonly description: string;
}

export type VariableReader = "game-server" | "gateway" | "kubernetes" | "monitoring";

/** A group of variables in the reference. */
export interface VariableCategory {
  readonly title: string;
  readonly variables: readonly VariableDefinition[];
}

/** A variable with its value for one stack: a string, or a reference to a generated secret. */
export type ResolvedVariable =
  | { readonly kind: "plain"; readonly definition: VariableDefinition; readonly value: string }
  /** The value is a provider output that the program passes to the pod. */
  | { readonly kind: "deployed"; readonly definition: VariableDefinition }
  | { readonly kind: "secret"; readonly definition: VariableDefinition; readonly secret: SecretName };
