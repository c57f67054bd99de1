import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { OperationError } from "../errors.ts";
import { makeDirectory, writeFileAtomically } from "../local/files.ts";
import { identifyProcess } from "../local/processes/process-identity.ts";
import { pollUntil } from "../poll-until.ts";
import { withPostgres } from "../with-postgres.ts";
import { decryptAge } from "./age-file.ts";
import type { Repository } from "./backup-source.ts";
import { readRepositoryInfo, runPgBackRest } from "./pgbackrest.ts";
import { type RecoveryServer, startRecovery } from "./recovery-server.ts";
import { writeRedisData } from "./redis-restore.ts";
import { listFiles } from "./repository.ts";
import { withRepositoryLock } from "./repository-lock.ts";
import {
  type RestoreJournal,
  readRestoreJournal,
  restorePaths,
  swapParts,
  writeRestoreJournal,
} from "./restore-journal.ts";
import { completePoints, REDIS_FILE, readPoints, SECRETS_FILE } from "./restore-point.ts";
import { formatTarget, planRestore, type RestorePlan, type RestoreTarget } from "./restore-target.ts";
import { checkRestoredData, type RestoredData } from "./restored-data.ts";
import { readSecretsExport, writeSecretsExport } from "./secrets-export.ts";
import { verifyNeededFiles } from "./verify-repository.ts";

/** The steps of a restore, in their order. */
export const RESTORE_STEPS = [
  "unarchived WAL",
  "check the repository",
  "base backup",
  "replay",
  "check the data",
  "inspection",
  "promotion",
  "Redis and secrets",
  "replace the data",
] as const;

export type RestoreStep = (typeof RESTORE_STEPS)[number];

/** What a restore would replace. */
export interface RestorePreview {
  readonly plan: RestorePlan;
  /** Undefined if there is no data at the target. */
  readonly live: { readonly changedAt: Date; readonly directory: string } | undefined;
  /** Continues a restore that was interrupted. */
  readonly resumed: boolean;
}

export interface RestoreOptions {
  readonly target: RestoreTarget;
  /** The directory that gets `postgres`, `redis`, `secrets` and `tls`. */
  readonly into: string;
  /** The Postgres server program. */
  readonly postgres: string;
  /** Name of the secret file that the repository's key is written to. */
  readonly keyFile: string;
  /** Replays this timeline instead of the newest one. */
  readonly timeline?: number | undefined;
  /** Decides, before anything is changed, whether to continue; throws if not. */
  readonly confirm: (preview: RestorePreview) => Promise<void>;
  /** Inspects the paused database before it is promoted; throws to abandon the restore. */
  readonly inspect?: ((server: RecoveryServer, data: RestoredData) => Promise<void>) | undefined;
  readonly onStep: (step: RestoreStep, detail?: string) => void;
  readonly now?: Date;
}

/** The result of a restore. */
export interface RestoreResult {
  readonly target: string;
  readonly backup: string;
  readonly snapshot: string;
  /** Undefined if the data was checked before an interruption. */
  readonly data: RestoredData | undefined;
  /** The directory with the replaced data; undefined if there was none. */
  readonly replaced: string | undefined;
  readonly seconds: number;
}

/**
 * Restores into a staging directory, replays to the target, checks the data, and only then replaces what is there. An interrupted
 * restore is continued by the same command.
 * @throws OperationError; the data at the target is unchanged, except after an interruption of the last step.
 */
export function restore(repository: Repository, options: RestoreOptions): Promise<RestoreResult> {
  return withRepositoryLock(repository.paths, () => restoreLocked(repository, options));
}

async function restoreLocked(repository: Repository, options: RestoreOptions): Promise<RestoreResult> {
  const startedAt = performance.now();
  const { target, into, confirm, onStep, now = new Date() } = options;
  const plan = await planFromRepository(repository, target, { now, timeline: options.timeline });
  const previous = requireSameRestore(into, target);
  await confirm({ plan, live: findLiveData(into), resumed: previous !== undefined });
  const journal: RestoreJournal = previous ?? {
    version: 1,
    target: formatTarget(target),
    backup: plan.backup.label,
    phase: "restoring",
    replaced: `replaced-${now.toISOString().replaceAll(/[:.]/g, "-")}`,
  };
  let data: RestoredData | undefined;
  if (journal.phase === "restoring") {
    data = await restoreDatabase(repository, plan, options, journal);
    await restoreFiles(repository, plan, options);
    writeRestoreJournal(into, { ...journal, phase: "recovered" });
  }
  onStep("replace the data");
  swapParts(into, journal);
  return {
    target: formatTarget(target),
    backup: plan.backup.label,
    snapshot: plan.snapshot.name,
    data,
    replaced: existsSync(join(into, journal.replaced)) ? join(into, journal.replaced) : undefined,
    seconds: Math.round(performance.now() - startedAt) / 1000,
  };
}

/**
 * Plans a restore from what the repository contains.
 * @throws OperationError if it does not contain the target.
 */
export async function planFromRepository(
  { paths, key, pgBackRest }: Repository,
  target: RestoreTarget,
  { now, timeline }: { readonly now: Date; readonly timeline?: number | undefined },
): Promise<RestorePlan> {
  const points = completePoints(readPoints(paths, key));
  const { backups } = await readRepositoryInfo(pgBackRest);
  return planRestore(target, { points, backups, now }, timeline);
}

function requireSameRestore(into: string, target: RestoreTarget): RestoreJournal | undefined {
  const journal = readRestoreJournal(into);
  if (journal === undefined || journal.target === formatTarget(target)) return journal;
  throw new OperationError(1, {
    subject: restorePaths(into).staging,
    value: journal.target,
    rule: "belongs to another restore that was interrupted",
    remedy:
      journal.phase === "swapping"
        ? `Complete it first, with --point ${journal.target}.`
        : `Complete it with --point ${journal.target}, or delete this directory to abandon it.`,
  });
}

/** The newest WAL file shows when the database was last changed. */
function findLiveData(into: string): RestorePreview["live"] {
  const wal = join(into, "postgres", "data", "pg_wal");
  if (!existsSync(wal)) return undefined;
  const times = readdirSync(wal, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(wal, entry.name)).mtimeMs);
  return { changedAt: new Date(Math.max(0, ...times)), directory: join(into, "postgres", "data") };
}

async function restoreDatabase(
  repository: Repository,
  plan: RestorePlan,
  { into, postgres, inspect, onStep }: RestoreOptions,
  journal: RestoreJournal,
): Promise<RestoredData> {
  const { pgBackRest } = repository;
  const { staging, data } = restorePaths(into);
  const live = join(into, "postgres", "data");
  onStep("unarchived WAL");
  await archiveWaitingSegments(repository, live);
  onStep("check the repository");
  await rejectDamagedFiles(repository, plan, (activity) => onStep("check the repository", activity));
  writeRestoreJournal(into, journal);
  onStep("base backup", plan.backup.label);
  await removeServerLock(data);
  prepareDataDirectory(repository, staging);
  await runPgBackRest(pgBackRest, [
    `--pg1-path=${data}`,
    `--set=${plan.backup.label}`,
    "--delta",
    ...plan.options,
    "restore",
  ]);
  copyUnarchivedWal(repository, live, data);
  onStep("replay");
  const server = await startRecovery({
    postgres,
    data,
    database: plan.snapshot.postgres.database,
    owner: pgBackRest.owner,
    pauses: plan.target.kind !== "latest",
    onProgress: (activity) => onStep("replay", activity),
  });
  try {
    onStep("check the data");
    const found = await checkData(repository, plan, server);
    onStep(
      "check the data",
      `${found.decrypted.players} players and ${found.decrypted.world} world objects decrypted`,
    );
    if (inspect !== undefined) {
      onStep("inspection");
      await inspect(server, found);
    }
    if (found.problems.length > 0) throw damagedDataError(data, found);
    onStep("promotion");
    await server.promote();
    return found;
  } finally {
    await server.stop();
    removeRecoverySettings(data);
    markTimelinesForArchiving(repository, data);
  }
}

/**
 * Archiving is off during the recovery, so Postgres has not queued the history of the new timeline; without it in the archive, a later
 * restore could not follow this one.
 */
function markTimelinesForArchiving({ paths, pgBackRest: { owner } }: Repository, data: string): void {
  const wal = join(data, "pg_wal");
  const archived = listFiles(paths.root, join(paths.pgbackrest, "archive"));
  for (const name of readdirSync(wal)) {
    if (!/^[0-9A-F]{8}\.history$/.test(name) || archived.some((path) => path.endsWith(`/${name}`))) continue;
    const marker = join(wal, "archive_status", `${name}.ready`);
    writeFileSync(marker, "", { mode: 0o600 });
    if (owner !== undefined) chownSync(marker, owner.uid, owner.gid);
  }
}

async function rejectDamagedFiles(
  repository: Repository,
  plan: RestorePlan,
  onProgress: (activity: string) => void,
): Promise<void> {
  const needed = { point: plan.snapshot.name, backup: plan.backup, lastSegment: plan.lastSegment };
  const damaged = await verifyNeededFiles(repository, needed, onProgress);
  if (damaged.length === 0) return;
  throw new OperationError(
    1,
    damaged.map(({ path, reason }) => ({
      subject: path,
      rule: reason,
      remedy:
        "Copy the file from another copy of the repository, or choose a restore point that does not need it.",
    })),
    "The repository is damaged; nothing was restored:",
  );
}

/** The temporary Postgres ends with a killed restore, but leaves its lock file, with which pgBackRest rejects the directory. */
async function removeServerLock(data: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8").split("\n", 1)[0]);
  const isGone = (): boolean => basename(identifyProcess(pid)?.program ?? "") !== "postgres";
  if (await pollUntil(isGone, { timeoutMs: 10_000, intervalMs: 100 })) rmSync(file, { force: true });
}

function prepareDataDirectory({ pgBackRest: { owner } }: Repository, staging: string): void {
  const parent = join(staging, "postgres");
  const data = join(parent, "data");
  // pgBackRest continues only in a directory with one of its marks; earlier leftovers of an interruption are in its way.
  const isContinued = ["PG_VERSION", "backup.manifest"].some((name) => existsSync(join(data, name)));
  if (!isContinued) rmSync(data, { recursive: true, force: true });
  makeDirectory(data);
  if (owner === undefined) return;
  // The user postgres must be able to enter its directory; the journal and the secrets next to it have mode 0600.
  makeTraversable(staging);
  for (const path of [parent, data]) chownSync(path, owner.uid, owner.gid);
}

function makeTraversable(directory: string): void {
  chmodSync(directory, (statSync(directory).mode & 0o777) | 0o711);
}

/**
 * Archives the complete segments that a server which was killed has not archived, so that the archive has no gap when the data is
 * replaced. If the archive cannot store them, they are only replayed, as the last, incomplete segment is.
 */
async function archiveWaitingSegments({ pgBackRest }: Repository, live: string): Promise<void> {
  const status = join(live, "pg_wal", "archive_status");
  if (!existsSync(status)) return;
  const waiting = readdirSync(status)
    .filter((name) => name.endsWith(".ready"))
    .map((name) => name.slice(0, -".ready".length));
  for (const name of waiting.sort()) {
    try {
      await runPgBackRest(pgBackRest, [`--pg1-path=${live}`, "archive-push", join(live, "pg_wal", name)]);
    } catch {
      return;
    }
  }
}

/** The last WAL of a server that was killed is only in its own directory; replay reads it after the archive. */
function copyUnarchivedWal({ pgBackRest: { owner } }: Repository, live: string, restored: string): void {
  const wal = join(live, "pg_wal");
  if (!existsSync(wal) || readSystemIdentifier(live) !== readSystemIdentifier(restored)) return;
  for (const name of readdirSync(wal)) {
    if (!/^[0-9A-F]{24}$|^[0-9A-F]{8}\.history$/.test(name)) continue;
    const copy = join(restored, "pg_wal", name);
    copyFileSync(join(wal, name), copy);
    if (owner !== undefined) chownSync(copy, owner.uid, owner.gid);
  }
}

/** The first eight bytes of `global/pg_control`: the database cluster's identifier. */
function readSystemIdentifier(data: string): string {
  return readFileSync(join(data, "global", "pg_control"))
    .subarray(0, 8)
    .toString("hex");
}

async function checkData(
  repository: Repository,
  plan: RestorePlan,
  server: RecoveryServer,
): Promise<RestoredData> {
  const secrets = await readSnapshotSecrets(repository, plan);
  const read = (name: string): string | undefined => secrets.get(`secrets/${name}`)?.toString("utf8").trim();
  const keys = { player: read("player-data-key"), world: read("world-data-key") };
  return withPostgres(server.connection, (client) => checkRestoredData(client, keys, plan.exactPoint));
}

function damagedDataError(data: string, { problems }: RestoredData): OperationError {
  return new OperationError(
    1,
    problems.map((rule) => ({
      subject: data,
      rule,
      remedy: "Choose another restore point; this one stays in the staging directory for analysis.",
    })),
    "The restored data is not complete; the live data is unchanged:",
  );
}

/** pgBackRest writes the recovery target into postgresql.auto.conf, where it would surprise the next recovery. */
function removeRecoverySettings(data: string): void {
  const file = join(data, "postgresql.auto.conf");
  if (!existsSync(file)) return;
  const lines = readFileSync(file, "utf8").split("\n");
  const kept = lines.filter(
    (line) => !/^(restore_command|recovery_target)|Recovery settings generated by pgBackRest/.test(line),
  );
  // Written in place, so that the file keeps its owner.
  writeFileSync(file, kept.join("\n"));
}

function readSnapshotSecrets(
  { paths, key }: Repository,
  { snapshot }: RestorePlan,
): Promise<Map<string, Buffer>> {
  return readSecretsExport(key, readFileSync(join(paths.points, snapshot.name, SECRETS_FILE)));
}

async function restoreFiles(
  repository: Repository,
  plan: RestorePlan,
  { into, keyFile, onStep }: RestoreOptions,
): Promise<void> {
  onStep("Redis and secrets", plan.snapshot.name);
  const { paths, key } = repository;
  const { staging, part } = restorePaths(into);
  writeSecretsExport(staging, await readSnapshotSecrets(repository, plan));
  writeFileAtomically(join(part("secrets"), keyFile), key);
  // Without a snapshot, Redis starts empty: newer sessions would refer to players that this database does not have.
  if (plan.snapshot.redis.kind === "none") return makeDirectory(part("redis"));
  const snapshot = await decryptAge(key, readFileSync(join(paths.points, plan.snapshot.name, REDIS_FILE)));
  await writeRedisData(part("redis"), Buffer.from(snapshot));
}
