import type { Config } from "../config.ts";
import { ACCESS_CONTROL_CHECKS } from "./access-control.ts";
import { CAPACITY_CHECKS } from "./capacity.ts";
import { DATA_PROTECTION_CHECKS } from "./data-protection.ts";
import { GAME_SERVER_CHECKS } from "./game-server.ts";
import { PLACEHOLDER_AND_PORT_CHECKS } from "./placeholders-and-ports.ts";
import { settingDependencies } from "./setting-dependencies.ts";
import type { Check, CheckResult } from "./types.ts";

/** The 28 checks of `config validate` (seed document 002 gives the number and the subjects), in the order they are shown. */
export const CHECKS: readonly Check[] = [
  ...GAME_SERVER_CHECKS,
  ...ACCESS_CONTROL_CHECKS,
  ...DATA_PROTECTION_CHECKS,
  ...PLACEHOLDER_AND_PORT_CHECKS,
  ...CAPACITY_CHECKS,
  settingDependencies,
];

/** Runs every check on a parsed config. */
export function validateConfig(config: Config): CheckResult[] {
  return CHECKS.map(({ id, title, run }) => {
    const findings = run(config);
    return { id, title, verdict: findings.length === 0 ? "pass" : "fail", findings };
  });
}
