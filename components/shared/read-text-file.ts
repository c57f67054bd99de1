import { readFileSync, statSync } from "node:fs";
import { errorCode } from "./error-code.ts";
import { InputError } from "./errors.ts";

/** A file of the project has a few kilobytes, including certificates. */
const MAX_FILE_BYTES = 2 ** 20;

interface ReadTextFileOptions {
  /** How messages name the file. */
  readonly name: string;
  /** What to do if it does not exist. */
  readonly missingRemedy: string;
}

/**
 * Reads a small UTF-8 file of the project.
 * @throws InputError if it does not exist, is not a regular file, is larger than 1 MiB, or is not UTF-8.
 */
export function readTextFile(path: string, { name, missingRemedy }: ReadTextFileOptions): string {
  const rejected = (rule: string, remedy = "Restore the file from version control.") =>
    new InputError(`${name} cannot be used:`, [{ subject: name, rule, remedy }]);
  try {
    // Check before opening: reading a pipe would block, reading a device would never end.
    const status = statSync(path);
    if (!status.isFile()) throw rejected("must be a regular file");
    if (status.size > MAX_FILE_BYTES) throw rejected("must be at most 1 MiB");
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = errorCode(error) ?? "unknown error";
    if (code === "ENOENT") throw rejected("does not exist", missingRemedy);
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") throw rejected("is not UTF-8 text");
    throw rejected(`cannot be read (${code})`);
  }
}
