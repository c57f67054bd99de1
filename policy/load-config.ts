import { join } from "node:path";
import { readTextFile } from "../components/shared/read-text-file.ts";
import { type PolicyConfig, parsePolicyConfig } from "./config.ts";
import { RULES } from "./rules/index.ts";

/** Relative to the directory of the stack files. */
const CONFIG_FILE = "policy/config.yaml";

/**
 * Loads `policy/config.yaml` from the directory of the stack files.
 * @throws InputError with all problems if the file is missing or invalid.
 */
export function loadPolicyConfig(directory: string): PolicyConfig {
  return parsePolicyConfig(
    readTextFile(join(directory, CONFIG_FILE), {
      name: CONFIG_FILE,
      missingRemedy: "Restore the file from version control.",
    }),
    CONFIG_FILE,
    RULES.map(({ name }) => name),
  );
}
