import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorMessage } from "../errors.ts";
import { decryptAge } from "./age-file.ts";
import type { Repository } from "./backup-source.ts";
import { type DamagedFile, findDamagedFiles, type Inventory, readInventory } from "./inventory.ts";
import {
  type BaseBackup,
  type PgBackRest,
  readRepositoryFile,
  readRepositoryInfo,
  STANZA,
} from "./pgbackrest.ts";
import { readPendingRemovals } from "./prune.ts";
import {
  completePoints,
  type PointEntry,
  REDIS_FILE,
  type RestorePoint,
  readPoints,
  SECRETS_FILE,
} from "./restore-point.ts";
import { readSecretsExport } from "./secrets-export.ts";
import { findSegmentProblem, listArchivedSegments } from "./wal-archive.ts";
import { type ArchivedSegment, findMissingSegments, segmentNumber, segmentOfPath } from "./wal-segments.ts";

/** The result of a verification. */
export interface RepositoryVerification {
  readonly points: readonly string[];
  readonly files: number;
  /** Segments that were archived since the last backup; their content was compared with the digest in their name. */
  readonly newSegments: number;
  readonly damaged: readonly DamagedFile[];
}

export type OnProgress = (activity: string) => void;

/** Reads every file of a repository and reports each one that is missing, truncated or changed. */
export async function verifyRepository(
  repository: Repository,
  onProgress: OnProgress = () => undefined,
): Promise<RepositoryVerification> {
  const { paths, key } = repository;
  const state = readInventory(paths, key);
  const entries = readPoints(paths, key);
  const points = completePoints(entries);
  const inventory = state.kind === "valid" ? state.inventory : undefined;
  const pending = readPendingRemovals(repository);
  const files = Object.fromEntries(
    Object.entries(inventory?.files ?? {}).filter(([path]) => !pending.has(path)),
  );
  const total = Object.keys(files).length;
  let read = 0;
  const contents = await dropRewrittenFiles(
    repository,
    await findDamagedFiles(paths, files, () => {
      read += 1;
      onProgress(`file ${read} of ${total}`);
    }),
  );
  const segments = listArchivedSegments(repository);
  const unlisted = segments.filter(({ path }) => files[path] === undefined);
  const damaged = [
    ...describeInventoryProblem(state, existsSync(paths.points) && entries.length > 0),
    ...damagedPoints(entries),
    ...contents,
    ...(await findUnreadableExports(repository, points, contents)),
    ...(await findDamagedSegments(repository, unlisted, onProgress)),
    ...(await findGaps(repository, segments)),
  ];
  return {
    points: points.map(({ name }) => name),
    files: total,
    newSegments: unlisted.length,
    damaged: uniqueByPath(damaged),
  };
}

function describeInventoryProblem(
  state: ReturnType<typeof readInventory>,
  hasPoints: boolean,
): DamagedFile[] {
  if (state.kind === "damaged") return [{ path: "inventory.json", reason: state.reason }];
  return state.kind === "absent" && hasPoints ? [{ path: "inventory.json", reason: "is missing" }] : [];
}

function damagedPoints(entries: readonly PointEntry[]): DamagedFile[] {
  return entries.flatMap((entry) =>
    entry.kind === "damaged" ? [{ path: `points/${entry.name}/manifest.json`, reason: entry.reason }] : [],
  );
}

function uniqueByPath(files: readonly DamagedFile[]): DamagedFile[] {
  return [...new Map(files.toReversed().map((file) => [file.path, file])).values()].reverse();
}

/** The exports of the newest restore point must open with the key: a wrong key shows here and not during a disaster. */
async function findUnreadableExports(
  { paths, key }: Repository,
  points: readonly RestorePoint[],
  known: readonly DamagedFile[],
): Promise<DamagedFile[]> {
  const newest = points.at(-1);
  if (newest === undefined) return [];
  const damaged: DamagedFile[] = [];
  const check = async (file: string, read: (content: Buffer) => Promise<unknown>): Promise<void> => {
    const path = `points/${newest.name}/${file}`;
    if (known.some((found) => found.path === path)) return;
    try {
      await read(readFileSync(join(paths.root, path)));
    } catch (error) {
      damaged.push({ path, reason: `cannot be decrypted: ${errorMessage(error)}` });
    }
  };
  await check(SECRETS_FILE, (content) => readSecretsExport(key, content));
  if (newest.redis.kind === "snapshot") await check(REDIS_FILE, (content) => decryptAge(key, content));
  return damaged;
}

/** The files that pgBackRest or Postgres write again: their encrypted form differs each time. */
const REWRITTEN_FILE = /\/(?:(?:backup|archive)\.info(?:\.copy)?|[0-9A-F]{8}\.history)$/;

/** These files are text; a damaged block decrypts to random bytes. */
const PRINTABLE_TEXT = /^[\t\n\x20-\x7e]+$/;

/**
 * Removes the files from a list of damaged ones that were only written again since the inventory, for example by a backup that was
 * interrupted.
 */
async function dropRewrittenFiles(
  { paths, pgBackRest }: Repository,
  damaged: readonly DamagedFile[],
): Promise<DamagedFile[]> {
  const kept: DamagedFile[] = [];
  for (const file of damaged) {
    const isUsable =
      REWRITTEN_FILE.test(file.path) &&
      existsSync(join(paths.root, file.path)) &&
      (await isReadableText(pgBackRest, file.path));
    if (!isUsable) kept.push(file);
  }
  return kept;
}

async function isReadableText(pgBackRest: PgBackRest, path: string): Promise<boolean> {
  try {
    return PRINTABLE_TEXT.test((await readRepositoryFile(pgBackRest, path)).toString("utf8"));
  } catch {
    return false;
  }
}

async function findDamagedSegments(
  { pgBackRest }: Repository,
  segments: readonly ArchivedSegment[],
  onProgress: OnProgress = () => undefined,
): Promise<DamagedFile[]> {
  const damaged: DamagedFile[] = [];
  for (const segment of segments) {
    onProgress(`WAL segment ${segment.segment}`);
    const reason = await findSegmentProblem(pgBackRest, segment);
    if (reason !== undefined) damaged.push({ path: segment.path, reason });
  }
  return damaged;
}

/** Replay stops at the first segment that is missing. */
async function findGaps(
  { pgBackRest }: Repository,
  segments: readonly ArchivedSegment[],
): Promise<DamagedFile[]> {
  let backups: readonly BaseBackup[];
  try {
    ({ backups } = await readRepositoryInfo(pgBackRest));
  } catch (error) {
    return [{ path: `pgbackrest/backup/${STANZA}/backup.info`, reason: errorMessage(error) }];
  }
  const first = backups[0]?.archive.start;
  const last = newestSegment(segments);
  if (first === undefined || last === undefined) return [];
  const present = segments.map(({ segment }) => segment);
  return findMissingSegments(present, first, last).map((segment) => ({
    path: `pgbackrest/archive/${STANZA}/…/${segment}`,
    reason: "is missing: no restore can go past it",
  }));
}

function newestSegment(segments: readonly ArchivedSegment[]): string | undefined {
  return segments
    .map(({ segment }) => segment)
    .sort()
    .at(-1);
}

/** What a restore reads. */
export interface NeededFiles {
  readonly point: string | undefined;
  readonly backup: BaseBackup;
  /** The last segment to replay; undefined replays everything. */
  readonly lastSegment: string | undefined;
}

/** Reads every file that a restore needs, so that it is rejected before it has changed anything. */
export async function verifyNeededFiles(
  repository: Repository,
  { point, backup, lastSegment }: NeededFiles,
  onProgress: OnProgress = () => undefined,
): Promise<DamagedFile[]> {
  const { paths, key } = repository;
  const state = readInventory(paths, key);
  if (state.kind !== "valid")
    return [{ path: "inventory.json", reason: state.kind === "absent" ? "is missing" : state.reason }];
  const first = backup.archive.start;
  const isNeededSegment = (segment: string): boolean =>
    segmentNumber(segment) >= segmentNumber(first) &&
    (lastSegment === undefined || segmentNumber(segment) <= segmentNumber(lastSegment));
  const needed = pickFiles(state.inventory, (path) => {
    const segment = segmentOfPath(path);
    if (path.startsWith("points/")) return path.startsWith(`points/${point}/`);
    if (segment !== undefined) return isNeededSegment(segment);
    // Copies of old manifests, which no restore reads.
    if (path.includes("/backup.history/")) return false;
    return !path.startsWith(`pgbackrest/backup/${STANZA}/2`) || isPartOf(path, backup);
  });
  const contents = await dropRewrittenFiles(
    repository,
    await findDamagedFiles(paths, needed, (path) => onProgress(`checking ${path}`)),
  );
  const segments = listArchivedSegments(repository).filter(({ segment }) => isNeededSegment(segment));
  const unlisted = segments.filter(({ path }) => state.inventory.files[path] === undefined);
  const isInventoried = Object.keys(needed).some((path) => isPartOf(path, backup));
  const last = lastSegment ?? newestSegment(segments) ?? first;
  const present = segments.map(({ segment }) => segment);
  const gaps = findMissingSegments(present, first, last).map((segment) => ({
    path: `WAL segment ${segment}`,
    reason: "is missing",
  }));
  // A listed segment that is missing is already named with its path.
  const isNamed = (gap: DamagedFile): boolean =>
    contents.some(({ path }) => path.includes(gap.path.slice("WAL segment ".length)));
  return [
    ...(isInventoried
      ? []
      : [{ path: `pgbackrest/backup/${STANZA}/${backup.label}`, reason: "is not in the inventory" }]),
    ...contents,
    ...(await findDamagedSegments(repository, unlisted, onProgress)),
    ...gaps.filter((gap) => !isNamed(gap)),
  ];
}

function isPartOf(path: string, { label, reference }: BaseBackup): boolean {
  return [label, ...(reference ?? [])].some((part) =>
    path.startsWith(`pgbackrest/backup/${STANZA}/${part}/`),
  );
}

function pickFiles({ files }: Inventory, isNeeded: (path: string) => boolean): Inventory["files"] {
  return Object.fromEntries(Object.entries(files).filter(([path]) => isNeeded(path)));
}
