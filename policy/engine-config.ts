import type { Environment } from "../components/shared/environments.ts";
import { type Level, levelOf, type PolicyConfig, type Purpose } from "./levels.ts";
import { RULES } from "./rules/index.ts";

/**
 * What `--policy-pack-config` has to say. The pack itself always judges as for a deployment, because it
 * cannot tell a preview from the first half of an `up`; a preview that only reads passes this.
 */
export function engineConfig(
  config: PolicyConfig,
  environment: Environment,
  purpose: Purpose,
): Readonly<Record<string, Level>> {
  const levels = RULES.map(({ name }) => [name, levelOf(config, name, environment, purpose)] as const);
  return Object.fromEntries(
    levels.filter(([name, level]) => level !== levelOf(config, name, environment, "deploy")),
  );
}
