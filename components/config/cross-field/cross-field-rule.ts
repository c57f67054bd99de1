import type { Environment } from "../../shared/environments.ts";
import type { Problem } from "../../shared/errors.ts";
import type { StackFile } from "../schema/stack-schema.ts";
import type { Overrides } from "../variables/resolve-variables.ts";

/** What the rules across keys look at: the sections that are valid by themselves. */
export interface CrossFieldInput {
  readonly environment: Environment;
  readonly file: string;
  readonly stack: Partial<StackFile>;
  /** The credentials that were given, in whatever way. */
  readonly presentKeys: ReadonlySet<string>;
  readonly overrides: Overrides;
}

/** A rule across keys: everything that breaks it. */
export type CrossFieldRule = (sections: CrossFieldInput) => readonly Problem[];
