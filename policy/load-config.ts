import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../components/shared/errors.ts";
import { type PolicyConfig, parsePolicyConfig } from "./config.ts";
import { RULES } from "./rules/index.ts";

/** The path relative to the directory of the stack files. */
const CONFIG_FILE = "policy/config.yaml";

/**
 * Reads `policy/config.yaml` of the directory with the stack files.
 * @throws InputError when it is missing or invalid, with all problems.
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
