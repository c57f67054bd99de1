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
import { join } from "node:path";
import pg from "pg";
import { type TlsFiles, tlsFiles } from "./authority.ts";
import { messageOf, OperationError } from "./errors.ts";
import { makeDirectory } from "./files.ts";
import type { ManagedProcess } from "./managed-process.ts";
import { LOOPBACK } from "./ports.ts";
import { readSecret } from "./secrets.ts";
import { becomesReady, plainEnvironment, type Started, type Supervision } from "./supervision.ts";
import type { Programs } from "./tools.ts";

/** A private Postgres of the deployment. */
export interface Postgres {
  readonly process: ManagedProcess;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** A renewed certificate lies in its place. */
  readonly renew: () => void;
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A first start on a slow disk; a start after a crash replays its log. */
const START_SECONDS = 60;

const ADMIN = "postgres";
const DATABASE = "spacetime";
const ROLE = "spacetime_app";

type PostgresPrograms = NonNullable<Programs["postgres"]>;

/**
 * Starts the deployment's own Postgres: TLS and passwords on loopback alone, its data kept between runs.
 * @returns why not, when this machine cannot; @throws OperationError when there is data that it cannot open.
 */
export async function startPostgres(
  supervision: Supervision,
  programs: PostgresPrograms,
  port: number,
): Promise<Started<Postgres>> {
  const { paths } = supervision;
  const owner = ownerOfProcess();
  if (owner === "none")
    return { reason: "Postgres refuses to run as root, and this machine has no user postgres" };
  makeDirectory(paths.postgres);
  if (owner !== undefined) chownSync(paths.postgres, owner.uid, owner.gid);
  const unreachable = owner === undefined ? undefined : problemOfReach(paths.postgres, owner);
  if (unreachable !== undefined) return { reason: unreachable };
  const data = join(paths.postgres, "data");
  requireSameVersion(data, programs);
  const admin = readSecret(paths.secrets, "postgres-admin-password");
  if (!existsSync(data)) initialise(data, programs, owner, admin);
  const files = ownCertificate(paths.postgres, tlsFiles(paths.tls), owner);
  const managed = supervision.manage({
    name: "postgres",
    command: programs.postgres,
    args: ["-D", data, ...serverSettings(port, files).flatMap((setting) => ["-c", setting])],
    env: plainEnvironment(),
    cwd: paths.postgres,
    owner,
    stopSignal: "SIGINT",
  });
  managed.start();
  const authority = readFileSync(tlsFiles(paths.tls).authority, "utf8");
  const address = { host: LOOPBACK, port, user: ADMIN, password: admin, ssl: { ca: authority } };
  const provisioned = () => provision(address, readSecret(paths.secrets, "postgres-app-password"));
  if (await becomesReady(managed, START_SECONDS, provisioned)) {
    const renew = (): void => {
      ownCertificate(paths.postgres, tlsFiles(paths.tls), owner);
      managed.signal("SIGHUP");
    };
    return { part: { process: managed, port, database: DATABASE, user: ROLE, renew } };
  }
  await managed.stop(5000);
  supervision.forget(managed);
  throw new OperationError("Postgres did not come up:", [
    {
      subject: "postgres",
      rule: `gave no answer; its last words: ${managed.lastWords || "none"}`,
      remedy: `Read ${join(paths.logs, "postgres.log")}, or start without it: --without postgres.`,
    },
  ]);
}

/** Postgres refuses to run as root: then its own user runs it. */
function ownerOfProcess(): Owner | "none" | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const id = (flag: string): number =>
      Number(
        execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
      );
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return "none";
  }
}

/** Another user's process must be able to walk down to its data. */
function problemOfReach(directory: string, owner: Owner): string | undefined {
  try {
    execFileSync("test", ["-w", directory], { ...owner, cwd: "/", stdio: "ignore" });
    return undefined;
  } catch {
    return `the user postgres cannot reach ${directory}: a directory above it is closed to others`;
  }
}

/** @throws OperationError: data that is there and not used would look as if the players were gone. */
function requireSameVersion(data: string, { postgres }: PostgresPrograms): void {
  if (!existsSync(join(data, "PG_VERSION"))) return;
  const kept = readFileSync(join(data, "PG_VERSION"), "utf8").trim();
  const text = execFileSync(postgres, ["--version"], { encoding: "utf8" });
  const present = /(\d+)/.exec(text)?.[1];
  if (kept === present) return;
  throw new OperationError("The database cannot be opened:", [
    {
      subject: data,
      value: `version ${kept}`,
      rule: `was made by another version than this machine's Postgres ${present}`,
      remedy: `Install Postgres ${kept}, or dump and restore it; --without postgres starts beside it without these players.`,
    },
  ]);
}

/** Made aside and renamed, so that an interrupted first start leaves no half database. */
function initialise(
  data: string,
  { initdb }: PostgresPrograms,
  owner: Owner | undefined,
  password: string,
): void {
  const aside = `${data}.new`;
  const passwordFile = `${aside}.password`;
  rmSync(aside, { recursive: true, force: true });
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (owner !== undefined) chownSync(passwordFile, owner.uid, owner.gid);
    const options = [
      `--username=${ADMIN}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
    ];
    execFileSync(initdb, ["-D", aside, ...options, "--locale=C", "--no-instructions"], {
      ...owner,
      cwd: "/",
      env: plainEnvironment(),
      stdio: "pipe",
    });
    renameSync(aside, data);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw new OperationError("The database cannot be made:", [
      {
        subject: data,
        rule: messageOf(error).trim(),
        remedy: "Correct it, or start without it: --without postgres.",
      },
    ]);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Postgres takes a key only from a file of its own user. */
function ownCertificate(directory: string, files: TlsFiles, owner: Owner | undefined) {
  const own = { certificate: join(directory, "tls.crt"), key: join(directory, "tls.key") };
  for (const [from, to] of [
    [files.certificate, own.certificate],
    [files.key, own.key],
  ] as const) {
    rmSync(to, { force: true });
    copyFileSync(from, to);
    chmodSync(to, 0o600);
    if (owner !== undefined) chownSync(to, owner.uid, owner.gid);
  }
  return own;
}

function serverSettings(
  port: number,
  files: { readonly certificate: string; readonly key: string },
): string[] {
  return [
    `port=${port}`,
    `listen_addresses=${LOOPBACK}`,
    // The paths of sockets are short, and those of projects are not.
    "unix_socket_directories=",
    "ssl=on",
    `ssl_cert_file=${files.certificate}`,
    `ssl_key_file=${files.key}`,
    "password_encryption=scram-sha-256",
  ];
}

/** The server's role and database, with the password of today. */
async function provision(address: pg.ClientConfig, password: string): Promise<boolean> {
  const client = new pg.Client({ ...address, database: "postgres", connectionTimeoutMillis: 2000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rowCount: roles } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [ROLE]);
    await client.query(
      `${roles === 0 ? "CREATE" : "ALTER"} ROLE ${ROLE} LOGIN PASSWORD ${client.escapeLiteral(password)}`,
    );
    const { rowCount: databases } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [
      DATABASE,
    ]);
    if (databases === 0) await client.query(`CREATE DATABASE ${DATABASE} OWNER ${ROLE}`);
    return true;
  } finally {
    await client.end();
  }
}
