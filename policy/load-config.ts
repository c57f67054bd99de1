import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../components/shared/errors.ts";
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
    readText(join(directory, CONFIG_FILE)),
    CONFIG_FILE,
    RULES.map(({ name }) => name),
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new InputError("The policy configuration cannot be read:", [
      { subject: CONFIG_FILE, rule: "cannot be read", remedy: "Restore the file from version control." },
    ]);
  }
}
