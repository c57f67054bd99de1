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
    const { mode } = statSync(directory);
    if ((mode & TRAVERSABLE_DIRECTORY_MODE) !== TRAVERSABLE_DIRECTORY_MODE)
      chmodSync(directory, (mode & 0o777) | TRAVERSABLE_DIRECTORY_MODE);
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

/** Reads JSON; returns undefined if the file is missing or was edited to invalid JSON. */
export function readJson<Value>(path: string): Value | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Value;
  } catch {
    return undefined;
  }
}

/** Appends a value to a JSON Lines file. */
export function appendJsonLine(path: string, value: unknown): void {
  try {
    appendFileSync(path, `${JSON.stringify(value)}\n`, { mode: PRIVATE_FILE_MODE });
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Reads a JSON Lines file; skips a last line that a full disk has truncated. */
export function readJsonLines<Value>(path: string): Value[] {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as Value];
    } catch {
      return [];
    }
  });
}
