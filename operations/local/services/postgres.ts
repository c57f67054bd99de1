import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import pg from "pg";
import { prepareArchive } from "../../backup/prepare-archive.ts";
import { errorMessage, OperationError } from "../../errors.ts";
import { withPostgres } from "../../with-postgres.ts";
import { makeDirectory } from "../files.ts";
import type { Programs } from "../processes/installed-programs.ts";
import type { ManagedProcess } from "../processes/managed-process.ts";
import { LOOPBACK } from "../processes/ports.ts";
import { findPostgresOwner, type ProcessOwner } from "../processes/postgres-owner.ts";
import { identifyProcess } from "../processes/process-identity.ts";
import {
  baseEnvironment,
  PermanentError,
  type ProcessManager,
  type StartResult,
  waitUntilReady,
} from "../processes/process-manager.ts";
import { type TlsFiles, tlsFiles } from "./certificates.ts";
import { scramVerifier } from "./scram-verifier.ts";
import { readSecret } from "./secrets.ts";

/** The deployment's own Postgres. */
interface Postgres {
  readonly process: ManagedProcess;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Reloads a renewed certificate. */
  readonly reloadCertificate: () => void;
  /** Why it is not backed up. */
  readonly note: string | undefined;
}

/** Time for the first start on a slow disk, or for the recovery after a crash. */
const START_TIMEOUT_SECONDS = 60;

/** Starting up, shutting down, out of connections: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const RETRYABLE_SQLSTATE = /^(57P0|53|08)/;

const ADMIN_ROLE = "postgres";
const DATABASE_NAME = "spacetime";
const APPLICATION_ROLE = "spacetime_app";

type PostgresPrograms = NonNullable<Programs["postgres"]>;

/**
 * Starts the deployment's own Postgres with TLS and passwords on loopback; the data is kept between runs.
 * @returns why it cannot run on this machine.
 * @throws OperationError if existing data cannot be opened.
 */
export async function startPostgres(
  processManager: ProcessManager,
  programs: PostgresPrograms,
  port: number,
): Promise<StartResult<Postgres>> {
  const { paths } = processManager;
  const owner = findPostgresOwner();
  if (owner === "none")
    return { reason: "Postgres refuses to run as root, and this machine has no user postgres" };
  makeDirectory(paths.postgres);
  if (owner !== undefined) chownSync(paths.postgres, owner.uid, owner.gid);
  const unreachable = owner === undefined ? undefined : findAccessProblem(paths.postgres, owner);
  if (unreachable !== undefined) return { reason: unreachable };
  const data = join(paths.postgres, "data");
  requireSameVersion(data, programs);
  const admin = readSecret(paths.secrets, "postgres-admin-password");
  if (!existsSync(data)) initializeDatabase(data, programs, owner, admin);
  removeStaleLock(data, programs);
  const files = copyCertificate(paths.postgres, tlsFiles(paths.tls), owner);
  const authority = readFileSync(tlsFiles(paths.tls).authority, "utf8");
  const archive = await prepareArchive(paths);
  const address = { host: LOOPBACK, port, user: ADMIN_ROLE, password: admin, ssl: { ca: authority } };
  const managed = processManager.manage({
    name: "postgres",
    command: programs.postgres,
    args: [
      "-D",
      data,
      ...[...serverSettings(port, files), ...archive.settings].flatMap((setting) => ["-c", setting]),
    ],
    env: baseEnvironment(),
    cwd: paths.postgres,
    owner,
    stopSignal: "SIGINT",
    isResponsive: () => isDatabaseResponsive(address),
  });
  managed.start();
  const provisioned = () => provisionDatabase(address, readSecret(paths.secrets, "postgres-app-password"));
  const ready = await waitUntilReady(managed, START_TIMEOUT_SECONDS, provisioned).catch((error: unknown) => {
    if (error instanceof PermanentError) return error;
    throw error;
  });
  if (ready === true) {
    const renew = (): void => {
      copyCertificate(paths.postgres, tlsFiles(paths.tls), owner);
      managed.signal("SIGHUP");
    };
    return {
      part: {
        process: managed,
        port,
        database: DATABASE_NAME,
        user: APPLICATION_ROLE,
        reloadCertificate: renew,
        note: archive.note,
      },
    };
  }
  await managed.stop(5000);
  processManager.remove(managed);
  throw startError(
    ready === false ? `does not answer; its last output: ${managed.lastOutput || "none"}` : ready.message,
    paths.logs,
  );
}

function startError(rule: string, logs: string): OperationError {
  return new OperationError(
    1,
    [
      {
        subject: "postgres",
        rule,
        remedy: `Read ${join(logs, "postgres.log")}, or start without it: --without postgres.`,
      },
    ],
    "Postgres did not start:",
  );
}

/** The user postgres must be able to traverse the directories to its data. */
function findAccessProblem(directory: string, owner: ProcessOwner): string | undefined {
  try {
    execFileSync("test", ["-w", directory], { ...owner, cwd: "/", stdio: "ignore" });
    return undefined;
  } catch {
    return `the user postgres cannot access ${directory}: a parent directory denies access to other users`;
  }
}

/** @throws OperationError if existing data cannot be used: without it, all players would seem to be lost. */
function requireSameVersion(data: string, { postgres }: PostgresPrograms): void {
  if (!existsSync(join(data, "PG_VERSION"))) return;
  const kept = readFileSync(join(data, "PG_VERSION"), "utf8").trim();
  const text = execFileSync(postgres, ["--version"], { encoding: "utf8" });
  const present = /(\d+)/.exec(text)?.[1];
  if (kept === present) return;
  throw new OperationError(
    1,
    [
      {
        subject: data,
        value: `version ${kept}`,
        rule: `was created by another version than the installed Postgres ${present}`,
        remedy: `Install Postgres ${kept}, or dump and restore the database; --without postgres starts without these players.`,
      },
    ],
    "The database cannot be opened:",
  );
}

/** Created in a temporary directory and renamed, so that an interrupted first start leaves no partial database. */
function initializeDatabase(
  data: string,
  { initdb }: PostgresPrograms,
  owner: ProcessOwner | undefined,
  password: string,
): void {
  const temporaryDirectory = `${data}.new`;
  const passwordFile = `${temporaryDirectory}.password`;
  rmSync(temporaryDirectory, { recursive: true, force: true });
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (owner !== undefined) chownSync(passwordFile, owner.uid, owner.gid);
    const options = [
      `--username=${ADMIN_ROLE}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // A backup verifies the checksum of every page that it copies.
      "--data-checksums",
    ];
    execFileSync(initdb, ["-D", temporaryDirectory, ...options, "--locale=C", "--no-instructions"], {
      ...owner,
      cwd: "/",
      env: baseEnvironment(),
      stdio: "pipe",
    });
    renameSync(temporaryDirectory, data);
  } catch (error) {
    rmSync(temporaryDirectory, { recursive: true, force: true });
    throw new OperationError(
      1,
      [
        {
          subject: data,
          rule: errorMessage(error).trim(),
          remedy: "Fix it, or start without it: --without postgres.",
        },
      ],
      "The database cannot be created:",
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Postgres accepts a key file only if its own user owns it. */
function copyCertificate(directory: string, files: TlsFiles, owner: ProcessOwner | undefined) {
  const own = {
    certificate: join(directory, "tls.crt"),
    key: join(directory, "tls.key"),
    // For pgBackRest, which runs as the same user and verifies the server.
    authority: join(directory, "ca.crt"),
  };
  for (const [from, to] of [
    [files.certificate, own.certificate],
    [files.key, own.key],
    [files.authority, own.authority],
  ] as const) {
    rmSync(to, { force: true });
    copyFileSync(from, to);
    chmodSync(to, 0o600);
    if (owner !== undefined) chownSync(to, owner.uid, owner.gid);
  }
  return own;
}

/**
 * Removes the lock file that a crashed Postgres left. Postgres itself only checks whether a process with the recorded PID exists, which
 * after a reboot can be any other program; then it would refuse to start until an operator removes the file.
 */
function removeStaleLock(data: string, { postgres }: PostgresPrograms): void {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return;
  const holder = identifyProcess(Number(readFileSync(file, "utf8").split("\n", 1)[0]));
  if (holder === undefined || basename(holder.program) === basename(postgres)) return;
  rmSync(file, { force: true });
}

async function isDatabaseResponsive(address: pg.ClientConfig): Promise<boolean> {
  await withAdminClient(address, (client) => client.query("SELECT 1"));
  return true;
}

function withAdminClient<T>(address: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return withPostgres({ ...address, database: "postgres", connectionTimeoutMillis: 2000 }, work);
}

function serverSettings(
  port: number,
  files: { readonly certificate: string; readonly key: string },
): string[] {
  return [
    `port=${port}`,
    `listen_addresses=${LOOPBACK}`,
    // Socket paths have a short maximum length, which a project path may exceed.
    "unix_socket_directories=",
    "ssl=on",
    `ssl_cert_file=${files.certificate}`,
    `ssl_key_file=${files.key}`,
    "password_encryption=scram-sha-256",
  ];
}

/** Creates the server's role and database, with the current password. */
async function provisionDatabase(address: pg.ClientConfig, password: string): Promise<boolean> {
  await withAdminClient(address, (client) => provision(client, password).catch(rethrowRejection));
  return true;
}

async function provision(client: pg.Client, password: string): Promise<void> {
  const { rowCount: roles } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [
    APPLICATION_ROLE,
  ]);
  await client.query(
    `${roles === 0 ? "CREATE" : "ALTER"} ROLE ${APPLICATION_ROLE} LOGIN PASSWORD '${scramVerifier(password)}'`,
  );
  const { rowCount: databases } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [
    DATABASE_NAME,
  ]);
  if (databases === 0) await client.query(`CREATE DATABASE ${DATABASE_NAME} OWNER ${APPLICATION_ROLE}`);
  // The checkpointer considers archive_timeout only after its first wake-up, which would be after checkpoint_timeout (five minutes).
  await client.query("CHECKPOINT");
}

/** A rejected statement stays rejected, so waiting longer would only hide the reason. */
function rethrowRejection(error: unknown): never {
  if (error instanceof pg.DatabaseError && !RETRYABLE_SQLSTATE.test(error.code ?? "")) {
    throw new PermanentError(
      `Postgres rejects the setup of its roles: ${error.message} (SQLSTATE ${error.code})`,
    );
  }
  throw error;
}
