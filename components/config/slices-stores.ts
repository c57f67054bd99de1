import type { DataStoreEndpoint, FlowOptions } from "../shared/network/application-flows.ts";
import type { Config } from "./config.ts";
import { getIntegerVariable, getTextVariable } from "./variables/read-variable.ts";

/** Days that logs of stores are kept where no cluster of ours says how long. */
const LOG_RETENTION_DAYS = 90;

/** The slice of the stores. */
export function stores(config: Config) {
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

/** Anywhere: AWS' public addresses are many and change. */
const EVERYWHERE = "0.0.0.0/0";

/** The slice of the stores' traffic; `isolatedCidrs` are the networks of stores on AWS. */
export function storeFlows(
  config: Config,
  isolatedCidrs: readonly string[],
): Pick<FlowOptions, "redis" | "database"> {
  const { database, redis, cluster } = config;
  const port = getIntegerVariable(config, "GODOT_DATABASE_PORT");
  const redisPort = getIntegerVariable(config, "GODOT_REDIS_PORT");
  const away = (away: number, cidrs: readonly string[]): DataStoreEndpoint => ({
    kind: "external",
    port: away,
    cidrs,
  });
  const isPrivate = cluster.kind === "eks" && cluster.network.interfaceEndpoints.includes("secretsmanager");
  const secretsManagerCidrs = [isPrivate ? cluster.network.cidr : EVERYWHERE];
  return {
    redis:
      redis.kind === "in-cluster" ? { kind: "in-cluster", port: redisPort } : away(redisPort, isolatedCidrs),
    database:
      database.kind === "in-cluster"
        ? { kind: "in-cluster", port }
        : database.kind === "external"
          ? away(port, database.cidrs)
          : { ...away(port, isolatedCidrs), bootstrap: { secretsManagerCidrs } },
  };
}

/** The slice of the alarms. */
export function alarms({ environment, alarms: heard }: Config) {
  return { environment, emails: heard?.emails ?? [], endpoints: heard?.endpoints ?? [] };
}

/** The slice of the backup bucket, where there is one. */
export function backup({ environment, backup: own }: Config) {
  if (own === undefined) return undefined;
  const { kind: _kind, ...settings } = own;
  return { environment, ...settings };
}
