import type { Problem } from "../shared/errors.ts";
import type { DatabaseConfig, RedisConfig, ScalingConfig } from "./schema.ts";
import type { Rule, Sections } from "./sections.ts";
import { type ConfigPath, subjectOf } from "./subject.ts";
import { VARIABLES } from "./variables/index.ts";
import { settingText } from "./variables/resolve.ts";
import { dailyWindow, overlap, weeklyWindow } from "./windows.ts";

type Rds = Extract<DatabaseConfig, { kind: "rds" }>;
type ElastiCache = Extract<RedisConfig, { kind: "elasticache" }>;

/** Rules across keys about the stores that AWS runs, their backups and their alarms. */
export const STORE_RULES: readonly Rule[] = [
  standOnEks,
  windowsApart,
  storageGrows,
  insightsKept,
  connectionsFit,
  productionSurvives,
  backupsKept,
  alarmsHeard,
];

/** Days back to which production can be restored at the least: a mistake of a Friday is found on a Monday. */
const RETENTION_FLOOR_DAYS = 7;

/** RDS takes a growth limit of at least that share above the present size (ModifyDBInstance). */
const GROWTH_PERCENT = 10;

/** Days of query statistics that the advanced mode of Database Insights demands: fifteen months (CreateDBInstance). */
const ADVANCED_DAYS = 465;

/**
 * Connections that no game server gets: three for superusers and two for rds_superuser that RDS sets aside, five each for
 * backups, for the exporter and for people.
 */
const RESERVED_CONNECTIONS = 20;

/** Old servers drain with their connections open while as many new ones already stand, whatever the surge is. */
const GENERATIONS_IN_A_ROLLOUT = 2;

function rdsOf({ stack }: Sections): Rds | undefined {
  return stack.database?.kind === "rds" ? stack.database : undefined;
}

function elastiCacheOf({ stack }: Sections): ElastiCache | undefined {
  return stack.redis?.kind === "elasticache" ? stack.redis : undefined;
}

function problem(path: ConfigPath, value: unknown, rule: string, remedy: string): Problem {
  return { subject: subjectOf(path), value: String(value), rule, remedy };
}

/** The sections that only an environment on AWS can have, with the value to name. */
function onAws(sections: Sections): readonly (readonly [ConfigPath, string])[] {
  const { backup } = sections.stack;
  return [
    ...(rdsOf(sections) === undefined ? [] : [[["database", "kind"], "rds"] as const]),
    ...(elastiCacheOf(sections) === undefined ? [] : [[["redis", "kind"], "elasticache"] as const]),
    ...(backup === undefined ? [] : [[["backup", "kind"], backup.kind] as const]),
  ];
}

function standOnEks(sections: Sections): readonly Problem[] {
  const { stack, file } = sections;
  if (stack.cluster === undefined || stack.cluster.kind === "eks") return [];
  return onAws(sections).map(([path, kind]) =>
    problem(
      path,
      kind,
      'must stand beside "cluster.kind: eks", whose network and keys it uses',
      `Choose another kind, or that kind of cluster, in ${file}.`,
    ),
  );
}

function windowsApart(sections: Sections): readonly Problem[] {
  const database = rdsOf(sections);
  const redis = elastiCacheOf(sections);
  const pairs = [
    database && ([["database", "backupWindow"], database.backupWindow, database.maintenanceWindow] as const),
    redis && ([["redis", "snapshotWindow"], redis.snapshotWindow, redis.maintenanceWindow] as const),
  ];
  return pairs.flatMap((pair) => {
    if (pair === undefined) return [];
    const [path, text, maintenance] = pair;
    const [daily, weekly] = [dailyWindow(text), weeklyWindow(maintenance)];
    if (daily === undefined || weekly === undefined || !overlap(daily, weekly)) return [];
    const rule = `must not overlap the maintenance window, which is ${maintenance}: AWS refuses it`;
    return [problem(path, text, rule, `Move one of them in ${sections.file}.`)];
  });
}

function storageGrows(sections: Sections): readonly Problem[] {
  const database = rdsOf(sections);
  if (database === undefined) return [];
  const least = Math.ceil((database.storageGib * (100 + GROWTH_PERCENT)) / 100);
  if (database.maximumStorageGib >= least) return [];
  return [
    problem(
      ["database", "maximumStorageGib"],
      database.maximumStorageGib,
      `must be at least ${least}, a tenth above storageGib, or the volume cannot grow`,
      `Raise it in ${sections.file}.`,
    ),
  ];
}

function insightsKept(sections: Sections): readonly Problem[] {
  const { mode, retentionDays } = rdsOf(sections)?.insights ?? { mode: "standard", retentionDays: 7 };
  if (mode === "standard" || retentionDays >= ADVANCED_DAYS) return [];
  return [
    problem(
      ["database", "insights", "retentionDays"],
      retentionDays,
      `must be at least ${ADVANCED_DAYS} for the advanced mode`,
      `Raise it, or choose the standard mode, in ${sections.file}.`,
    ),
  ];
}

function ceiling(scaling: ScalingConfig): number {
  return scaling.kind === "fixed" ? scaling.replicas : scaling.maximum;
}

function connectionsFit(sections: Sections): readonly Problem[] {
  const { stack, environment, overrides, file } = sections;
  const database = rdsOf(sections);
  const definition = VARIABLES.get("GODOT_DATABASE_POOL_SIZE");
  const pool = Number(definition && settingText(environment, overrides, definition));
  if (database === undefined || stack.gameServer === undefined || Number.isNaN(pool)) return [];
  const servers = stack.gameServer.pools.reduce((sum, { scaling }) => sum + ceiling(scaling), 0);
  const needed = GENERATIONS_IN_A_ROLLOUT * servers * pool + RESERVED_CONNECTIONS;
  if (needed <= database.maxConnections) return [];
  const count = `${GENERATIONS_IN_A_ROLLOUT} × ${servers} servers × ${pool} connections + ${RESERVED_CONNECTIONS}`;
  return [
    problem(
      ["database", "maxConnections"],
      database.maxConnections,
      `must be at least ${needed} (${count}): in a rollout the old servers drain while the new ones stand`,
      `Raise it, or lower the pools' maximums or GODOT_DATABASE_POOL_SIZE, in ${file}.`,
    ),
  ];
}

function productionSurvives(sections: Sections): readonly Problem[] {
  const { environment, file, given } = sections;
  if (environment !== "production") return [];
  const database = rdsOf(sections);
  const redis = elastiCacheOf(sections);
  const least = (path: ConfigPath, value: number | undefined, floor: number, why: string): Problem[] =>
    value === undefined || value >= floor
      ? []
      : [problem(path, value, `must be at least ${floor} in production: ${why}`, `Raise it in ${file}.`)];
  const backupMissing = database !== undefined && !given.has("backup");
  return [
    ...least(
      ["database", "backupRetentionDays"],
      database?.backupRetentionDays,
      RETENTION_FLOOR_DAYS,
      "a mistake is often found days later",
    ),
    ...least(["redis", "nodes"], redis?.nodes, 2, "a lost node must not take every session with it"),
    ...least(
      ["redis", "snapshotRetentionDays"],
      redis?.snapshotRetentionDays,
      1,
      "mesh state must come back",
    ),
    ...(backupMissing
      ? [
          {
            subject: subjectOf(["backup"]),
            rule: "is missing: production keeps backups outside the reach of a mistake in the database's account settings",
            remedy: `Give kind, lock and replicaRegion in ${file}.`,
          },
        ]
      : []),
  ];
}

function backupsKept({ stack, environment, file }: Sections): readonly Problem[] {
  const { backup, aws } = stack;
  if (backup === undefined) return [];
  const path = ["backup", "replicaRegion"];
  return [
    ...(backup.keepDays >= backup.lockDays
      ? []
      : [
          problem(
            ["backup", "keepDays"],
            backup.keepDays,
            `must be at least lockDays, which is ${backup.lockDays}: a locked version cannot be removed`,
            `Raise it, or lower lockDays, in ${file}.`,
          ),
        ]),
    ...(backup.replicaRegion === undefined && environment === "production"
      ? [
          {
            subject: subjectOf(path),
            rule: "is missing: a region's loss must not take production's backups with it",
            remedy: `Name a second region in ${file}.`,
          },
        ]
      : []),
    ...(backup.replicaRegion !== undefined && backup.replicaRegion === aws?.region
      ? [
          problem(
            path,
            backup.replicaRegion,
            "must differ from aws.region, where the backups already are",
            `Name another region in ${file}.`,
          ),
        ]
      : []),
  ];
}

function alarmsHeard(sections: Sections): readonly Problem[] {
  const { stack, file, given } = sections;
  const { alarms } = stack;
  // What is wrong with the section itself has been said.
  if (given.has("alarms") && alarms === undefined) return [];
  const subject = subjectOf(["alarms"]);
  const needed = onAws(sections).map(([path, kind]) => `"${path.join(".")}: ${kind}"`);
  if (needed.length === 0) {
    if (alarms === undefined) return [];
    const rule = "must not be given: only stores and backups on AWS raise them";
    return [{ subject, rule, remedy: `Remove it from ${file}.` }];
  }
  if ((alarms?.emails.length ?? 0) + (alarms?.endpoints.length ?? 0) > 0) return [];
  const rule = `must name somebody: ${needed.join(", ")} would fail unheard`;
  return [{ subject, rule, remedy: `Give emails or endpoints in ${file}.` }];
}
