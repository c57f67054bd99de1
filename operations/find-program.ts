import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Returns the full path of the first program with this name in a search path; undefined if there is none. */
export function findProgram(name: string, path: string): string | undefined {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  return path
    .split(delimiter)
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, file))
    .find(isExecutable);
}

/** Whether this user may execute a file. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
