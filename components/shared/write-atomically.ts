import { randomBytes } from "node:crypto";
import { lstatSync, renameSync, rmSync } from "node:fs";

/**
 * Calls `write` with the path of a temporary file in the same directory and renames that file to `path`, so that no
 * reader sees a partial file.
 * @throws an error with the code ENOTSUP if `path` is a device, a pipe or a socket, which a rename would replace.
 */
export function writeAtomically(path: string, write: (temporaryPath: string) => void): void {
  const existing = lstatSync(path, { throwIfNoEntry: false });
  if (existing !== undefined && !existing.isFile() && !existing.isDirectory() && !existing.isSymbolicLink())
    throw Object.assign(new Error(`${path} is not a regular file`), { code: "ENOTSUP" });
  const temporaryPath = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    write(temporaryPath);
    renameSync(temporaryPath, path);
  } catch (error) {
    rmSync(temporaryPath, { force: true });
    throw error;
  }
}
