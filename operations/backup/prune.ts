import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readTextIfPresent } from "../../components/shared/read-text-if-present.ts";
import { OperationError } from "../errors.ts";
import { writeFileAtomically } from "../local/files.ts";
import type { Repository } from "./backup-source.ts";
import { listInventoriedFiles, readInventory, updateInventory } from "./inventory.ts";
import { type BaseBackup, readRepositoryInfo, runPgBackRest, STANZA } from "./pgbackrest.ts";
import type { RepositoryPaths } from "./repository.ts";
import { completePoints, MANIFEST_FILE, type PointEntry, readPoints } from "./restore-point.ts";
import { type RetentionPolicy, selectKeptPoints } from "./retention.ts";
import { readSignedJson, signJson } from "./signed-json.ts";
import { segmentNumber, segmentOfPath } from "./wal-segments.ts";

const planSchema = z.strictObject({
  points: z.array(z.string()),
  /** How many full backups pgBackRest keeps, with everything that depends on them. */
  fullBackups: z.int().min(1),
  /** The files that may disappear; any other file that disappears is reported by `verify`. */
  files: z.array(z.string()),
});

type PrunePlan = z.infer<typeof planSchema>;

/** The plan is stored before the first file is removed, so that an interrupted prune is completed by the next command. */
const planFile = ({ root }: RepositoryPaths): string => join(root, "prune.json");

/** The progress of a prune, after each step that cannot be undone. */
type OnPruneProgress = (progress: "planned" | "points removed" | "base backups removed") => void;

/** Removes the restore points that the policy does not keep, and the base backups and WAL that no kept point needs. */
export async function prune(
  repository: Repository,
  policy: RetentionPolicy,
  now: Date,
  onProgress: OnPruneProgress = () => undefined,
): Promise<readonly string[]> {
  const { paths, key } = repository;
  const entries = readPoints(paths, key);
  const { backups } = await readRepositoryInfo(repository.pgBackRest);
  const plan = planPrune({
    entries,
    backups,
    files: listInventoriedFiles(paths),
    kept: keptPoints(repository, entries, policy, now),
  });
  if (plan.points.length === 0 && plan.files.length === 0) return [];
  writeFileAtomically(planFile(paths), signJson(key, plan));
  onProgress("planned");
  await execute(repository, plan, onProgress);
  return plan.points;
}

/** The files that a prune which was interrupted may already have removed. */
export function readPendingRemovals({ paths, key }: Pick<Repository, "paths" | "key">): ReadonlySet<string> {
  const signed = readSignedJson(key, readTextIfPresent(planFile(paths)) ?? "");
  return new Set(signed.kind === "valid" ? planSchema.parse(signed.value).files : []);
}

/** Completes a prune that was interrupted. */
export async function completePrune(repository: Repository): Promise<void> {
  const { paths, key } = repository;
  const text = readTextIfPresent(planFile(paths));
  if (text === undefined) return;
  const signed = readSignedJson(key, text);
  if (signed.kind === "invalid") {
    throw new OperationError(1, {
      subject: planFile(paths),
      rule: signed.reason,
      remedy: "Delete it, then run `backup verify`: it lists what an interrupted prune has removed.",
    });
  }
  await execute(repository, planSchema.parse(signed.value));
}

function keptPoints(
  { paths, key }: Repository,
  entries: readonly PointEntry[],
  policy: RetentionPolicy,
  now: Date,
): ReadonlySet<string> {
  const state = readInventory(paths, key);
  const files = state.kind === "valid" ? Object.keys(state.inventory.files) : [];
  const candidates = completePoints(entries).map(({ name, createdAt, isNamed }) => {
    const own = files.filter((path) => path.startsWith(`points/${name}/`));
    const isGood = own.length > 0 && own.every((path) => existsSync(join(paths.root, path)));
    return { name, createdAt, isNamed, isGood };
  });
  return selectKeptPoints(candidates, policy, now.getTime());
}

interface PruneInput {
  readonly entries: readonly PointEntry[];
  readonly backups: readonly BaseBackup[];
  readonly files: readonly string[];
  readonly kept: ReadonlySet<string>;
}

/** Decides what a prune removes. Damaged points are kept for analysis; incomplete ones are leftovers of an interruption. */
export function planPrune({ entries, backups, files, kept }: PruneInput): PrunePlan {
  const points = entries.flatMap((entry) => {
    if (entry.kind === "incomplete") return [entry.name];
    return entry.kind === "complete" && !kept.has(entry.point.name) ? [entry.point.name] : [];
  });
  const needed = completePoints(entries)
    .filter(({ name }) => kept.has(name))
    .map(({ postgres }) => postgres.backup.slice(0, FULL_LABEL_LENGTH));
  const fulls = backups.filter(({ type }) => type === "full");
  const oldest = Math.max(
    0,
    fulls.findIndex(({ label }) => needed.includes(label)),
  );
  const expired = needed.length === 0 ? [] : fulls.slice(0, oldest);
  const firstSegment = fulls[expired.length]?.archive.start;
  return {
    points,
    fullBackups: Math.max(1, fulls.length - expired.length),
    files: files.filter(
      (path) =>
        points.some((name) => path.startsWith(`points/${name}/`)) ||
        expired.some(({ label }) => path.startsWith(`pgbackrest/backup/${STANZA}/${label}`)) ||
        // pgBackRest also removes WAL from before the oldest backup, which no restore can use.
        (firstSegment !== undefined && isOlderWal(path, firstSegment)),
    ),
  };
}

/** The label of a full backup; those that depend on it begin with it. */
const FULL_LABEL_LENGTH = "20261128-020226F".length;

function isOlderWal(path: string, first: string): boolean {
  const segment = segmentOfPath(path);
  return (
    path.startsWith("pgbackrest/archive/") &&
    segment !== undefined &&
    segmentNumber(segment) < segmentNumber(first)
  );
}

/** Every step can be repeated. The manifest goes first: without it, a directory is not a restore point any more. */
async function execute(
  { paths, key, pgBackRest }: Repository,
  plan: PrunePlan,
  onProgress: OnPruneProgress = () => undefined,
): Promise<void> {
  for (const name of plan.points) {
    rmSync(join(paths.points, name, MANIFEST_FILE), { force: true });
    rmSync(join(paths.points, name), { recursive: true, force: true });
  }
  onProgress("points removed");
  await runPgBackRest(pgBackRest, [`--repo1-retention-full=${plan.fullBackups}`, "expire"]);
  onProgress("base backups removed");
  const removed = plan.files.filter((path) => !existsSync(join(paths.root, path)));
  await updateInventory(paths, key, new Set(removed));
  rmSync(planFile(paths), { force: true });
}
