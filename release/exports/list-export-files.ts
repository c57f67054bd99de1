import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../components/shared/errors.ts";
import { withFile } from "./byte-source.ts";
import { isElf } from "./executables/elf.ts";
import { isPe } from "./executables/pe.ts";

export type ExportFileKind =
  | "linux-server"
  | "windows-server"
  | "windows-console"
  | "pack"
  | "library"
  | "metadata"
  | "unexpected"
  | "link";

export interface ExportFile {
  /** Relative to the directory, with `/`. */
  readonly path: string;
  readonly kind: ExportFileKind;
}

/** Written by `release export` next to the servers. */
export const BUILD_FILE = "build.json";
export const CHECKSUMS_FILE = "SHA256SUMS";
export const PRESETS_FILE = "export_presets.cfg";

/** Directories of an export for several platforms: `linux/server.x86_64`. */
const MAX_DEPTH = 2;

/** An export has a dozen files; a directory with more is not one. */
const MAX_FILES = 2000;

/**
 * Lists the files of an export directory, sorted.
 * @throws InputError if it is not a directory that can be read.
 */
export function listExportFiles(directory: string): ExportFile[] {
  const files: ExportFile[] = [];
  walk(directory, "", 0, files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function walk(root: string, relative: string, depth: number, files: ExportFile[]): void {
  for (const entry of readDirectory(join(root, relative))) {
    const path = relative === "" ? entry.name : `${relative}/${entry.name}`;
    if (entry.isDirectory() && depth < MAX_DEPTH) walk(root, path, depth + 1, files);
    else files.push({ path, kind: classifyEntry(root, path, entry) });
    if (files.length > MAX_FILES) {
      throw invalidDirectory(root, `contains more than ${MAX_FILES} files, so it is not an export`);
    }
  }
}

function readDirectory(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    throw invalidDirectory(path, "is not a directory that can be read");
  }
}

function invalidDirectory(directory: string, rule: string): InputError {
  return new InputError("The export cannot be checked:", [
    {
      subject: "the export directory",
      value: directory,
      rule,
      remedy: "Name the directory that Godot exported to.",
    },
  ]);
}

function classifyEntry(root: string, path: string, entry: Dirent): ExportFileKind {
  if (entry.isSymbolicLink()) return "link";
  if (!entry.isFile()) return "unexpected";
  const name = entry.name;
  if (name.endsWith(".pck")) return "pack";
  if (/\.so(\.\d+)*$/.test(name) || /\.dll$/i.test(name)) return "library";
  if ([BUILD_FILE, CHECKSUMS_FILE, PRESETS_FILE].includes(name)) return "metadata";
  if (/\.console\.exe$/i.test(name)) return "windows-console";
  // A file with the name of a server is one, so that a wrong format is reported and not the absence of a server.
  if (/\.exe$/i.test(name)) return "windows-server";
  if (/\.(x86_64|arm64|x86_32|arm32|rv64)$/.test(name)) return "linux-server";
  const head = readHead(join(root, path));
  if (isElf(head)) return "linux-server";
  return isPe(head) ? "windows-server" : "unexpected";
}

function readHead(path: string): Buffer {
  const head = Buffer.alloc(4);
  return withFile(path, (source) => head.subarray(0, source.read(head, 0)));
}
