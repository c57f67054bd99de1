import { constants } from "node:fs";
import { access, lstat, readdir, readFile, stat, statfs } from "node:fs/promises";
import { join, relative } from "node:path";
import { z } from "zod";
import { isProcessRunning } from "../../components/shared/is-process-running.ts";
import type { LocalTarget } from "../target/local-target.ts";

/** Size, age and mode of a file of the deployment. */
export interface FileStatus {
  /** Relative to the state directory. */
  readonly path: string;
  readonly mode: number;
  readonly bytes: number;
  readonly modifiedMs: number;
}

export interface RunningProcess {
  readonly name: string;
  readonly state: string;
  readonly pid?: number | undefined;
  readonly restarts: number;
  /** Whether a process with this id exists. */
  readonly alive: boolean;
}

/** The local process deployment according to its state directory. The contents of secrets are never read. */
export interface ProcessDeployment {
  readonly directory: string;
  readonly directoryMode: number;
  readonly writable: boolean;
  readonly freeBytes: number;
  /** The release that current.json names. */
  readonly current?: { readonly release: string; readonly exists: boolean };
  /** The release that the supervisor reports. */
  readonly runningRelease?: string;
  readonly processes: readonly RunningProcess[];
  /** The files in `secrets`, and the keys in `tls`. */
  readonly secrets: readonly FileStatus[];
  readonly logs: readonly FileStatus[];
  /** Redis' append-only files. */
  readonly appendOnly: readonly FileStatus[];
  /** Whether this operating system has file modes. */
  readonly hasModes: boolean;
}

/** The fields of `running.json` and `current.json` that the checks read. */
const runningSchema = z.looseObject({
  release: z.string().optional(),
  processes: z.array(
    z.looseObject({
      name: z.string(),
      state: z.string(),
      pid: z.int().positive().nullish(),
      restarts: z.int().nonnegative(),
    }),
  ),
});
const currentSchema = z.looseObject({ release: z.string().min(1) });

/** A release is complete if it contains this file. */
const COMPLETE_MARKER = "complete";

/** Reads the state directory of the local deployment. */
export async function readProcessDeployment(local: LocalTarget): Promise<ProcessDeployment> {
  const directory = local.stateDirectory;
  const pathTo = (...names: string[]): string => join(directory, ...names);
  const [status, space, writable, running, current, secrets, tls, logs, appendOnly] = await Promise.all([
    stat(directory),
    statfs(directory),
    access(directory, constants.W_OK).then(
      () => true,
      () => false,
    ),
    readJson(pathTo("running.json"), runningSchema),
    readJson(pathTo("current.json"), currentSchema),
    listFiles(directory, "secrets"),
    listFiles(directory, "tls"),
    listFiles(directory, "logs"),
    listFiles(directory, join("redis", "appendonlydir")),
  ]);
  const pointer =
    current === undefined
      ? {}
      : {
          current: {
            release: current.release,
            exists: await exists(pathTo("releases", current.release, COMPLETE_MARKER)),
          },
        };
  return {
    directory,
    directoryMode: status.mode & 0o777,
    writable,
    freeBytes: space.bavail * space.bsize,
    ...pointer,
    ...(running?.release === undefined ? {} : { runningRelease: running.release }),
    processes: (running?.processes ?? []).map(({ name, state, pid, restarts }) => ({
      name,
      state,
      restarts,
      alive: pid != null && isProcessRunning(pid),
      ...(pid == null ? {} : { pid }),
    })),
    secrets: [...secrets, ...tls.filter(({ path }) => path.endsWith(".key"))],
    logs,
    appendOnly,
    hasModes: process.platform !== "win32",
  };
}

async function readJson<Value>(path: string, schema: z.ZodType<Value>): Promise<Value | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(path, "utf8"))).data;
  } catch {
    return undefined;
  }
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function listFiles(root: string, name: string): Promise<FileStatus[]> {
  const directory = join(root, name);
  const names = await readdir(directory).catch(() => []);
  const statuses = await Promise.all(
    names.map(async (file) => {
      const path = join(directory, file);
      const status = await lstat(path).catch(() => undefined);
      if (status?.isFile() !== true) return [];
      const { mode, size, mtimeMs } = status;
      return [{ path: relative(root, path), mode: mode & 0o777, bytes: size, modifiedMs: mtimeMs }];
    }),
  );
  return statuses.flat();
}

/** Bytes at the start and at the end of a log file that are searched, for startup and recent messages. */
const LOG_END_BYTES = 2 ** 19;

/** Reads the logs of the processes. */
export async function readProcessLogs(local: LocalTarget): Promise<string> {
  const files = await listFiles(local.stateDirectory, "logs");
  const texts = await Promise.all(
    files.map(({ path }) => readFile(join(local.stateDirectory, path), "utf8").catch(() => "")),
  );
  return texts
    .map((text) =>
      text.length <= 2 * LOG_END_BYTES ? text : text.slice(0, LOG_END_BYTES) + text.slice(-LOG_END_BYTES),
    )
    .join("\n");
}
