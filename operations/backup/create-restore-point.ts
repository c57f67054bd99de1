import { join } from "node:path";
import { InputError } from "../../components/shared/errors.ts";
import { makeDirectory, writeFileAtomically } from "../local/files.ts";
import { withPostgres } from "../with-postgres.ts";
import { encryptAge } from "./age-file.ts";
import type { BackupSource, Repository } from "./backup-source.ts";
import { createPostgresRestorePoint, readTimeline } from "./database-content.ts";
import { updateInventory } from "./inventory.ts";
import { type BaseBackup, readRepositoryInfo, runPgBackRest } from "./pgbackrest.ts";
import { completePrune, prune } from "./prune.ts";
import { takeRedisSnapshot } from "./redis-snapshot.ts";
import { withRepositoryLock } from "./repository-lock.ts";
import {
  completePoints,
  defaultPointName,
  MANIFEST_FILE,
  POINT_NAME,
  REDIS_FILE,
  type RestorePoint,
  readPoints,
  SECRETS_FILE,
} from "./restore-point.ts";
import type { RetentionPolicy } from "./retention.ts";
import { exportSecrets } from "./secrets-export.ts";
import { signJson } from "./signed-json.ts";
import { waitForSegment } from "./wal-archive.ts";
import { segmentTimeline } from "./wal-segments.ts";

/** The steps of a backup, in their order. */
export const BACKUP_STEPS = [
  "complete the previous prune",
  "base backup",
  "secrets",
  "Redis snapshot",
  "restore point",
  "WAL",
  "inventory",
  "manifest",
  "prune",
] as const;

export type BackupStep = (typeof BACKUP_STEPS)[number];

export interface BackupOptions {
  /** The operator's name for the restore point. */
  readonly name?: string | undefined;
  /** Takes a full base backup, even if a differential one is enough. */
  readonly full?: boolean;
  readonly retention: RetentionPolicy;
  readonly now?: Date;
  readonly signal?: AbortSignal | undefined;
  readonly onStep: (step: BackupStep, detail?: string) => void;
}

/** The result of a backup. */
export interface BackupResult {
  readonly point: RestorePoint;
  readonly baseBackup: "full" | "diff" | "unchanged";
  readonly removedPoints: readonly string[];
  readonly seconds: number;
}

const DAY_SECONDS = 86_400;

/** Seconds after which a restore would replay too much WAL: a day; and a differential backup grow too large: a week. */
const BASE_BACKUP_SECONDS = DAY_SECONDS;
const FULL_BACKUP_SECONDS = 7 * DAY_SECONDS;

/** Decides which base backup is due; a restore point needs one before it, and after a restore one on the new timeline. */
export function selectBaseBackup(
  backups: readonly BaseBackup[],
  nowSeconds: number,
  timeline: number,
): "full" | "diff" | "unchanged" {
  const usable = backups.filter(({ error }) => error !== true);
  const lastFull = usable.findLast(({ type }) => type === "full");
  const last = usable.at(-1);
  if (lastFull === undefined || last === undefined) return "full";
  if (nowSeconds - lastFull.timestamp.stop >= FULL_BACKUP_SECONDS) return "full";
  if (segmentTimeline(last.archive.stop) !== timeline) return "diff";
  return nowSeconds - last.timestamp.stop >= BASE_BACKUP_SECONDS ? "diff" : "unchanged";
}

/**
 * Creates a restore point of Postgres, Redis and the secrets. Its order makes it consistent: the secrets and the Redis snapshot are
 * complete before the restore point of Postgres, so every player that a session refers to is in the database. A manifest is written
 * last, and only a directory with a manifest is a restore point.
 */
export function createRestorePoint(
  repository: Repository,
  source: BackupSource,
  options: BackupOptions,
): Promise<BackupResult> {
  return withRepositoryLock(repository.paths, () => createLocked(repository, source, options));
}

async function createLocked(
  repository: Repository,
  source: BackupSource,
  options: BackupOptions,
): Promise<BackupResult> {
  const startedAt = performance.now();
  const { paths, key } = repository;
  const { onStep, now = new Date() } = options;
  const name = requireNewName(repository, options.name, now);
  onStep("complete the previous prune");
  await completePrune(repository);
  const baseBackup = await takeBaseBackup(repository, source, options, now);
  const directory = join(paths.points, name);
  makeDirectory(directory);
  onStep("secrets");
  const secrets = await exportSecrets(key, source.secretFiles);
  writeFileAtomically(join(directory, SECRETS_FILE), Buffer.from(secrets.content));
  onStep("Redis snapshot");
  const redis = await saveRedis(repository, source, directory);
  onStep("restore point");
  const postgres = await markPostgres(repository, source, name, onStep);
  onStep("inventory");
  await updateInventory(paths, key);
  onStep("manifest");
  const point: RestorePoint = {
    version: 1,
    name,
    isNamed: options.name !== undefined,
    createdAt: new Date().toISOString(),
    postgres,
    redis,
    secrets: { files: [...secrets.names] },
  };
  writeFileAtomically(join(directory, MANIFEST_FILE), signJson(key, point));
  await updateInventory(paths, key);
  onStep("prune");
  const removedPoints = await prune(repository, options.retention, now, (progress) =>
    onStep("prune", progress),
  );
  return { point, baseBackup, removedPoints, seconds: Math.round(performance.now() - startedAt) / 1000 };
}

function requireNewName({ paths, key }: Repository, wanted: string | undefined, now: Date): string {
  const name = wanted ?? defaultPointName(now);
  const reject = (rule: string, remedy: string) =>
    new InputError("The restore point cannot be created:", [
      { subject: "--name", value: name, rule, remedy },
    ]);
  if (!POINT_NAME.test(name) || name === "latest")
    throw reject(
      "must have at most 40 lower-case letters, digits and hyphens, and not be latest",
      "Choose a name such as before-release-2-5-0.",
    );
  if (completePoints(readPoints(paths, key)).some((point) => point.name === name))
    throw reject("is the name of an existing restore point", "Choose another name.");
  return name;
}

async function takeBaseBackup(
  { pgBackRest }: Repository,
  { postgres: { connection, database } }: BackupSource,
  { full, onStep, signal }: BackupOptions,
  now: Date,
): Promise<BackupResult["baseBackup"]> {
  const { backups } = await readRepositoryInfo(pgBackRest);
  const timeline = await withPostgres({ ...connection, database }, readTimeline);
  const due = selectBaseBackup(backups, now.getTime() / 1000, timeline);
  const type = full === true ? "full" : due;
  onStep("base backup", type);
  if (type !== "unchanged") await runPgBackRest(pgBackRest, [`--type=${type}`, "backup"], { signal });
  return type;
}

async function saveRedis(
  { key }: Repository,
  { redis }: BackupSource,
  directory: string,
): Promise<RestorePoint["redis"]> {
  if (redis === undefined) return { kind: "none" };
  const snapshot = await takeRedisSnapshot(redis);
  const completedAt = new Date().toISOString();
  writeFileAtomically(join(directory, REDIS_FILE), Buffer.from(await encryptAge(key, snapshot)));
  return { kind: "snapshot", completedAt, bytes: snapshot.byteLength };
}

async function markPostgres(
  repository: Repository,
  { postgres: { connection, database } }: BackupSource,
  name: string,
  onStep: BackupOptions["onStep"],
): Promise<RestorePoint["postgres"]> {
  const { position, content, version, systemIdentifier } = await withPostgres(
    { ...connection, database },
    async (client) => {
      const { position, content } = await createPostgresRestorePoint(client, name);
      const { rows } = await client.query<{ version: string; system: string }>(
        `SELECT current_setting('server_version_num') AS version, system_identifier::text AS system, pg_switch_wal()
         FROM pg_control_system()`,
      );
      onStep("WAL", position.segment);
      await waitForSegment(client, repository, position.segment);
      const [row] = rows;
      return { position, content, version: Number(row?.version), systemIdentifier: row?.system ?? "" };
    },
  );
  const { backups, archiveId } = await readRepositoryInfo(repository.pgBackRest);
  const backup = backups.findLast(({ error }) => error !== true);
  if (backup === undefined || archiveId === undefined) throw new Error("There is no base backup.");
  return { version, systemIdentifier, database, ...position, archiveId, backup: backup.label, content };
}
