import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { copyFile, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { errorCode } from "../../../components/shared/error-code.ts";
import { writeAtomically } from "../../../components/shared/write-atomically.ts";
import type { RecordStore } from "./record-store.ts";

/** Stores records next to a `file://` state; like the state, only the owner can read them. */
export function createFileRecordStore(directory: string): RecordStore {
  const at = (key: string): string => join(directory, ...key.split("/"));
  return {
    location: directory,
    read: (key) => undefinedIfMissing(readFile(at(key), "utf8")),
    write: async (key, text) =>
      replaceFile(at(key), (temporaryPath) =>
        writeFileSync(temporaryPath, text, { mode: 0o600, flag: "wx" }),
      ),
    readAll: (prefix) => readFilesBelow(directory, prefix),
    has: async (key) => (await undefinedIfMissing(stat(at(key)))) !== undefined,
    writeFile: async (key, path) =>
      replaceFile(at(key), (temporaryPath) => copyFileSync(path, temporaryPath)),
    readFile: (key, path) => copyFile(at(key), path),
  };
}

function replaceFile(path: string, write: (temporaryPath: string) => void): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeAtomically(path, write);
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

async function undefinedIfMissing<Value>(found: Promise<Value>): Promise<Value | undefined> {
  try {
    return await found;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
