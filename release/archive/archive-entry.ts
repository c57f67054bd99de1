/** The two permissions that a package contains: data and programs. */
export type FileMode = 0o644 | 0o755;

/** A file of a package. Its content is in memory, or in a file that is read while the archives are written. */
export interface ArchiveEntry {
  /** Relative, with `/` as the separator. */
  readonly path: string;
  readonly mode: FileMode;
  readonly content: Buffer | { readonly file: string; readonly size: number };
}

/** What was written of an entry. */
export interface WrittenFile {
  readonly path: string;
  readonly mode: FileMode;
  readonly size: number;
  readonly sha256: string;
}

/** Names that Windows reserves for devices, with any extension. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * The reason why a path must not be in an archive, as the end of a sentence; undefined for a valid path. Valid paths are
 * relative, normalised, ASCII, and can be created on Linux, macOS and Windows.
 */
export function findPathProblem(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is an absolute path";
  if (path.includes("\\")) return "contains a backslash, which is a path separator on Windows";
  const segments = path.split("/");
  if (segments.includes("..")) return "leaves the directory of the package";
  if (segments.some((segment) => segment === "" || segment === ".")) return "is not normalised";
  if (!/^[\x20-\x7e]+$/.test(path)) return "contains characters other than printable ASCII";
  if (/[<>:"|?*]/.test(path)) return "contains a character that Windows does not allow in file names";
  const invalid = segments.some((segment) => /[. ]$/.test(segment) || WINDOWS_DEVICE.test(segment));
  return invalid ? "contains a name that Windows cannot create" : undefined;
}
