import type { Environment } from "../shared/environments.ts";
import type { CredentialName } from "../shared/secret-names.ts";
import type { StackFile } from "./schema/stack-schema.ts";
import type { ResolvedVariable } from "./variables/types.ts";

/** The validated config of one environment. Each component gets its own part of it (`component-configs/`). */
export interface Config extends Omit<StackFile, CredentialName> {
  readonly environment: Environment;
  /** The 119 variables of the game server, by name. */
  readonly variables: ReadonlyMap<string, ResolvedVariable>;
  /** The credentials in plaintext: wrap them with `pulumi.secret` before passing them to a resource. */
  readonly credentials: Partial<Readonly<Record<CredentialName, string>>>;
}

/** The raw config of a stack from Pulumi or from the stack file, not validated yet. */
export interface RawConfig {
  readonly environment: string;
  /**
   * Values by key without the project's namespace (`gateway`); structured values are parsed. Keys of other namespaces
   * keep it (`aws:region`) and are rejected by the parser.
   */
  readonly values: Readonly<Record<string, unknown>>;
  /** The keys whose values are encrypted in the stack file. */
  readonly secretKeys: ReadonlySet<string>;
}
