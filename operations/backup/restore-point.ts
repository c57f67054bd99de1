import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { errorCode } from "../../components/shared/error-code.ts";
import { readTextIfPresent } from "../../components/shared/read-text-if-present.ts";
import type { RepositoryPaths } from "./repository.ts";
import { readSignedJson } from "./signed-json.ts";

export const MANIFEST_FILE = "manifest.json";
export const REDIS_FILE = "redis.rdb.age";
export const SECRETS_FILE = "secrets.json.age";

/** Names of restore points: also directory names and names in the WAL, which has 63 characters at most. */
export const POINT_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

const tableSchema = z.strictObject({
  name: z.string(),
  rows: z.int(),
  /** Order-independent digest of all rows. */
  digest: z.string(),
});

const contentSchema = z.strictObject({
  /**
   * Whether the tables were locked against writes while they were counted and the restore point was created; otherwise, writes between
   * the two are possible.
   */
  isExact: z.boolean(),
  tables: z.array(tableSchema),
});

/** What the database contained at a restore point. */
export type DatabaseContent = z.infer<typeof contentSchema>;

const manifestSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().regex(POINT_NAME),
  /** Whether an operator chose the name. */
  isNamed: z.boolean(),
  createdAt: z.iso.datetime(),
  postgres: z.strictObject({
    version: z.int(),
    systemIdentifier: z.string(),
    database: z.string(),
    timeline: z.int(),
    lsn: z.string(),
    /** The WAL segment that contains the restore point. */
    segment: z.string(),
    archiveId: z.string(),
    /** The newest base backup before the restore point. */
    backup: z.string(),
    /** The first transaction that had not begun. */
    nextTransaction: z.string(),
    content: contentSchema,
  }),
  redis: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none") }),
    /** The snapshot was complete before the restore point of Postgres was created. */
    z.strictObject({ kind: z.literal("snapshot"), completedAt: z.iso.datetime(), bytes: z.int() }),
  ]),
  secrets: z.strictObject({ files: z.array(z.string()) }),
});

/** A restore point: one moment of Postgres, with the Redis snapshot and the secrets that belong to it. */
export type RestorePoint = z.infer<typeof manifestSchema>;

/** A directory of `points/`: a restore point, or why it is not one. */
export type PointEntry =
  | { readonly kind: "complete"; readonly point: RestorePoint }
  /** Without a manifest: a backup that was interrupted, or a prune. */
  | { readonly kind: "incomplete"; readonly name: string }
  | { readonly kind: "damaged"; readonly name: string; readonly file: string; readonly reason: string };

/** Reads the restore points of a repository, the oldest first. */
export function readPoints(paths: RepositoryPaths, key: string): PointEntry[] {
  return listDirectories(paths.points)
    .map((name) => readPoint(paths, key, name))
    .sort((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1));
}

const timeOf = (entry: PointEntry): string => (entry.kind === "complete" ? entry.point.createdAt : "");

/** The complete restore points, the oldest first. */
export function completePoints(entries: readonly PointEntry[]): RestorePoint[] {
  return entries.flatMap((entry) => (entry.kind === "complete" ? [entry.point] : []));
}

function readPoint(paths: RepositoryPaths, key: string, name: string): PointEntry {
  const file = join(paths.points, name, MANIFEST_FILE);
  const text = readTextIfPresent(file);
  if (text === undefined) return { kind: "incomplete", name };
  const signed = readSignedJson(key, text);
  if (signed.kind === "invalid") return { kind: "damaged", name, file, reason: signed.reason };
  const parsed = manifestSchema.safeParse(signed.value);
  if (!parsed.success || parsed.data.name !== name)
    return { kind: "damaged", name, file, reason: "has an unknown format" };
  return { kind: "complete", point: parsed.data };
}

function listDirectories(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** The default name of a restore point: its time in UTC. */
export function defaultPointName(now: Date): string {
  return now
    .toISOString()
    .replaceAll(/[-:]|\.\d+/g, "")
    .toLowerCase();
}
