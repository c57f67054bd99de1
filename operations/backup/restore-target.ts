import { InputError } from "../../components/shared/errors.ts";
import { OperationError } from "../errors.ts";
import type { BaseBackup } from "./pgbackrest.ts";
import { POINT_NAME, type RestorePoint } from "./restore-point.ts";

/** Where a restore ends. */
export type RestoreTarget =
  | { readonly kind: "point"; readonly name: string }
  /** Everything that was archived, and the unarchived WAL of this machine. */
  | { readonly kind: "latest" }
  | { readonly kind: "time"; readonly at: Date }
  | { readonly kind: "transaction"; readonly id: string };

/** The time zone is required: an operator in another one than the server must not restore to another hour. */
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** @throws InputError if the text is neither a name nor a time. */
export function parseRestoreTarget(text: string): RestoreTarget {
  if (text === "latest") return { kind: "latest" };
  if (TIME.test(text)) {
    const at = new Date(text.replace(" ", "T"));
    if (!Number.isNaN(at.getTime())) return { kind: "time", at };
  }
  const transaction = /^xid:(\d+)$/.exec(text)?.[1];
  if (transaction !== undefined) return { kind: "transaction", id: transaction };
  if (POINT_NAME.test(text)) return { kind: "point", name: text };
  throw new InputError("The restore point is not valid:", [
    {
      subject: "--point",
      value: text,
      rule: "must be the name of a restore point, latest, a time with its time zone, or xid: and a transaction",
      remedy:
        "Examples: 20261128t021500z, latest, 2026-11-28T02:15:00Z, xid:4711. `backup list` shows the restore points.",
    },
  ]);
}

/** Whether an operator typed this target: a time may be written in another way than it is shown. */
export function isSameTarget(typed: string, target: RestoreTarget): boolean {
  if (typed === formatTarget(target)) return true;
  return (
    target.kind === "time" && TIME.test(typed) && Date.parse(typed.replace(" ", "T")) === target.at.getTime()
  );
}

/** A target as an operator types it. */
export function formatTarget(target: RestoreTarget): string {
  switch (target.kind) {
    case "point":
      return target.name;
    case "latest":
      return "latest";
    case "time":
      return target.at.toISOString();
    case "transaction":
      return `xid:${target.id}`;
    default: {
      const exhaustive: never = target;
      return exhaustive;
    }
  }
}

/** What a restore reads and how far it replays. */
export interface RestorePlan {
  readonly target: RestoreTarget;
  readonly backup: BaseBackup;
  /** Redis and the secrets come from this restore point: the newest one that is not after the target. */
  readonly snapshot: RestorePoint;
  /** The restored database must be exactly this one. */
  readonly exactPoint: RestorePoint | undefined;
  readonly lastSegment: string | undefined;
  /** Options of `pgbackrest restore`. */
  readonly options: readonly string[];
}

interface Available {
  /** The oldest first. */
  readonly points: readonly RestorePoint[];
  readonly backups: readonly BaseBackup[];
  readonly now: Date;
}

/**
 * Chooses base backup, snapshot and replay options for a target.
 * @param timeline is replayed instead of the newest one, or of the one of a named point.
 * @throws OperationError if no base backup is older than the target.
 */
export function planRestore(
  target: RestoreTarget,
  { points, backups, now }: Available,
  timeline?: number,
): RestorePlan {
  const usable = backups.filter(({ error }) => error !== true);
  const newest = points.at(-1);
  const [oldest] = usable;
  if (newest === undefined || oldest === undefined)
    throw new OperationError(1, {
      subject: "the repository",
      rule: `contains no restore point, so not ${formatTarget(target)} either; nothing was changed`,
      remedy: "Run `backup run` first.",
    });
  // pgBackRest would otherwise stay on the timeline of the base backup and miss everything after an earlier restore.
  const timelineOption = `--target-timeline=${timeline ?? "latest"}`;
  const pause = ["--target-action=pause", timelineOption];
  const unbounded = { target, exactPoint: undefined, lastSegment: undefined };
  switch (target.kind) {
    case "latest": {
      const backup = usable.at(-1) ?? oldest;
      const options = ["--type=default", timelineOption];
      return { ...unbounded, backup, snapshot: newest, options };
    }
    case "point":
      return planPoint(target, points, usable, timeline);
    case "time": {
      if (target.at.getTime() > now.getTime())
        throw rejectedTarget(
          target,
          "is in the future",
          "To restore everything that was archived, use latest.",
        );
      const backup = usable.findLast(({ timestamp }) => timestamp.stop * 1000 < target.at.getTime());
      if (backup === undefined)
        throw rejectedTarget(
          target,
          `is before the end of the oldest base backup (${new Date(oldest.timestamp.stop * 1000).toISOString()})`,
          "Choose a later time.",
        );
      const snapshot = points.findLast(({ createdAt }) => Date.parse(createdAt) <= target.at.getTime());
      const options = ["--type=time", `--target=${formatPostgresTime(target.at)}`, ...pause];
      return { ...unbounded, backup, snapshot: snapshot ?? points[0] ?? newest, options };
    }
    case "transaction": {
      const snapshot = points.findLast(
        ({ postgres }) => BigInt(postgres.nextTransaction) <= BigInt(target.id),
      );
      const backup = usable.find(({ label }) => label === snapshot?.postgres.backup) ?? oldest;
      const options = ["--type=xid", `--target=${target.id}`, ...pause];
      return { ...unbounded, backup, snapshot: snapshot ?? points[0] ?? newest, options };
    }
    default: {
      const exhaustive: never = target;
      return exhaustive;
    }
  }
}

function planPoint(
  target: RestoreTarget & { readonly kind: "point" },
  points: readonly RestorePoint[],
  backups: readonly BaseBackup[],
  timeline: number | undefined,
): RestorePlan {
  const point = points.find(({ name }) => name === target.name);
  if (point === undefined) {
    const names = points.slice(-3).map(({ name }) => name);
    throw rejectedTarget(
      target,
      "is not a restore point of the repository",
      `The newest ones are ${names.join(", ")}; \`backup list\` shows all.`,
    );
  }
  const backup = backups.find(({ label }) => label === point.postgres.backup);
  if (backup === undefined)
    throw rejectedTarget(
      target,
      `needs the base backup ${point.postgres.backup}, which is not in the repository`,
      "Run `backup verify`, and choose another restore point.",
    );
  const timelineOption = `--target-timeline=${timeline ?? point.postgres.timeline}`;
  return {
    target,
    backup,
    snapshot: point,
    exactPoint: point,
    lastSegment: point.postgres.segment,
    options: ["--type=name", `--target=${point.name}`, "--target-action=pause", timelineOption],
  };
}

/** Postgres reads the format of its own output; the offset makes it independent of the server's time zone. */
function formatPostgresTime(at: Date): string {
  return at.toISOString().replace("T", " ").replace("Z", "+00");
}

function rejectedTarget(target: RestoreTarget, rule: string, remedy: string): OperationError {
  return new OperationError(
    2,
    { subject: "--point", value: formatTarget(target), rule, remedy },
    "The restore is rejected; nothing was changed:",
  );
}

/** The operator did not confirm that live data is replaced. */
export function unconfirmedError(wanted: string, typed: string | undefined): OperationError {
  return new OperationError(2, {
    subject: "the restore",
    ...(typed === undefined ? {} : { value: typed }),
    rule: `replaces live data and must be confirmed by typing ${wanted}; nothing was changed`,
    remedy: `Type it when asked, add --confirm ${wanted}, or restore into another directory with --into.`,
  });
}

/** The operator inspected the restored database and did not keep it. */
export function abandonedError(): OperationError {
  return new OperationError(1, {
    subject: "the restore",
    rule: "was abandoned during the inspection; the live data is unchanged",
    remedy:
      "Choose another point, or run the same command again; delete the directory restore-staging to free its space.",
  });
}
