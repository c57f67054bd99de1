import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { readTextIfPresent } from "../../components/shared/read-text-if-present.ts";
import { OperationError } from "../errors.ts";
import { makeDirectory, readJson, writeFileAtomically } from "../local/files.ts";
import type { LocalPaths } from "../local/paths.ts";
import { requireInstalledProgram } from "../local/processes/installed-programs.ts";
import { LOOPBACK } from "../local/processes/ports.ts";
import { findPostgresOwner, type ProcessOwner } from "../local/processes/postgres-owner.ts";
import { tlsFiles } from "../local/services/certificates.ts";
import { readSecret } from "../local/services/secrets.ts";
import { readLockState } from "../local/supervisor/lock.ts";
import type { BackupSource, Repository } from "./backup-source.ts";
import { type PgBackRest, renderPgBackRestConfig, STANZA } from "./pgbackrest.ts";
import { readPostmasterPort } from "./recovery-server.ts";
import { repositoryPaths } from "./repository.ts";

const SUPERUSER = "postgres";

/** The file of the secret that opens the repository; an operator keeps a copy of it elsewhere. */
export const BACKUP_KEY_FILE = "backup-encryption-key";

/** The default repository of a local deployment: next to its state, so that deleting the state keeps the backups. */
export function defaultRepository({ state }: Pick<LocalPaths, "state">): string {
  return join(dirname(state), "backup");
}

/** @throws OperationError if Postgres cannot run on this machine. */
function requirePostgresOwner(): ProcessOwner | undefined {
  const owner = findPostgresOwner();
  if (owner !== "none") return owner;
  throw new OperationError(3, {
    subject: "the user postgres",
    rule: "is missing: Postgres and pgBackRest do not run as root",
    remedy: "Install Postgres from a package, or run this as another user.",
  });
}

interface OpenOptions {
  readonly root: string;
  readonly key: string;
  /** The directory for pgBackRest's config file and locks. */
  readonly workDirectory: string;
  readonly data: string;
  readonly program: string;
  readonly owner: ProcessOwner | undefined;
  readonly connection?: PgBackRest["connection"];
}

/** Opens a repository: writes the config file of pgBackRest, which only the user of Postgres can read. */
export function openRepository(options: OpenOptions): Repository {
  const { root, key, workDirectory, data, program, owner, connection = {} } = options;
  const paths = repositoryPaths(root);
  const lockDirectory = join(workDirectory, "lock");
  const configFile = join(workDirectory, "pgbackrest.conf");
  makeDirectory(paths.root);
  makeDirectory(workDirectory);
  for (const directory of [paths.pgbackrest, lockDirectory]) {
    makeDirectory(directory);
    if (owner !== undefined) giveToOwner(directory, owner);
  }
  if (owner !== undefined) for (const directory of [paths.root, workDirectory]) chmodSync(directory, 0o711);
  const config = { repository: paths.pgbackrest, key, lockDirectory, data, user: SUPERUSER };
  const text = renderPgBackRestConfig(config);
  // Rewritten only after a change: Postgres may read it at any time, and not between the write and the change of its owner.
  if (readTextIfPresent(configFile) !== text) {
    writeFileAtomically(configFile, text);
    if (owner !== undefined) chownSync(configFile, owner.uid, owner.gid);
  }
  return { paths, key, pgBackRest: { program, configFile, owner, connection } };
}

/** A repository that root copied belongs to root, and pgBackRest, which runs as the user of Postgres, could not read it. */
function giveToOwner(path: string, owner: ProcessOwner): void {
  const { uid } = lstatSync(path);
  if (uid !== owner.uid) lchownSync(path, owner.uid, owner.gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) giveToOwner(inner, owner);
    else if (lstatSync(inner, { throwIfNoEntry: false })?.uid === 0) lchownSync(inner, owner.uid, owner.gid);
  }
}

/** Opens the repository of a local deployment with the key among its secrets. */
export function openLocalRepository(
  paths: LocalPaths,
  {
    root = defaultRepository(paths),
    key,
  }: { readonly root?: string | undefined; readonly key?: string } = {},
): Repository {
  const data = join(paths.postgres, "data");
  const port = readPostmasterPort(data);
  return openRepository({
    root,
    key: key ?? readSecret(paths.secrets, BACKUP_KEY_FILE),
    workDirectory: join(paths.state, "backup"),
    data,
    program: requireInstalledProgram("pgbackrest", "Install it (Debian: apt-get install pgbackrest)."),
    owner: requirePostgresOwner(),
    connection: port === undefined ? {} : libpqVariables(paths, port),
  });
}

function libpqVariables(paths: LocalPaths, port: number): PgBackRest["connection"] {
  return {
    PGHOST: LOOPBACK,
    PGPORT: String(port),
    PGPASSWORD: readSecret(paths.secrets, "postgres-admin-password"),
    PGSSLMODE: "verify-ca",
    PGSSLROOTCERT: join(paths.postgres, "ca.crt"),
    PGBACKREST_PG1_PORT: String(port),
  };
}

/** The part of `running.json` that a backup reads. */
interface RunningData {
  readonly database?: "own" | "external" | "none";
  readonly redis?: "own" | "external" | "none";
  readonly dataPorts?: { readonly database?: number; readonly redis?: number };
}

/** The database that the local deployment creates. */
export const LOCAL_DATABASE = "spacetime";

/** The running data services of a local deployment. @throws OperationError if there are none of its own. */
export function readLocalSource(paths: LocalPaths): BackupSource {
  const running = readJson<RunningData>(paths.running);
  const isUp = readLockState(paths.lock).kind === "held";
  const port = running?.dataPorts?.database;
  if (!isUp || running?.database !== "own" || port === undefined) {
    throw new OperationError(3, {
      subject: paths.state,
      rule: isUp
        ? "runs without a Postgres of its own, so there is nothing to back up"
        : "is not running, and a backup reads the running database",
      remedy: isUp
        ? "Install Postgres, or back up the external database with its own tools."
        : "Start it with `npm start` or `npm run local -- up --detach`.",
    });
  }
  const { authority } = tlsFiles(paths.tls);
  const redisPort = running.redis === "own" ? running.dataPorts?.redis : undefined;
  return {
    postgres: {
      data: join(paths.postgres, "data"),
      database: LOCAL_DATABASE,
      connection: {
        host: LOOPBACK,
        port,
        user: SUPERUSER,
        password: readSecret(paths.secrets, "postgres-admin-password"),
        ssl: { ca: readFileSync(authority, "utf8") },
      },
    },
    redis:
      redisPort === undefined
        ? undefined
        : {
            port: redisPort,
            password: readSecret(paths.secrets, "redis-password"),
            authorityFile: authority,
          },
    secretFiles: listSecretFiles(paths),
  };
}

/** Every secret and certificate except the key that encrypts them. */
function listSecretFiles({ secrets, tls }: LocalPaths): BackupSource["secretFiles"] {
  return [
    { directory: secrets, prefix: "secrets" },
    { directory: tls, prefix: "tls" },
  ].flatMap(({ directory, prefix }) =>
    (existsSync(directory) ? readdirSync(directory) : [])
      .filter((name) => name !== BACKUP_KEY_FILE && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
      .filter((name) => !name.endsWith(".tmp") && statSync(join(directory, name)).isFile())
      .map((name) => ({ name: `${prefix}/${name}`, path: join(directory, name) })),
  );
}

/**
 * The settings with which Postgres archives its WAL. A path of a local deployment needs no quoting (operations/local/up.ts).
 */
export function archiveSettings(
  { program, configFile }: PgBackRest,
  archiveTimeoutSeconds: number,
): string[] {
  return [
    "archive_mode=on",
    `archive_command=${program} --config=${configFile} --stanza=${STANZA} archive-push "%p"`,
    `archive_timeout=${archiveTimeoutSeconds}`,
  ];
}
