import {
  appendFileSync,
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "../../components/shared/error-code.ts";
import { parseJson } from "../../components/shared/parse-json.ts";
import { writeAtomically } from "../../components/shared/write-atomically.ts";
import { OperationError } from "../errors.ts";

/** Mode of files with secrets and of files that only their owner needs. */
export const PRIVATE_FILE_MODE = 0o600;

const PRIVATE_DIRECTORY_MODE = 0o700;

/** The file operations, so that a test can simulate a full disk. */
interface FileSystem {
  readonly write: (descriptor: number, text: string | Buffer) => void;
}

const NODE_FILE_SYSTEM: FileSystem = { write: (descriptor, text) => writeFileSync(descriptor, text) };

/** Converts a system error of a path to an OperationError; returns any other error unchanged. */
export function fileError(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  const known: Readonly<Record<string, readonly [string, string]>> = {
    ENOSPC: [
      "cannot be written: the disk is full",
      "Free some space, then run this again. Existing files are unchanged.",
    ],
    EDQUOT: [
      "cannot be written: the disk quota is exceeded",
      "Free some space, then run this again. Existing files are unchanged.",
    ],
    EACCES: [
      "cannot be written or read (EACCES)",
      "Run as the user that owns it, or grant this user access.",
    ],
    EROFS: ["is on a read-only file system", "Deploy from a writable directory."],
  };
  const [rule, remedy] = known[code] ?? [`cannot be used (${code})`, "Check the path, then run this again."];
  return new OperationError(
    1,
    [{ subject: path, rule, remedy }],
    "The local deployment cannot access its files:",
  );
}

/** Creates a directory that only its owner may enter; an existing one is unchanged. */
export function makeDirectory(path: string, mode = PRIVATE_DIRECTORY_MODE): void {
  try {
    mkdirSync(path, { recursive: true, mode });
  } catch (error) {
    throw fileError(error, path);
  }
}

/** May be entered, but not listed. */
const TRAVERSABLE_DIRECTORY_MODE = 0o711;

/**
 * Creates the state directory. If it belongs to root, the database's user must be able to traverse it; directories
 * with secrets in it have their own, stricter mode.
 */
export function makeStateDirectory(state: string): void {
  makeDirectory(state);
  if (process.getuid?.() !== 0) return;
  for (const directory of [dirname(state), state]) {
    try {
      const { mode } = statSync(directory);
      if ((mode & TRAVERSABLE_DIRECTORY_MODE) !== TRAVERSABLE_DIRECTORY_MODE)
        chmodSync(directory, (mode & 0o777) | TRAVERSABLE_DIRECTORY_MODE);
    } catch (error) {
      throw fileError(error, directory);
    }
  }
}

/**
 * Writes a temporary file, flushes and renames it, so that no reader sees a partial file.
 * @throws OperationError if the disk is full or the path is not writable.
 */
export function writeFileAtomically(
  path: string,
  text: string | Buffer,
  mode = PRIVATE_FILE_MODE,
  disk: FileSystem = NODE_FILE_SYSTEM,
): void {
  try {
    writeAtomically(path, (temporaryPath) => {
      const descriptor = openSync(temporaryPath, "wx", mode);
      try {
        disk.write(descriptor, text);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      chmodSync(temporaryPath, mode);
    });
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Writes a value as JSON, atomically. */
export function writeJson(path: string, value: unknown): void {
  writeFileAtomically(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

/**
 * Reads a file of the state directory; returns undefined if it does not exist.
 * @throws OperationError if it exists and cannot be read: another user's deployment must not look like none.
 */
export function readStateFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw fileError(error, path);
  }
}

/** Reads JSON; returns undefined if the file is missing or was edited to invalid JSON. */
export function readJson<Value>(path: string): Value | undefined {
  const text = readStateFile(path);
  return text === undefined ? undefined : (parseJson(text) as Value | undefined);
}

/** Appends a value to a JSON Lines file, on a line of its own even if a full disk has truncated the last one. */
export function appendJsonLine(path: string, value: unknown): void {
  const text = readStateFile(path) ?? "";
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  try {
    appendFileSync(path, `${separator}${JSON.stringify(value)}\n`, { mode: PRIVATE_FILE_MODE });
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Reads the objects of a JSON Lines file; skips truncated and edited lines. */
export function readJsonLines<Value extends object>(path: string): Value[] {
  return (readStateFile(path) ?? "").split("\n").flatMap((line) => {
    const value = parseJson(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? [value as Value] : [];
  });
}
