import type { Environment } from "../../shared/environments.ts";
import type { SecretName } from "../../shared/secret-names.ts";
import type { StackFile } from "../schema/stack-schema.ts";

/** What the derived variables are computed from: the stack file and the environment it belongs to. */
export interface VariableContext {
  readonly environment: Environment;
  readonly stack: StackFile;
}

/** The form of a variable's text. Units stand in the name (`_SECONDS`, `_MB`, `_HZ`). */
export type VariableType =
  | { readonly kind: "boolean" }
  | { readonly kind: "integer"; readonly minimum: number; readonly maximum: number }
  | { readonly kind: "port" }
  | { readonly kind: "text"; readonly pattern: RegExp; readonly example: string }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  /** Comma-separated; every entry matches the pattern; may be empty only where `allowEmpty` says so. */
  | { readonly kind: "list"; readonly entry: RegExp; readonly example: string; readonly allowEmpty: boolean };

/** A plain value before it becomes the text of an environment variable. */
export type PlainValue = string | number | boolean;

/** In place of a value that a provider chooses, such as the address of a database that does not exist yet. */
export const UNKNOWN_UNTIL_APPLY = Symbol("known only to the deployment");

/** A default: the same everywhere, or named per environment. */
export type DefaultValue = PlainValue | Readonly<Record<Environment, PlainValue>>;

/** Where a variable's value comes from. */
export type VariableSource =
  /** A setting with a default; `gameServer.variables` may override it. */
  | { readonly kind: "setting"; readonly default: DefaultValue }
  /**
   * Computed, so an override is refused. `from` is the config path to change instead; without it the deployment itself
   * fixes the value (a mount path, the name of a Service).
   */
  | {
      readonly kind: "derived";
      readonly from?: string;
      readonly derive: (context: VariableContext) => PlainValue | typeof UNKNOWN_UNTIL_APPLY;
    }
  /** One of the 13 generated secrets, handed over as a Secret reference, never as text. */
  | { readonly kind: "secret"; readonly secret: SecretName };

/** One of the 119 variables of the game server's environment. */
export interface VariableDefinition {
  readonly name: string;
  readonly type: VariableType;
  readonly source: VariableSource;
  /** Who reads it: the server, and for some the rendered objects beside its environment (ports, policies, nginx). */
  readonly readers: readonly VariableReader[];
  readonly description: string;
}

export type VariableReader = "game-server" | "gateway" | "kubernetes";

/** A named group of variables, as the reference shows them. */
export interface VariableCategory {
  readonly title: string;
  readonly variables: readonly VariableDefinition[];
}

/** A variable with its value for one stack: text, or a reference to a generated secret. */
export type ResolvedVariable =
  | { readonly kind: "plain"; readonly definition: VariableDefinition; readonly value: string }
  /** The program puts it into the pod from the provider's output. */
  | { readonly kind: "deployed"; readonly definition: VariableDefinition }
  | { readonly kind: "secret"; readonly definition: VariableDefinition; readonly secret: SecretName };
