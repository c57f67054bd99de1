import { stringify } from "yaml";
import { CONFIG_NAMESPACE } from "../../components/config/config-path.ts";
import type { Environment } from "../../components/shared/environments.ts";
import { filledRawConfig, type Values } from "./filled-config.ts";

/** The text of a stack file whose examples are filled in. */
export function filledStackFile(environment: Environment, change?: (values: Values) => void): string {
  const { values } = filledRawConfig(environment, change);
  const entries = Object.entries(values).map(([key, value]) => [`${CONFIG_NAMESPACE}:${key}`, value]);
  return stringify({
    config: { "pulumi:disable-default-providers": ["*"], ...Object.fromEntries(entries) },
  });
}
