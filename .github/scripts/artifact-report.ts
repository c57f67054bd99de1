import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Larger than any diff. The limit is needed because an untrusted run chooses the size. */
const MAX_FILE_BYTES = 5_000_000;

/**
 * Reads a file of the artifact, or returns undefined when it is missing. The artifact comes from an untrusted run: a symlink in it
 * could point to a file of this runner, such as the token, and the comment would publish it.
 */
export function readReport(directory: string, name: string): string | undefined {
  const path = join(directory, name);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isFile() || found.size > MAX_FILE_BYTES)
    throw new Error(`The artifact's ${name} is not a regular file of at most ${MAX_FILE_BYTES} bytes.`);
  return readFileSync(path, "utf8");
}
