import type { Environment } from "../../components/shared/environments.ts";
import { type EnforcementLevel, enforcementLevelFor, type PolicyConfig, type Purpose } from "../config.ts";
import { RULES } from "../rules/index.ts";

/**
 * Returns the `--policy-pack-config` of a read-only preview. The pack itself always applies the levels of a
 * deployment, because it cannot distinguish a preview from the first half of an `up`.
 */
export function policyPackConfig(
  config: PolicyConfig,
  environment: Environment,
  purpose: Purpose,
): Readonly<Record<string, EnforcementLevel>> {
  const levels = RULES.map(
    ({ name }) => [name, enforcementLevelFor(config, name, environment, purpose)] as const,
  );
  return Object.fromEntries(
    levels.filter(([name, level]) => level !== enforcementLevelFor(config, name, environment, "deploy")),
  );
}
