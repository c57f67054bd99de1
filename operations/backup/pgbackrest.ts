import { z } from "zod";
import { OperationError } from "../errors.ts";
import type { ProcessOwner } from "../local/processes/postgres-owner.ts";
import { runTool } from "./run-tool.ts";

/** pgBackRest's name for the database cluster. */
export const STANZA = "spacetime";

/** Seconds after which Postgres switches to a new WAL segment, so that at most this much is not archived yet. */
export const ARCHIVE_TIMEOUT_SECONDS = 60;

interface PgBackRestConfigOptions {
  /** The directory that pgBackRest writes to. */
  readonly repository: string;
  readonly key: string;
  readonly lockDirectory: string;
  readonly data: string;
  readonly user: string;
}

/**
 * The complete config file of pgBackRest (https://pgbackrest.org/configuration.html). It contains the encryption key, so it has mode
 * 0600. Expiry is disabled, because only `prune` knows which backups the restore points need.
 */
export function renderPgBackRestConfig(options: PgBackRestConfigOptions): string {
  return [
    "[global]",
    `repo1-path=${options.repository}`,
    "repo1-cipher-type=aes-256-cbc",
    `repo1-cipher-pass=${options.key}`,
    "repo1-bundle=y",
    "repo1-retention-full=9999999",
    "expire-auto=n",
    "compress-type=zst",
    `lock-path=${options.lockDirectory}`,
    "log-level-file=off",
    "log-level-console=off",
    "log-level-stderr=error",
    "start-fast=y",
    `archive-timeout=${ARCHIVE_TIMEOUT_SECONDS}`,
    `[${STANZA}]`,
    `pg1-path=${options.data}`,
    `pg1-user=${options.user}`,
    "",
  ].join("\n");
}

/** How pgBackRest is run for one repository. */
export interface PgBackRest {
  readonly program: string;
  readonly configFile: string;
  readonly owner: ProcessOwner | undefined;
  /** The connection to Postgres, as variables of libpq; empty while Postgres does not run. */
  readonly connection: Readonly<Record<string, string>>;
}

/** pgBackRest's exit code for a lock that another process holds (src/build/error/error.yaml). */
const LOCK_ACQUIRE_ERROR = 50;

/**
 * Runs a command of pgBackRest.
 * @throws OperationError with the error that it prints.
 */
export async function runPgBackRest(
  pgBackRest: PgBackRest,
  args: readonly string[],
  options: PgBackRestOptions = {},
): Promise<string> {
  return (await runPgBackRestCommand(pgBackRest, args, options)).toString("utf8");
}

/**
 * Reads a file of the repository and decrypts it; a compressed file stays compressed.
 * @param path is relative to the repository: `pgbackrest/…`.
 */
export function readRepositoryFile(pgBackRest: PgBackRest, path: string): Promise<Buffer> {
  return runPgBackRestCommand(pgBackRest, ["repo-get", path.replace(/^pgbackrest\//, "")]);
}

interface PgBackRestOptions {
  readonly signal?: AbortSignal | undefined;
}

async function runPgBackRestCommand(
  { program, configFile, owner, connection }: PgBackRest,
  args: readonly string[],
  { signal }: PgBackRestOptions = {},
): Promise<Buffer> {
  const result = await runTool(program, [`--config=${configFile}`, `--stanza=${STANZA}`, ...args], {
    env: connection,
    owner,
    signal,
  });
  if (result.code === 0) return result.stdoutBytes;
  const output = `${result.stderr}\n${result.stdout}`
    .split("\n")
    .filter((line) => /ERROR|HINT|^\s+\S/.test(line))
    .map((line) => line.replace(/^.*?ERROR:\s*/, "").trim());
  throw new OperationError(1, {
    subject: `pgbackrest ${args.find((arg) => !arg.startsWith("-")) ?? ""}`,
    rule: output.join(" ") || `ended with exit code ${result.code}`,
    remedy:
      result.code === LOCK_ACQUIRE_ERROR
        ? "Another pgBackRest is running: wait for it, then run this again."
        : "Fix the cause, then run this again; it continues where it was interrupted.",
  });
}

const lsn = z.strictObject({ start: z.string(), stop: z.string() });

const backupSchema = z.object({
  label: z.string(),
  type: z.enum(["full", "diff", "incr"]),
  error: z.boolean().nullish(),
  reference: z.array(z.string()).nullable(),
  archive: z.object({ start: z.string(), stop: z.string() }),
  lsn,
  timestamp: z.object({ start: z.int(), stop: z.int() }),
  info: z.object({ size: z.int(), repository: z.object({ delta: z.int() }) }),
});

/** A base backup. */
export type BaseBackup = z.infer<typeof backupSchema>;

const infoSchema = z
  .array(
    z.object({
      archive: z.array(z.object({ id: z.string(), min: z.string().nullable(), max: z.string().nullable() })),
      backup: z.array(backupSchema),
      db: z.array(z.object({ "system-id": z.number() })),
      status: z.object({ code: z.int(), message: z.string() }),
    }),
  )
  .length(1);

/** The base backups and the archive of a repository. */
export interface RepositoryInfo {
  /** The oldest first. */
  readonly backups: readonly BaseBackup[];
  /** pgBackRest's name of the archive of the current database, such as `15-1`. */
  readonly archiveId: string | undefined;
  readonly newestSegment: string | undefined;
}

/** Reads the base backups and the archive of a repository. */
export async function readRepositoryInfo(pgBackRest: PgBackRest): Promise<RepositoryInfo> {
  return parseRepositoryInfo(await runPgBackRest(pgBackRest, ["info", "--output=json"]));
}

/** Parses the output of `pgbackrest info --output=json`. */
export function parseRepositoryInfo(text: string): RepositoryInfo {
  const [info] = infoSchema.parse(JSON.parse(text));
  const archive = info?.archive.at(-1);
  return {
    backups: info?.backup ?? [],
    archiveId: archive?.id,
    newestSegment: archive?.max ?? undefined,
  };
}
