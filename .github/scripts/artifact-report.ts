import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** More than any difference has; an untrusted run chooses the size. */
const MAX_FILE_BYTES = 5_000_000;

/**
 * A file of the artifact, which an untrusted run packed: a link in it could name a file of this machine, the token's among them, and
 * the comment would publish it. Undefined when there is none.
 */
export function readReport(directory: string, name: string): string | undefined {
  const path = join(directory, name);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isFile() || found.size > MAX_FILE_BYTES)
    throw new Error(`${name} of the artifact is no report.`);
  return readFileSync(path, "utf8");
}
