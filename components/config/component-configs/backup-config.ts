import { serviceHost } from "../../shared/network/application-flows.ts";
import type { Config } from "../config.ts";
import { getIntegerVariable, getTextVariable } from "../variables/read-variable.ts";

/** The backup bucket; undefined without one. */
export function backupBucketConfig({ environment, backup }: Config) {
  if (backup?.kind !== "s3") return undefined;
  const { kind: _kind, ...settings } = backup;
  return { environment, ...settings };
}

/** Whether the program backs up the in-cluster databases itself; the others are backed up by their provider. */
export function hasInClusterBackups({ backup, database }: Config): boolean {
  return backup?.kind === "volume" && database.kind === "in-cluster";
}

/** The repository and the Jobs of the in-cluster backups; undefined without them. */
export function inClusterBackupConfig(config: Config) {
  const { environment, backup, database, redis } = config;
  if (backup?.kind !== "volume" || database.kind !== "in-cluster") return undefined;
  const { storage, storageClass } = backup;
  return {
    environment,
    storage,
    storageClass,
    database: {
      port: getIntegerVariable(config, "GODOT_DATABASE_PORT"),
      name: getTextVariable(config, "GODOT_DATABASE_NAME"),
    },
    redis:
      redis.kind === "in-cluster"
        ? { host: serviceHost("redis"), port: getIntegerVariable(config, "GODOT_REDIS_PORT") }
        : undefined,
  };
}
