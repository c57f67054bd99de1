import type { Problem } from "../../shared/errors.ts";
import { type ConfigPath, formatConfigPath } from "../config-path.ts";
import { maximumReplicas } from "../replica-bounds.ts";
import { parseDailyWindow, parseWeeklyWindow, windowsOverlap } from "../schema/aws-windows.ts";
import type { DatabaseConfig, RedisConfig } from "../schema/stack-schema.ts";
import { VARIABLES } from "../variables/index.ts";
import { resolveSetting } from "../variables/resolve-variables.ts";
import { type CrossFieldInput, type CrossFieldRule, createProblem } from "./cross-field-rule.ts";

type RdsConfig = Extract<DatabaseConfig, { kind: "rds" }>;
type ElastiCacheConfig = Extract<RedisConfig, { kind: "elasticache" }>;

/** Cross-field rules for databases and Redis on AWS, their backups and their alarms. */
export const DATA_STORE_RULES: readonly CrossFieldRule[] = [
  requireEksForAwsServices,
  requireSeparateWindows,
  requireStorageHeadroom,
  requireInsightsRetention,
  requireSufficientConnections,
  requireProductionRedundancy,
  validateBackupSettings,
  requireDatabaseForBackupVolume,
  requireAlarmRecipients,
];

/** Minimum retention of production backups in days, so that data loss before a long weekend can be restored. */
const MIN_PRODUCTION_RETENTION_DAYS = 7;

/** RDS requires a maximum of at least this percentage above the current size (ModifyDBInstance). */
const MIN_STORAGE_GROWTH_PERCENT = 10;

/** The retention that the advanced mode of Database Insights requires: fifteen months (CreateDBInstance). */
const ADVANCED_INSIGHTS_RETENTION_DAYS = 465;

/**
 * Connections that are not available to game servers: RDS reserves three for superusers and two for rds_superuser;
 * backups, the exporter and operators get five each.
 */
const RESERVED_CONNECTIONS = 20;

/** During a rollout, draining servers keep their connections open while all new servers already have theirs. */
const REVISIONS_DURING_ROLLOUT = 2;

function rdsConfig({ stack }: CrossFieldInput): RdsConfig | undefined {
  return stack.database?.kind === "rds" ? stack.database : undefined;
}

function elastiCacheConfig({ stack }: CrossFieldInput): ElastiCacheConfig | undefined {
  return stack.redis?.kind === "elasticache" ? stack.redis : undefined;
}

/** The configured sections that require AWS, with their kind. */
function awsServices(sections: CrossFieldInput): readonly (readonly [ConfigPath, string])[] {
  const { backup } = sections.stack;
  return [
    ...(rdsConfig(sections) === undefined ? [] : [[["database", "kind"], "rds"] as const]),
    ...(elastiCacheConfig(sections) === undefined ? [] : [[["redis", "kind"], "elasticache"] as const]),
    ...(backup?.kind === "s3" ? [[["backup", "kind"], "s3"] as const] : []),
  ];
}

function requireEksForAwsServices(sections: CrossFieldInput): readonly Problem[] {
  const { stack, file } = sections;
  if (stack.cluster === undefined || stack.cluster.kind === "eks") return [];
  return awsServices(sections).map(([path, kind]) =>
    createProblem(
      path,
      kind,
      'requires "cluster.kind: eks": it uses the network and the KMS keys of that cluster',
      `Choose another kind, or set "cluster.kind: eks", in ${file}.`,
    ),
  );
}

function requireSeparateWindows(sections: CrossFieldInput): readonly Problem[] {
  const database = rdsConfig(sections);
  const redis = elastiCacheConfig(sections);
  const pairs = [
    database && ([["database", "backupWindow"], database.backupWindow, database.maintenanceWindow] as const),
    redis && ([["redis", "snapshotWindow"], redis.snapshotWindow, redis.maintenanceWindow] as const),
  ];
  return pairs.flatMap((pair) => {
    if (pair === undefined) return [];
    const [path, text, maintenance] = pair;
    const [daily, weekly] = [parseDailyWindow(text), parseWeeklyWindow(maintenance)];
    if (daily === undefined || weekly === undefined || !windowsOverlap(daily, weekly)) return [];
    const rule = `must not overlap with the maintenance window, which is ${maintenance}: AWS rejects it`;
    return [createProblem(path, text, rule, `Move one of them in ${sections.file}.`)];
  });
}

function requireStorageHeadroom(sections: CrossFieldInput): readonly Problem[] {
  const database = rdsConfig(sections);
  if (database === undefined) return [];
  const least = Math.ceil((database.storageGib * (100 + MIN_STORAGE_GROWTH_PERCENT)) / 100);
  if (database.maximumStorageGib >= least) return [];
  return [
    createProblem(
      ["database", "maximumStorageGib"],
      database.maximumStorageGib,
      `must be at least ${least}, which is storageGib plus 10 %: otherwise RDS cannot grow the volume`,
      `Raise it in ${sections.file}.`,
    ),
  ];
}

function requireInsightsRetention(sections: CrossFieldInput): readonly Problem[] {
  const { mode, retentionDays } = rdsConfig(sections)?.insights ?? { mode: "standard", retentionDays: 7 };
  if (mode === "standard" || retentionDays >= ADVANCED_INSIGHTS_RETENTION_DAYS) return [];
  return [
    createProblem(
      ["database", "insights", "retentionDays"],
      retentionDays,
      `must be at least ${ADVANCED_INSIGHTS_RETENTION_DAYS} for the advanced mode`,
      `Raise it, or choose the standard mode, in ${sections.file}.`,
    ),
  ];
}

function requireSufficientConnections(sections: CrossFieldInput): readonly Problem[] {
  const { stack, environment, overrides, file } = sections;
  const database = rdsConfig(sections);
  const definition = VARIABLES.get("GODOT_DATABASE_POOL_SIZE");
  const pool = Number(definition && resolveSetting(environment, overrides, definition));
  if (database === undefined || stack.gameServer === undefined || Number.isNaN(pool)) return [];
  const servers = stack.gameServer.pools.reduce((sum, { scaling }) => sum + maximumReplicas(scaling), 0);
  const needed = REVISIONS_DURING_ROLLOUT * servers * pool + RESERVED_CONNECTIONS;
  if (needed <= database.maxConnections) return [];
  const count = `${REVISIONS_DURING_ROLLOUT} × ${servers} servers × ${pool} connections + ${RESERVED_CONNECTIONS}`;
  return [
    createProblem(
      ["database", "maxConnections"],
      database.maxConnections,
      `must be at least ${needed} (${count}): during a rollout, old and new servers run at the same time`,
      `Raise it, or lower the pools' maximums or GODOT_DATABASE_POOL_SIZE, in ${file}.`,
    ),
  ];
}

function requireProductionRedundancy(sections: CrossFieldInput): readonly Problem[] {
  const { environment, file, presentKeys } = sections;
  if (environment !== "production") return [];
  const database = rdsConfig(sections);
  const redis = elastiCacheConfig(sections);
  const atLeast = (path: ConfigPath, value: number | undefined, floor: number, why: string): Problem[] =>
    value === undefined || value >= floor
      ? []
      : [
          createProblem(
            path,
            value,
            `must be at least ${floor} in production: ${why}`,
            `Raise it in ${file}.`,
          ),
        ];
  const backupMissing = database !== undefined && !presentKeys.has("backup");
  return [
    ...atLeast(
      ["database", "backupRetentionDays"],
      database?.backupRetentionDays,
      MIN_PRODUCTION_RETENTION_DAYS,
      "data loss is often noticed days later",
    ),
    ...atLeast(["redis", "nodes"], redis?.nodes, 2, "sessions must survive the loss of a node"),
    ...atLeast(
      ["redis", "snapshotRetentionDays"],
      redis?.snapshotRetentionDays,
      1,
      "mesh state must be recoverable",
    ),
    ...(backupMissing
      ? [
          {
            subject: formatConfigPath(["backup"]),
            rule: "is missing: production needs backups in addition to the database's own snapshots",
            remedy: `Add the section backup with replicaRegion to ${file}.`,
          },
        ]
      : []),
  ];
}

function requireDatabaseForBackupVolume({ stack, file }: CrossFieldInput): readonly Problem[] {
  const { backup, database } = stack;
  if (backup?.kind !== "volume" || database === undefined || database.kind === "in-cluster") return [];
  return [
    createProblem(
      ["backup", "kind"],
      "volume",
      `requires "database.kind: in-cluster" (found: ${database.kind}): the files of another database cannot be read`,
      `Remove the section backup from ${file}; the provider of the database backs it up.`,
    ),
  ];
}

function validateBackupSettings({ stack, environment, file }: CrossFieldInput): readonly Problem[] {
  const { backup, aws } = stack;
  if (backup?.kind !== "s3") return [];
  const path = ["backup", "replicaRegion"];
  return [
    ...(backup.keepDays >= backup.lockDays
      ? []
      : [
          createProblem(
            ["backup", "keepDays"],
            backup.keepDays,
            `must be at least lockDays, which is ${backup.lockDays}: locked versions cannot be deleted`,
            `Raise it, or lower lockDays, in ${file}.`,
          ),
        ]),
    ...(backup.replicaRegion === undefined && environment === "production"
      ? [
          {
            subject: formatConfigPath(path),
            rule: "is missing: production backups need a copy in a second region",
            remedy: `Set a second region in ${file}.`,
          },
        ]
      : []),
    ...(backup.replicaRegion !== undefined && backup.replicaRegion === aws?.region
      ? [
          createProblem(
            path,
            backup.replicaRegion,
            "must differ from aws.region, which already has the backups",
            `Choose another region in ${file}.`,
          ),
        ]
      : []),
  ];
}

function requireAlarmRecipients(sections: CrossFieldInput): readonly Problem[] {
  const { stack, file, presentKeys } = sections;
  const { alarms } = stack;
  // Problems of the section itself are reported by the schema.
  if (presentKeys.has("alarms") && alarms === undefined) return [];
  const subject = formatConfigPath(["alarms"]);
  const needed = awsServices(sections).map(([path, kind]) => `"${path.join(".")}: ${kind}"`);
  if (needed.length === 0) {
    if (alarms === undefined) return [];
    const rule = "must not be set: only databases, Redis and backups on AWS have alarms";
    return [{ subject, rule, remedy: `Remove it from ${file}.` }];
  }
  if ((alarms?.emails.length ?? 0) + (alarms?.endpoints.length ?? 0) > 0) return [];
  const rule = `must have at least one recipient: alarms of ${needed.join(", ")} would not reach an operator`;
  return [{ subject, rule, remedy: `Set emails or endpoints in ${file}.` }];
}
