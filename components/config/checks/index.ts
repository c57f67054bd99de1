import type { Config } from "../config.ts";
import { ACCESS_CONTROL_CHECKS } from "./access-control.ts";
import { CAPACITY_CHECKS } from "./capacity.ts";
import { DATA_PROTECTION_CHECKS } from "./data-protection.ts";
import { GAME_SERVER_CHECKS } from "./game-server.ts";
import { PLACEHOLDER_AND_PORT_CHECKS } from "./placeholders-and-ports.ts";
import { settingDependencies } from "./setting-dependencies.ts";
import type { Check, CheckResult } from "./types.ts";

/** The 28 checks of `config validate` (number and topics from seed document 002), in output order. */
export const CHECKS: readonly Check[] = [
  ...GAME_SERVER_CHECKS,
  ...ACCESS_CONTROL_CHECKS,
  ...DATA_PROTECTION_CHECKS,
  ...PLACEHOLDER_AND_PORT_CHECKS,
  ...CAPACITY_CHECKS,
  settingDependencies,
];

/** Runs all checks on a parsed config. */
export function validateConfig(config: Config): CheckResult[] {
  return CHECKS.map(({ id, title, run }) => {
    const findings = run(config);
    return { id, title, verdict: findings.length === 0 ? "pass" : "fail", findings };
  });
}
