import type { Config } from "../config.ts";

/** What the generated and provided secrets depend on. */
export function secretsConfig(config: Config) {
  return {
    environment: config.environment,
    versions: config.secretVersions,
    credentials: config.credentials,
  };
}
