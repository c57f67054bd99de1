import { randomBytes } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { errorCode } from "../../../components/shared/error-code.ts";
import type { RecordStore } from "./record-store.ts";

/** Stores records next to a `file://` state; like the state, only the owner can read them. */
export function createFileRecordStore(directory: string): RecordStore {
  const at = (key: string): string => join(directory, ...key.split("/"));
  return {
    location: directory,
    read: (key) => undefinedIfMissing(readFile(at(key), "utf8")),
    write: (key, text) =>
      writeAtomically(at(key), (path) => writeFile(path, text, { mode: 0o600, flag: "wx" })),
    readAll: (prefix) => readFilesBelow(directory, prefix),
    has: async (key) => (await undefinedIfMissing(stat(at(key)))) !== undefined,
    writeFile: (key, path) => writeAtomically(at(key), (target) => copyFile(path, target)),
    readFile: (key, path) => copyFile(at(key), path),
  };
}

/** The files below a directory by their keys; empty if the directory does not exist. */
export async function readFilesBelow(directory: string, prefix: string): Promise<Map<string, string>> {
  const place = join(directory, ...prefix.split("/"));
  const entries = await undefinedIfMissing(readdir(place, { recursive: true, withFileTypes: true }));
  const files = (entries ?? []).filter((entry) => entry.isFile() && !entry.name.endsWith(".tmp"));
  const texts = new Map<string, string>();
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    texts.set(relative(directory, path).split(sep).join("/"), await readFile(path, "utf8"));
  }
  return texts;
}

/** Written to a temporary file and renamed, so that no reader sees a partial file. */
async function writeAtomically(path: string, write: (path: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    await write(beside);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function undefinedIfMissing<Value>(found: Promise<Value>): Promise<Value | undefined> {
  try {
    return await found;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
