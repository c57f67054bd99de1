import type { Config } from "../config.ts";
import { ACCESS_CHECKS } from "./access.ts";
import { CAPACITY_CHECKS } from "./capacity.ts";
import { dependencies } from "./dependencies.ts";
import { PROTECTION_CHECKS } from "./protection.ts";
import { SERVER_CHECKS } from "./server.ts";
import type { Check, CheckResult } from "./types.ts";
import { VALUE_CHECKS } from "./values.ts";

/** The 28 checks of `config validate` (seed document 002 gives the number and the subjects), in the order they are shown. */
export const CHECKS: readonly Check[] = [
  ...SERVER_CHECKS,
  ...ACCESS_CHECKS,
  ...PROTECTION_CHECKS,
  ...VALUE_CHECKS,
  ...CAPACITY_CHECKS,
  dependencies,
];

/** Runs every check on a parsed config. */
export function validateConfig(config: Config): CheckResult[] {
  return CHECKS.map(({ id, title, run }) => {
    const findings = run(config);
    return { id, title, verdict: findings.length === 0 ? "pass" : "fail", findings };
  });
}
