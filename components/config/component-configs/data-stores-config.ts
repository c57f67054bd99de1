import type { Config } from "../config.ts";

import { getIntegerVariable, getTextVariable } from "../variables/read-variable.ts";

/** Retention of database and Redis logs for a cluster without `logRetentionDays`. */
const LOG_RETENTION_DAYS = 90;

/** The database and Redis. */
export function dataStoresConfig(config: Config) {
  const { environment, cluster } = config;
  return {
    environment,
    database: {
      ...config.database,
      port: getIntegerVariable(config, "GODOT_DATABASE_PORT"),
      name: getTextVariable(config, "GODOT_DATABASE_NAME"),
      applicationRole: getTextVariable(config, "GODOT_DATABASE_USER"),
    },
    redis: { ...config.redis, port: getIntegerVariable(config, "GODOT_REDIS_PORT") },
    logRetentionDays: cluster.kind === "eks" ? cluster.logRetentionDays : LOG_RETENTION_DAYS,
  };
}
