import type { Environment } from "../shared/environments.ts";
import type { CredentialName } from "../shared/secret-names.ts";
import type { StackFile } from "./schema/stack-schema.ts";
import type { ResolvedVariable } from "./variables/types.ts";

/** Everything that differs between environments, parsed once and passed on as the config of each component. */
export interface Config extends Omit<StackFile, CredentialName> {
  readonly environment: Environment;
  /** The 119 variables of the game server, by name. */
  readonly variables: ReadonlyMap<string, ResolvedVariable>;
  /** The credentials that were given, in plain text: wrap them with `pulumi.secret` before they touch a resource. */
  readonly credentials: Partial<Readonly<Record<CredentialName, string>>>;
}

/** The raw config of a stack, before any check: what the engine or the stack file gave. */
export interface RawConfig {
  readonly environment: string;
  /**
   * Values by key without the project's namespace (`gateway`); structured values are parsed. Keys of other namespaces keep
   * theirs (`aws:region`) and are refused by the parser.
   */
  readonly values: Readonly<Record<string, unknown>>;
  /** The keys whose values are encrypted in the stack file. */
  readonly secretKeys: ReadonlySet<string>;
}
