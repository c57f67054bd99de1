import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const IMPORT = /^(?:import|export)\s(?:[^"';]*?\sfrom\s)?"(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"/gm;

/**
 * All files that some files import, directly or not, and the files themselves; paths are relative to the root. Only relative imports
 * with an extension count, which is the only form that the repository has.
 */
export function importClosure(root: string, entries: readonly string[]): string[] {
  const found = new Set<string>();
  const pending = entries.map((entry) => resolve(root, entry));
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (found.has(file)) continue;
    if (!existsSync(file)) throw new Error(`${relative(root, file)} is imported but does not exist.`);
    found.add(file);
    for (const [, fixed, dynamic] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      pending.push(join(dirname(file), fixed ?? dynamic ?? ""));
    }
  }
  return [...found].map((file) => relative(root, file)).sort();
}
