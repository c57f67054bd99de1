import { existsSync } from "node:fs";
import { InputError } from "../../components/shared/errors.ts";
import { listFiles } from "./docs-entries.ts";

/** The files of a Godot export, sorted. */
export async function listExport(directory: string): Promise<readonly string[]> {
  const files = existsSync(directory) ? listFiles(directory, ".").map((path) => path.slice(2)) : [];
  if (files.length > 0) return files;
  const remedy = "Name the directory with the exported server.";
  throw new InputError("The release cannot be built:", [
    { subject: "--export", value: directory, rule: "contains no files", remedy },
  ]);
}
