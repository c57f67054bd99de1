import type { BackupResult } from "../../operations/backup/create-restore-point.ts";
import type { DrillResult } from "../../operations/backup/drill.ts";
import type { BackupList } from "../../operations/backup/local-backup.ts";
import type { RestorePreview, RestoreResult } from "../../operations/backup/restore.ts";
import type { PointEntry } from "../../operations/backup/restore-point.ts";
import { formatTarget } from "../../operations/backup/restore-target.ts";
import type { RepositoryVerification } from "../../operations/backup/verify-repository.ts";

const MEBIBYTE = 2 ** 20;

/** Formats the result of `backup list`. */
export function listText({ repository, points, backups, archive }: BackupList): string {
  const rows = points.map(pointRow);
  const bytes = backups.reduce((sum, backup) => sum + backup.bytes, 0);
  return [
    `repository ${repository}: ${backups.length} base backups (${(bytes / MEBIBYTE).toFixed(1)} MiB)`,
    archive === undefined ? "archive    Postgres is not running" : `archive    ${archive.description}`,
    ...(rows.length === 0 ? ["no restore points; create one with `npm run backup -- run`"] : rows),
    "",
  ].join("\n");
}

function pointRow(entry: PointEntry): string {
  switch (entry.kind) {
    case "complete": {
      const { name, createdAt, postgres, redis, secrets } = entry.point;
      const rows = postgres.content.tables.reduce((sum, table) => sum + table.rows, 0);
      const sessions = redis.kind === "none" ? "no Redis" : `Redis ${redis.bytes} bytes`;
      return `  ${name.padEnd(24)} ${createdAt}  ${rows} rows, ${sessions}, ${secrets.files.length} secret files, base ${postgres.backup}`;
    }
    case "incomplete":
      return `  ${entry.name.padEnd(24)} incomplete: interrupted; the next backup removes it`;
    case "damaged":
      return `  ${entry.name.padEnd(24)} damaged: ${entry.file} ${entry.reason}`;
    default: {
      const exhaustive: never = entry;
      return exhaustive;
    }
  }
}

/** Formats the result of `backup run`. */
export function backupText({ point, baseBackup, removedPoints, seconds }: BackupResult): string {
  const base = baseBackup === "unchanged" ? "" : `, with a ${baseBackup} base backup`;
  const counted = point.postgres.content.isExact ? "exact" : "approximate";
  return [
    `restore point ${point.name} (${seconds} s)${base}`,
    `  Postgres  ${point.postgres.lsn} on timeline ${point.postgres.timeline}; ${point.postgres.content.tables.length} tables, counts are ${counted}`,
    `  Redis     ${point.redis.kind === "none" ? "none" : `${point.redis.bytes} bytes`}`,
    `  secrets   ${point.secrets.files.length} files`,
    ...(removedPoints.length === 0 ? [] : [`  removed   ${removedPoints.join(", ")}`]),
    "",
  ].join("\n");
}

/** Formats the result of `backup verify`. */
export function verificationText({ points, files, newSegments, damaged }: RepositoryVerification): string {
  const summary = `${files} files and ${newSegments} new WAL segments read; ${points.length} restore points`;
  if (damaged.length === 0 && points.length === 0)
    return "no restore points, so nothing was verified; create one with `npm run backup -- run`\n";
  if (damaged.length === 0) return `intact: ${summary}\n`;
  return [
    `damaged: ${damaged.length} files (${summary})`,
    ...damaged.map(({ path, reason }) => `  ${path} ${reason}`),
    "",
  ].join("\n");
}

/** Describes what a restore replaces and what is lost, before the question. */
export function previewText({ plan, live, resumed }: RestorePreview): string {
  const snapshot = `Redis and secrets from ${plan.snapshot.name} (${plan.snapshot.createdAt})`;
  const lines = [
    `${resumed ? "Continues the restore" : "Restores"} to ${formatTarget(plan.target)}: base backup ${plan.backup.label}, ${snapshot}.`,
  ];
  if (live === undefined) return lines.join("\n");
  lines.push(
    `It replaces ${live.directory}, last changed ${live.changedAt.toISOString()}.`,
    lossText(plan, live.changedAt),
  );
  return lines.join("\n");
}

function lossText({ target, exactPoint }: RestorePreview["plan"], changedAt: Date): string {
  const end =
    target.kind === "time"
      ? target.at
      : exactPoint === undefined
        ? undefined
        : new Date(exactPoint.createdAt);
  if (target.kind === "latest")
    return "No committed change is lost: the WAL of this machine is replayed to its end.";
  if (end === undefined) return "Every later transaction is lost.";
  const minutes = Math.max(0, Math.ceil((changedAt.getTime() - end.getTime()) / 60_000));
  return `Changes after ${end.toISOString()} are lost: up to ${minutes} minutes of players and world.`;
}

/** Formats the result of `backup restore`. */
export function restoreText({ target, backup, data, replaced, seconds }: RestoreResult): string {
  const rows = data?.tables.map(({ name, rows: count }) => `${name} ${count}`).join(", ");
  return [
    `restored to ${target} from base backup ${backup} (${seconds} s)`,
    ...(data === undefined
      ? ["  checked before the interruption"]
      : [
          `  rows       ${rows || "no tables"}`,
          `  newest     ${data.newestChange ?? "no players or world objects"}`,
          `  decrypted  ${data.decrypted.players} players, ${data.decrypted.world} world objects`,
        ]),
    ...(replaced === undefined
      ? []
      : [`  replaced   kept in ${replaced}; delete it when it is not needed any more`]),
    "",
  ].join("\n");
}

/** Formats the result of `backup drill`. */
export function drillText({
  passed,
  records,
  files,
}: DrillResult & { readonly files: readonly string[] }): string {
  const rows = records.flatMap(({ drill, result, measured, checks }) => [
    `  ${result === "pass" ? "passed" : "FAILED"}  ${drill}: ${Object.entries(measured)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ")}`,
    ...checks
      .filter((check) => !check.passed)
      .map(({ name, detail }) => `          ${name}: ${detail ?? "no"}`),
  ]);
  return [
    `drill ${passed ? "passed" : "failed"}`,
    ...rows,
    ...files.map((file) => `  record  ${file}`),
    "",
  ].join("\n");
}
