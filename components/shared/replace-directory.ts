import { randomBytes } from "node:crypto";
import { readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Calls `write` with the path of a new directory next to `path` and renames that directory to `path`, so that no reader sees a
 * partial directory. Windows and Linux cannot rename a directory onto another, so the old one is renamed first, and restored on
 * a failure.
 */
export function replaceDirectory(path: string, write: (temporaryPath: string) => void): void {
  const suffix = randomBytes(4).toString("hex");
  const [fresh, old] = [`${path}.${suffix}.new`, `${path}.${suffix}.old`];
  try {
    write(fresh);
    const present = statSync(path, { throwIfNoEntry: false }) !== undefined;
    if (present) renameSync(path, old);
    try {
      renameSync(fresh, path);
    } catch (error) {
      if (present) renameSync(old, path);
      throw error;
    }
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Restores a directory whose replacement was interrupted between the two renames, and removes leftovers of others. */
export function recoverDirectory(path: string): void {
  const parent = dirname(path);
  if (statSync(parent, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  const prefix = basename(path);
  const found = readdirSync(parent).filter(
    (name) => name.startsWith(prefix) && /^\.[0-9a-f]{8}\.(new|old)$/.test(name.slice(prefix.length)),
  );
  const [previous] = found.filter((name) => name.endsWith(".old"));
  if (previous !== undefined && statSync(path, { throwIfNoEntry: false }) === undefined)
    renameSync(join(parent, previous), path);
  for (const name of found) rmSync(join(parent, name), { recursive: true, force: true });
}
