import { randomBytes } from "node:crypto";
import { renameSync, rmSync } from "node:fs";

/**
 * Calls `write` with the path of a temporary file in the same directory and renames that file to `path`, so that no
 * reader sees a partial file.
 */
export function writeAtomically(path: string, write: (temporaryPath: string) => void): void {
  const temporaryPath = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    write(temporaryPath);
    renameSync(temporaryPath, path);
  } catch (error) {
    rmSync(temporaryPath, { force: true });
    throw error;
  }
}
