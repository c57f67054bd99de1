import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClientConfig } from "pg";
import { OperationError } from "../errors.ts";
import type { ProcessOwner } from "../local/processes/postgres-owner.ts";
import { baseEnvironment } from "../local/processes/process-manager.ts";
import { pollUntil } from "../poll-until.ts";
import { withPostgres } from "../with-postgres.ts";
import { withParentDeathSignal } from "./run-tool.ts";

/** A Postgres that replays a restored database; it is reachable only through a socket in a private directory. */
export interface RecoveryServer {
  readonly connection: ClientConfig;
  readonly socketDirectory: string;
  /** Ends the recovery; the database accepts writes then. */
  readonly promote: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface RecoveryOptions {
  readonly postgres: string;
  readonly data: string;
  readonly database: string;
  readonly owner: ProcessOwner | undefined;
  /** Whether the replay pauses at its target; otherwise it ends with the archive, and the database is promoted. */
  readonly pauses: boolean;
  readonly onProgress: (activity: string) => void;
}

const SUPERUSER = "postgres";
const PORT = 5432;
const POLL_MS = 100;
const STOP_TIMEOUT_MS = 60_000;
/** A day: replay has no useful limit, and its progress is shown. */
const REPLAY_TIMEOUT_MS = 86_400_000;
const LOG_BYTES = 20_000;

/**
 * Starts the server and replays WAL up to the target.
 * @throws OperationError with the error of Postgres if the target cannot be reached.
 */
export async function startRecovery(options: RecoveryOptions): Promise<RecoveryServer> {
  const { owner, data } = options;
  // In the system's directory, because the path of a socket has about a hundred characters at most.
  const socketDirectory = mkdtempSync(join(tmpdir(), "svr-"));
  chmodSync(socketDirectory, 0o700);
  const hba = join(socketDirectory, "pg_hba.conf");
  // The private directory is the access control: no password of the restored database has to be known.
  writeFileSync(hba, `local all ${SUPERUSER} trust\n`, { mode: 0o600 });
  for (const path of [hba, socketDirectory]) if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
  rmSync(join(data, "postmaster.pid"), { force: true });
  const [program, args] = withParentDeathSignal(options.postgres, [
    "-D",
    data,
    ...recoverySettings(socketDirectory, hba).flatMap((setting) => ["-c", setting]),
  ]);
  const child = spawn(program, [...args], {
    cwd: "/",
    env: baseEnvironment(),
    ...owner,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-LOG_BYTES);
  });
  const connection: ClientConfig = {
    host: socketDirectory,
    port: PORT,
    user: SUPERUSER,
    database: options.database,
  };
  const stop = createStop(child, socketDirectory);
  try {
    await waitForReplay(options, { child, connection, readLog: () => log });
  } catch (error) {
    await stop();
    throw error;
  }
  const promote = () =>
    withPostgres(connection, async (client) => {
      await client.query("SELECT CASE WHEN pg_is_in_recovery() THEN pg_promote(true, 600) END");
    });
  return { connection, socketDirectory, promote, stop };
}

function recoverySettings(socketDirectory: string, hba: string): string[] {
  return [
    "listen_addresses=",
    `unix_socket_directories=${socketDirectory}`,
    "unix_socket_permissions=0700",
    `port=${PORT}`,
    `hba_file=${hba}`,
    "ssl=off",
    // The restored database must not write into the archive before it replaces the old one.
    "archive_mode=off",
    "logging_collector=off",
    "log_destination=stderr",
    "log_min_messages=warning",
    "hot_standby=on",
  ];
}

function createStop(child: ChildProcess, socketDirectory: string): () => Promise<void> {
  return async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill("SIGINT");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    }
    rmSync(socketDirectory, { recursive: true, force: true });
  };
}

interface StartedServer {
  readonly child: ChildProcess;
  readonly connection: ClientConfig;
  readonly readLog: () => string;
}

async function waitForReplay(
  { data, pauses, onProgress }: RecoveryOptions,
  { child, connection, readLog }: StartedServer,
): Promise<void> {
  let isDone = false;
  await pollUntil(
    async () => {
      if (child.exitCode !== null || child.signalCode !== null) return true;
      isDone = await hasReplayed(connection, pauses, onProgress).catch(() => false);
      return isDone;
    },
    { timeoutMs: REPLAY_TIMEOUT_MS, intervalMs: POLL_MS },
  );
  if (isDone) return;
  throw new OperationError(
    1,
    {
      subject: data,
      rule: describeReplayFailure(readLog()),
      remedy:
        "`backup verify` checks the archive. Run the same command again to continue, or choose an earlier point.",
    },
    "The restored database cannot be recovered to this point; the live data is unchanged:",
  );
}

async function hasReplayed(
  connection: ClientConfig,
  pauses: boolean,
  onProgress: RecoveryOptions["onProgress"],
): Promise<boolean> {
  // A separate connection each time, because the database is not known to exist before it is consistent.
  return withPostgres(
    { ...connection, database: "postgres", connectionTimeoutMillis: 2000 },
    async (client) => {
      const { rows } = await client.query<{
        recovering: boolean;
        paused: boolean | null;
        lsn: string | null;
      }>(
        `SELECT r AS recovering, CASE WHEN r THEN pg_get_wal_replay_pause_state() = 'paused' END AS paused,
              pg_last_wal_replay_lsn()::text AS lsn FROM pg_is_in_recovery() AS r`,
      );
      const [row] = rows;
      if (row?.lsn !== null) onProgress(`replayed up to ${row?.lsn}`);
      return pauses ? row?.paused === true : row?.recovering === false;
    },
  );
}

/** Translates the errors that operators meet; others are shown as Postgres wrote them. */
export function describeReplayFailure(log: string): string {
  if (/recovery ended before configured recovery target was reached/.test(log))
    return "the archive ends before the requested point; `latest` restores to its end";
  if (/requested recovery stop point is before consistent recovery point/.test(log))
    return "the requested point is before the end of the base backup";
  const fatal = /(?:FATAL|PANIC|ERROR):\s*(.+)/.exec(log)?.[1];
  return fatal ?? `Postgres ended: ${log.trim().split("\n").at(-1) ?? "without output"}`;
}

/** The port of a running Postgres, from its lock file; undefined if it does not run. */
export function readPostmasterPort(data: string): number | undefined {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const port = Number(readFileSync(file, "utf8").split("\n")[3]);
  return Number.isInteger(port) && port > 0 ? port : undefined;
}
