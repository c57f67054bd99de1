import { readFileSync } from "node:fs";
import { errorCode } from "./error-code.ts";

/** Reads a UTF-8 file; undefined if it does not exist. */
export function readTextIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
