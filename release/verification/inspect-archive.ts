import { createHash } from "node:crypto";
import { findPathProblem } from "../archive/archive-entry.ts";
import { type ArchivedFile, ArchiveError, type ContentSink } from "../archive/archive-format.ts";
import { readArchive } from "../archive/read-archive.ts";

/** A file in an archive with its digest. */
export interface InspectedFile extends ArchivedFile {
  /** Relative to the package's root directory. */
  readonly path: string;
  readonly sha256: string;
}

/** The contents of an archive. */
export interface InspectedArchive {
  readonly files: readonly InspectedFile[];
  /** The contents of the requested files, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Larger than any manifest; a text is kept in memory. */
const MAX_TEXT_SIZE = 16 * 1024 * 1024;

/**
 * Reads an archive once: the digest of each file, and the contents of `texts`. Nothing is written.
 * @throws ArchiveError for an archive of another format, and for paths that are unsafe, repeated, or outside of `root`.
 */
export async function inspectArchive(
  archive: string,
  root: string,
  texts: readonly string[],
): Promise<InspectedArchive> {
  const files: InspectedFile[] = [];
  const kept = new Map<string, string>();
  const seen = new Set<string>();
  await readArchive(archive, (file) => {
    const path = requireSafePath(file.path, root, seen);
    const keep = texts.includes(path);
    if (keep && file.size > MAX_TEXT_SIZE) throw new ArchiveError("is too large for what it is", path);
    return hashingSink(keep, (sha256, text) => {
      files.push({ path, mode: file.mode, size: file.size, sha256 });
      if (keep) kept.set(path, text);
    });
  });
  return { files, texts: kept };
}

/** The path relative to the root directory. */
export function requireSafePath(path: string, root: string, seen: Set<string>): string {
  const problem = findPathProblem(path);
  if (problem !== undefined) throw new ArchiveError(problem, path);
  if (!path.startsWith(`${root}/`)) throw new ArchiveError(`is outside of the directory ${root}`, path);
  // File systems of Windows and macOS ignore case: one file would replace the other.
  const folded = path.toLowerCase();
  if (seen.has(folded)) throw new ArchiveError("exists twice, if case is ignored", path);
  seen.add(folded);
  return path.slice(root.length + 1);
}

function hashingSink(keep: boolean, done: (sha256: string, text: string) => void): ContentSink {
  const hash = createHash("sha256");
  const parts: Buffer[] = [];
  return {
    write: (bytes) => {
      hash.update(bytes);
      if (keep) parts.push(Buffer.from(bytes));
    },
    end: () => done(hash.digest("hex"), Buffer.concat(parts).toString("utf8")),
  };
}
