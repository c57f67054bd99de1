import { statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { hashFile } from "../../components/shared/hash-file.ts";
import { readTextIfPresent } from "../../components/shared/read-text-if-present.ts";
import { writeFileAtomically } from "../local/files.ts";
import { listFiles, type RepositoryPaths } from "./repository.ts";
import { readSignedJson, signJson } from "./signed-json.ts";

const entrySchema = z.strictObject({ size: z.int(), sha256: z.string() });

type InventoryEntry = z.infer<typeof entrySchema>;

const inventorySchema = z.strictObject({
  version: z.literal(1),
  at: z.iso.datetime(),
  /** By path relative to the repository. */
  files: z.record(z.string(), entrySchema),
});

/** The files of a repository as of its last change; WAL that was archived since is not in it. */
export type Inventory = z.infer<typeof inventorySchema>;

/** Lists the files that an inventory contains: everything except the lock, drill records, metrics and the inventory itself. */
export function listInventoriedFiles(paths: RepositoryPaths): string[] {
  return [...listFiles(paths.root, paths.pgbackrest), ...listFiles(paths.root, paths.points)].filter(
    (path) => !isTemporary(path),
  );
}

/** pgBackRest and the atomic writes of this program rename temporary files into place. */
function isTemporary(path: string): boolean {
  return path.endsWith(".tmp") || path.endsWith(".lock");
}

/** The result of reading the inventory. */
export type InventoryState =
  | { readonly kind: "valid"; readonly inventory: Inventory }
  /** No backup has been completed yet. */
  | { readonly kind: "absent" }
  | { readonly kind: "damaged"; readonly reason: string };

export function readInventory(paths: RepositoryPaths, key: string): InventoryState {
  const text = readTextIfPresent(paths.inventory);
  if (text === undefined) return { kind: "absent" };
  const signed = readSignedJson(key, text);
  if (signed.kind === "invalid") return { kind: "damaged", reason: signed.reason };
  const parsed = inventorySchema.safeParse(signed.value);
  return parsed.success
    ? { kind: "valid", inventory: parsed.data }
    : { kind: "damaged", reason: "has an unknown format" };
}

/** pgBackRest rewrites its info files with every command that changes the repository; all other files never change. */
function isMutable(path: string): boolean {
  return /(?:^|\/)(?:backup|archive)\.info(?:\.copy)?$/.test(path);
}

/**
 * Writes the inventory of the present files; files that are unchanged since the last one are not read again. A file that disappeared or
 * changed keeps its entry, so that `verify` still reports it: only the files that a prune removed leave the inventory.
 */
export async function updateInventory(
  paths: RepositoryPaths,
  key: string,
  removed: ReadonlySet<string> = new Set(),
): Promise<Inventory> {
  const state = readInventory(paths, key);
  const before = state.kind === "valid" ? state.inventory.files : {};
  const files: Record<string, InventoryEntry> = {};
  for (const [path, entry] of Object.entries(before)) if (!removed.has(path)) files[path] = entry;
  for (const path of listInventoriedFiles(paths)) {
    const known = before[path];
    if (known !== undefined && !isMutable(path)) {
      files[path] = known;
      continue;
    }
    const { size } = statSync(join(paths.root, path));
    files[path] = { size, sha256: await hashFile(join(paths.root, path)) };
  }
  const inventory: Inventory = { version: 1, at: new Date().toISOString(), files };
  writeFileAtomically(paths.inventory, signJson(key, inventory));
  return inventory;
}

/** A file of the repository that cannot be used. */
export interface DamagedFile {
  readonly path: string;
  readonly reason: string;
}

/** Compares files with their inventory; reads each of them completely. */
export async function findDamagedFiles(
  paths: RepositoryPaths,
  files: Readonly<Record<string, InventoryEntry>>,
  onFile: (path: string) => void = () => undefined,
): Promise<DamagedFile[]> {
  const damaged: DamagedFile[] = [];
  for (const [path, { size, sha256 }] of Object.entries(files)) {
    onFile(path);
    const reason = await compareFile(join(paths.root, path), size, sha256);
    if (reason !== undefined) damaged.push({ path, reason });
  }
  return damaged;
}

async function compareFile(path: string, size: number, sha256: string): Promise<string | undefined> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return "is missing";
  if (found.size !== size) return `has ${found.size} bytes instead of ${size}`;
  return (await hashFile(path)) === sha256 ? undefined : "has a different content";
}
