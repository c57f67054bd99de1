import { createHash } from "node:crypto";
import { statfsSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import type pg from "pg";
import { errorMessage, OperationError } from "../errors.ts";
import { pollUntil } from "../poll-until.ts";
import type { Repository } from "./backup-source.ts";
import { type PgBackRest, readRepositoryFile } from "./pgbackrest.ts";
import { listFiles } from "./repository.ts";
import {
  type ArchivedSegment,
  findMissingSegments,
  parseArchivedSegment,
  segmentNumber,
} from "./wal-segments.ts";

/** What Postgres reports of its archiver, and what the repository contains. */
export interface ArchiveObservation {
  readonly lastArchived: string | undefined;
  readonly lastArchivedMs: number | undefined;
  readonly lastFailed: string | undefined;
  readonly lastFailedMs: number | undefined;
  /** Age of the oldest segment that is complete but not archived. */
  readonly oldestWaitingMs: number | undefined;
  /** The first segment that Postgres reports as archived, but that is not in the repository. */
  readonly lost: string | undefined;
  readonly freeBytes: number;
}

/** The state of WAL archiving. */
export type ArchiveState =
  | { readonly kind: "current" }
  /** Nothing had to be archived yet. */
  | { readonly kind: "unused" }
  | { readonly kind: "behind"; readonly waitingMs: number }
  | { readonly kind: "full"; readonly segment: string; readonly freeBytes: number }
  | { readonly kind: "failing"; readonly segment: string }
  /** The archive command reports success, but the segment is not in the repository. */
  | { readonly kind: "keeps-nothing"; readonly segment: string };

/** RPO: at most five minutes of changes may be lost (components/monitoring/rules/thresholds.ts). */
export const RPO_MS = 300_000;

/** A segment, and the temporary copy that pgBackRest writes before it renames it. */
const MIN_FREE_BYTES = 2 * 16 * 2 ** 20;

/** Decides from one observation what is wrong with the archive; the worst first. */
export function classifyArchive(seen: ArchiveObservation): ArchiveState {
  if (seen.lost !== undefined) return { kind: "keeps-nothing", segment: seen.lost };
  const hasFailed = seen.lastFailed !== undefined && (seen.lastFailedMs ?? 0) > (seen.lastArchivedMs ?? 0);
  if (hasFailed && seen.freeBytes < MIN_FREE_BYTES)
    return { kind: "full", segment: seen.lastFailed ?? "", freeBytes: seen.freeBytes };
  if (hasFailed) return { kind: "failing", segment: seen.lastFailed ?? "" };
  if ((seen.oldestWaitingMs ?? 0) > RPO_MS) return { kind: "behind", waitingMs: seen.oldestWaitingMs ?? 0 };
  return seen.lastArchived === undefined ? { kind: "unused" } : { kind: "current" };
}

/** Describes the state in one sentence for operators. */
export function describeArchive(state: ArchiveState): string {
  switch (state.kind) {
    case "current":
      return "WAL is archived";
    case "unused":
      return "no WAL segment has been archived yet";
    case "behind":
      return `WAL is archived too slowly: a segment has been waiting for ${Math.round(state.waitingMs / 1000)} s`;
    case "full":
      return `WAL segment ${state.segment} cannot be archived: the repository's disk is full (${Math.round(state.freeBytes / 2 ** 20)} MiB free)`;
    case "failing":
      return `WAL segment ${state.segment} cannot be archived: the archive command fails; its error is in the log of Postgres`;
    case "keeps-nothing":
      return `WAL segment ${state.segment} is lost: the archive command reported success, but the repository does not contain it`;
    default: {
      const exhaustive: never = state;
      return exhaustive;
    }
  }
}

/** The WAL segments in the repository. */
export function listArchivedSegments({ paths }: Pick<Repository, "paths">): ArchivedSegment[] {
  return listFiles(paths.root, join(paths.pgbackrest, "archive")).flatMap(
    (path) => parseArchivedSegment(path) ?? [],
  );
}

/** Reads the state of the archiver. @param client is connected as a superuser. */
export async function observeArchive(client: pg.Client, repository: Repository): Promise<ArchiveObservation> {
  const { rows } = await client.query<Record<string, string | null>>(
    `SELECT last_archived_wal AS archived, extract(epoch FROM last_archived_time) * 1000 AS archived_ms,
            last_failed_wal AS failed, extract(epoch FROM last_failed_time) * 1000 AS failed_ms,
            (SELECT extract(epoch FROM now() - min(modification)) * 1000 FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready') AS waiting_ms
     FROM pg_stat_archiver`,
  );
  const [row = {}] = rows;
  const archived = row.archived ?? undefined;
  const number = (value: string | null | undefined): number | undefined =>
    value === null || value === undefined ? undefined : Number(value);
  const { bavail, bsize } = statfsSync(repository.paths.root);
  return {
    lastArchived: archived,
    lastArchivedMs: number(row.archived_ms),
    lastFailed: row.failed ?? undefined,
    lastFailedMs: number(row.failed_ms),
    oldestWaitingMs: number(row.waiting_ms),
    lost: findLostSegment(
      listArchivedSegments(repository).map(({ segment }) => segment),
      archived,
    ),
    freeBytes: bavail * bsize,
  };
}

/** The first segment that is missing between the oldest one in the repository and the one that was archived last. */
export function findLostSegment(
  present: readonly string[],
  lastArchived: string | undefined,
): string | undefined {
  // A timeline history or a backup label can be the last archived file; only segments have 24 digits.
  if (lastArchived === undefined || !/^[0-9A-F]{24}$/.test(lastArchived)) return undefined;
  const [first = lastArchived] = present.toSorted((one, other) => segmentNumber(one) - segmentNumber(other));
  return findMissingSegments(present, first, lastArchived)[0];
}

interface WaitOptions {
  readonly timeoutMs: number;
  readonly intervalMs: number;
}

/**
 * Waits until a segment is in the repository, and reads it back: a backup without its WAL cannot be restored.
 * @throws OperationError that says why the archive does not contain it.
 */
export async function waitForSegment(
  client: pg.Client,
  repository: Repository,
  segment: string,
  { timeoutMs, intervalMs }: WaitOptions = { timeoutMs: 60_000, intervalMs: 200 },
): Promise<void> {
  let state: ArchiveState = { kind: "unused" };
  let found: ArchivedSegment | undefined;
  await pollUntil(
    async () => {
      found = listArchivedSegments(repository).find((archived) => archived.segment === segment);
      if (found !== undefined) return true;
      const seen = await observeArchive(client, repository);
      state = classifyArchive(seen);
      return state.kind === "keeps-nothing" && (seen.lastArchived ?? "") >= segment;
    },
    { timeoutMs, intervalMs },
  );
  if (found === undefined) {
    throw new OperationError(1, {
      subject: `WAL segment ${segment}`,
      rule: `is not in the archive after ${Math.round(timeoutMs / 1000)} s: ${describeArchive(state)}`,
      remedy: "Fix the archive, then run this again; until then, a restore ends at the segment before it.",
    });
  }
  const reason = await findSegmentProblem(repository.pgBackRest, found);
  if (reason !== undefined)
    throw new OperationError(1, {
      subject: found.path,
      rule: reason,
      remedy: "Run this again: a new base backup does not need this segment.",
    });
}

/**
 * Reads a segment back and compares it with the digest in its name; this needs no database, so it also works on an empty machine.
 * @returns why it cannot be used.
 */
export async function findSegmentProblem(
  pgBackRest: PgBackRest,
  { path, sha1 }: ArchivedSegment,
): Promise<string | undefined> {
  try {
    const stored = await readRepositoryFile(pgBackRest, path);
    const content = path.endsWith(".zst") ? zstdDecompressSync(stored) : stored;
    const actual = createHash("sha1").update(content).digest("hex");
    return actual === sha1 ? undefined : "has a different content";
  } catch (error) {
    return `cannot be read: ${errorMessage(error)}`;
  }
}
