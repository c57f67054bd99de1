import { isUtf8 } from "node:buffer";
import { CorruptFileError } from "../corrupt-file-error.ts";

const PREFIX = "res://";

/**
 * Returns the path of an entry without `res://`, which packs up to Godot 4.3 store and later ones omit.
 * @throws CorruptFileError if the path is not normalized or leaves the pack.
 */
export function normalizePackPath(stored: Buffer): string {
  // Paths are padded with NUL to a multiple of four bytes.
  const end = stored.indexOf(0);
  const bytes = end === -1 ? stored : stored.subarray(0, end);
  if (end !== -1 && stored.subarray(end).some((byte) => byte !== 0))
    throw new CorruptFileError(
      "has a path with a NUL character in it",
      JSON.stringify(bytes.toString("latin1")),
    );
  if (!isUtf8(bytes))
    throw new CorruptFileError("is a path that is not UTF-8", JSON.stringify(bytes.toString("latin1")));
  const path = bytes.toString("utf8");
  const relative = path.startsWith(PREFIX) ? path.slice(PREFIX.length) : path;
  const problem = pathProblem(relative);
  if (problem !== undefined) throw new CorruptFileError(problem, JSON.stringify(path));
  return relative;
}

function pathProblem(path: string): string | undefined {
  if (path === "") return "is an empty path";
  if (path.startsWith("user://") || path.includes("://")) return "is a path outside res://";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is an absolute path";
  if (path.includes("\\")) return "is a path with a backslash";
  if (/\p{Cc}/u.test(path)) return "is a path with a control character";
  const segments = path.split("/");
  if (segments.includes("..")) return "is a path that leaves its directory with ..";
  if (segments.includes(".") || segments.includes("")) return "is a path that is not normalized";
  return undefined;
}
