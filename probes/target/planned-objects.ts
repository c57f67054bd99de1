import { notApplicable, type Verdict } from "../check.ts";
import type { PlannedObject, Target } from "./target.ts";

/** The subject of a check: objects of a kind that the environment may or may not have. */
export interface PlannedSubject {
  readonly matches: (object: PlannedObject) => boolean;
  /** Why there is none, and what checks the same instead. */
  readonly absence: string;
}

/** The verdict for an environment whose plan has no such object; undefined if it has one, or if the plan is unknown. */
export function unplannedVerdict(
  { planned }: Pick<Target, "planned">,
  { matches, absence }: PlannedSubject,
): Verdict | undefined {
  if (planned === undefined || planned.some(matches)) return undefined;
  return notApplicable(absence);
}

const isNamed =
  (kind: string, name: string) =>
  (object: PlannedObject): boolean =>
    object.kind === kind && object.metadata.name === name;

/** Exports the statistics of an in-cluster Postgres. */
export const POSTGRES_EXPORTER: PlannedSubject = {
  matches: isNamed("Deployment", "postgres-exporter"),
  absence: "the plan has no Postgres exporter: a managed database is observed by its provider (docs/data.md)",
};

/** Exports the statistics of an in-cluster Redis. */
export const REDIS_EXPORTER: PlannedSubject = {
  matches: isNamed("Deployment", "redis-exporter"),
  absence:
    "the plan has no Redis exporter: ElastiCache is observed by the alarms in CloudWatch (docs/data.md)",
};

/** A Postgres whose configuration archives the write-ahead log. */
export const WAL_ARCHIVE: PlannedSubject = {
  matches: ({ kind, data }) =>
    kind === "ConfigMap" &&
    Object.values((data ?? {}) as Readonly<Record<string, unknown>>).some(
      (text) => typeof text === "string" && /^\s*archive_mode\s*=\s*'?(on|always)/m.test(text),
    ),
  absence:
    "the plan has no Postgres that archives its WAL: RDS does it itself (LatestRestorableTime in the AWS CLI), and an external database is its provider's",
};

/** The backups; the restore drill has its own check in the checklist. */
export const BACKUP_JOBS: PlannedSubject = {
  matches: ({ kind, metadata }) =>
    kind === "CronJob" && metadata.namespace === "spacetime-backup" && !metadata.name.includes("drill"),
  absence:
    "the plan has no backup CronJob in spacetime-backup: RDS and ElastiCache make their own backups (docs/backups.md#in-a-cluster)",
};

export const DATABASE_BACKUP_JOBS: PlannedSubject = {
  ...BACKUP_JOBS,
  matches: (object) => BACKUP_JOBS.matches(object) && /postgres|database/.test(object.metadata.name),
};

export const LOG_SHIPPER: PlannedSubject = {
  matches: ({ kind, metadata }) => kind === "DaemonSet" && metadata.name.includes("fluent-bit"),
  absence: "the plan ships no logs (logs.kind stdout): read them with kubectl logs",
};

export const DATABASE_VOLUME: PlannedSubject = {
  matches: isNamed("StatefulSet", "postgres"),
  absence:
    "the plan has no volume for a database: RDS extends its storage, and an alarm in CloudWatch watches it",
};
