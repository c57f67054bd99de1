import { readFileSync } from "node:fs";
import path from "node:path";
import { TestToolError } from "./errors.ts";

/** The version of a module that the go.mod in a folder requires, without the "v". */
export function moduleVersion(folder: string, module: string): string {
  const file = path.join(folder, "go.mod");
  const escaped = module.replaceAll(".", "\\.");
  const found = new RegExp(`^(?:require )?\\s*${escaped} v(\\S+)(?: // indirect)?$`, "m").exec(
    readFileSync(file, "utf8"),
  )?.[1];
  if (found !== undefined) return found;
  throw new TestToolError(`${file} does not require ${module}. Restore the file from version control.`, 2);
}
