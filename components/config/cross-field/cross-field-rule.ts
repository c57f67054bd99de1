import type { Environment } from "../../shared/environments.ts";
import type { Problem } from "../../shared/errors.ts";
import { type ConfigPath, formatConfigPath } from "../config-path.ts";
import type { StackFile } from "../schema/stack-schema.ts";
import type { Overrides } from "../variables/resolve-variables.ts";

/** The input of cross-field rules: the sections that are valid on their own. */
export interface CrossFieldInput {
  readonly environment: Environment;
  readonly file: string;
  readonly stack: Partial<StackFile>;
  /** All keys that are present in the stack file, valid or not. */
  readonly presentKeys: ReadonlySet<string>;
  readonly overrides: Overrides;
}

/** A cross-field rule; returns its violations. */
export type CrossFieldRule = (sections: CrossFieldInput) => readonly Problem[];

/** A problem with the value at a config path. */
export function createProblem(path: ConfigPath, value: unknown, rule: string, remedy: string): Problem {
  return { subject: formatConfigPath(path), value: String(value), rule, remedy };
}
