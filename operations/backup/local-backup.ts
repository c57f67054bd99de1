import { chmodSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeDrillRecord } from "../../checklist/records/drill-record.ts";
import { MissingToolError } from "../../components/shared/errors.ts";
import { errorMessage, OperationError } from "../errors.ts";
import { makeDirectory, makeStateDirectory } from "../local/files.ts";
import { type LocalPaths, localPaths } from "../local/paths.ts";
import { findPrograms } from "../local/processes/installed-programs.ts";
import { parseSecret } from "../local/services/secrets.ts";
import { acquireLock, readLockState } from "../local/supervisor/lock.ts";
import { withPostgres } from "../with-postgres.ts";
import type { Repository } from "./backup-source.ts";
import { requireRepository, requireRepositoryOrEmpty, requireRestoreDirectory } from "./check-directories.ts";
import { type BackupOptions, type BackupResult, createRestorePoint } from "./create-restore-point.ts";
import { type DrillOptions, type DrillResult, runDrill } from "./drill.ts";
import { BACKUP_KEY_FILE, openLocalRepository, readLocalSource } from "./local-repository.ts";
import { readRepositoryInfo } from "./pgbackrest.ts";
import { withRepositoryLock } from "./repository-lock.ts";
import { type RestoreOptions, type RestoreResult, restore } from "./restore.ts";
import { readRestoreJournal } from "./restore-journal.ts";
import { type PointEntry, readPoints } from "./restore-point.ts";
import { DEFAULT_RETENTION } from "./retention.ts";
import { type RepositoryVerification, verifyRepository } from "./verify-repository.ts";
import { type ArchiveState, classifyArchive, describeArchive, observeArchive } from "./wal-archive.ts";

/** Which repository a command uses. */
export interface RepositoryOptions {
  readonly project: string;
  readonly repository?: string | undefined;
  readonly keyFile?: string | undefined;
}

/**
 * Opens the repository of a command.
 * @param check decides whether a directory that the operator names may be used; the default one is created when it is first needed.
 */
function open(
  { project, repository, keyFile }: RepositoryOptions,
  check = requireRepository,
): {
  readonly paths: LocalPaths;
  readonly repository: Repository;
} {
  requirePosix();
  if (repository !== undefined) check("--repository", resolve(repository));
  const paths = localPaths(project);
  const key = keyFile === undefined ? {} : { key: parseSecret(keyFile, readKeyFile(keyFile)) };
  const root = repository === undefined ? {} : { root: resolve(repository) };
  makeStateDirectory(paths.state);
  return { paths, repository: openLocalRepository(paths, { ...root, ...key }) };
}

function requirePosix(): void {
  if (process.platform !== "win32") return;
  throw new MissingToolError(
    "pgbackrest",
    "It does not run on Windows, where the deployment has no Postgres of its own.",
  );
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new OperationError(2, {
      subject: "--key-file",
      value: path,
      rule: `cannot be read: ${errorMessage(error)}`,
      remedy: "Name the file with the backup encryption key.",
    });
  }
}

/** The restore points of a repository, and the state of WAL archiving. */
export interface BackupList {
  readonly repository: string;
  readonly points: readonly PointEntry[];
  readonly backups: readonly { readonly label: string; readonly type: string; readonly bytes: number }[];
  /** Undefined while Postgres does not run. */
  readonly archive: { readonly state: ArchiveState; readonly description: string } | undefined;
}

export async function listBackups(options: RepositoryOptions): Promise<BackupList> {
  const { paths, repository } = open(options);
  const { backups } = await readRepositoryInfo(repository.pgBackRest);
  return {
    repository: repository.paths.root,
    points: readPoints(repository.paths, repository.key),
    backups: backups.map(({ label, type, info }) => ({ label, type, bytes: info.repository.delta })),
    archive: await readArchive(paths, repository),
  };
}

/** The state of WAL archiving of the running deployment. */
export function readArchiveState(options: RepositoryOptions): Promise<BackupList["archive"]> {
  const { paths, repository } = open(options);
  return readArchive(paths, repository);
}

async function readArchive(paths: LocalPaths, repository: Repository): Promise<BackupList["archive"]> {
  if (readLockState(paths.lock).kind !== "held") return undefined;
  const { postgres } = readLocalSource(paths);
  const seen = await withPostgres({ ...postgres.connection, database: postgres.database }, (client) =>
    observeArchive(client, repository),
  );
  const state = classifyArchive(seen);
  return { state, description: describeArchive(state) };
}

export async function createBackup(
  options: RepositoryOptions,
  backup: Pick<BackupOptions, "name" | "full" | "onStep" | "signal">,
): Promise<BackupResult> {
  const { paths, repository } = open(options, requireRepositoryOrEmpty);
  return createRestorePoint(repository, readLocalSource(paths), { ...backup, retention: DEFAULT_RETENTION });
}

export async function verifyBackups(
  options: RepositoryOptions,
  onProgress: (activity: string) => void,
): Promise<RepositoryVerification> {
  const { repository } = open(options);
  return withRepositoryLock(repository.paths, () => verifyRepository(repository, onProgress));
}

export type LocalRestoreOptions = Pick<
  RestoreOptions,
  "target" | "confirm" | "inspect" | "onStep" | "timeline"
> & {
  /** Undefined replaces the live data. */
  readonly into?: string | undefined;
};

/** Restores into a directory, or replaces the data of the deployment, which must not be running. */
export async function restoreBackup(
  options: RepositoryOptions,
  { into, ...restoring }: LocalRestoreOptions,
): Promise<RestoreResult> {
  const { project } = options;
  const isElsewhere = into !== undefined && resolve(into) !== localPaths(project).state;
  if (isElsewhere) requireRestoreDirectory("--into", resolve(into));
  const { paths, repository } = open(options);
  const postgres = requirePostgres();
  const common = { ...restoring, postgres, keyFile: BACKUP_KEY_FILE };
  if (isElsewhere) return restore(repository, { ...common, into: prepareDirectory(resolve(into)) });
  // Held during the restore, so that the deployment cannot start on data of which only a part has been replaced.
  const acquired = acquireLock(paths.lock);
  if (acquired === undefined) {
    throw new OperationError(1, {
      subject: paths.state,
      rule: "is running: its data cannot be replaced",
      remedy: "Stop it with `npm run local -- down`, or restore into another directory with --into.",
    });
  }
  try {
    // It describes a deployment that does not run any more.
    rmSync(paths.running, { force: true });
    return await restore(repository, { ...common, into: paths.state });
  } finally {
    acquired.lock.release();
  }
}

/** The user postgres must be able to enter its part of the directory; the secrets in it have their own mode. */
function prepareDirectory(into: string): string {
  makeDirectory(into);
  const isOwn = readRestoreJournal(into) !== undefined;
  if (!isOwn && process.getuid?.() === 0) chmodSync(into, 0o711);
  return into;
}

function requirePostgres(): string {
  const { postgres } = findPrograms([]);
  if (postgres !== undefined) return postgres.postgres;
  throw new MissingToolError("Postgres", "Install it (Debian: apt-get install postgresql).");
}

/** Runs a restore drill and writes its records to `records/local/drills`. */
export async function drillBackup(
  options: RepositoryOptions,
  { target, onStep }: Pick<DrillOptions, "target" | "onStep">,
): Promise<DrillResult & { readonly files: readonly string[] }> {
  const { paths, repository } = open(options);
  const isUp = readLockState(paths.lock).kind === "held";
  const result = await runDrill(repository, {
    environment: "local",
    target,
    onStep,
    postgres: requirePostgres(),
    keyFile: BACKUP_KEY_FILE,
    source: isUp ? readLocalSource(paths) : undefined,
  });
  const files = result.records.map((record) => writeDrillRecord(options.project, record));
  return { ...result, files: files.map((file) => join(options.project, file)) };
}
