import type { Environment } from "../../components/shared/environments.ts";
import { type EnforcementLevel, enforcementLevelFor, type PolicyConfig, type Purpose } from "../config.ts";
import { RULES } from "../rules/index.ts";

/**
 * What `--policy-pack-config` has to say. The pack itself always judges as for a deployment, because it
 * cannot tell a preview from the first half of an `up`; a preview that only reads passes this.
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
