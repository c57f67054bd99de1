import type { Config } from "../config.ts";

/** The generated and provided secrets. */
export function secretsConfig(config: Config) {
  return {
    environment: config.environment,
    versions: config.secretVersions,
    credentials: config.credentials,
  };
}
