/** A file in an archive. */
export interface ArchivedFile {
  /** As it is in the archive. Not validated: see `findPathProblem`. */
  readonly path: string;
  readonly mode: number;
  readonly size: number;
}

/** Receives the content of a file. */
export interface ContentSink {
  write(bytes: Buffer): void | Promise<void>;
  end(): unknown;
}

export interface ReadLimits {
  readonly files: number;
  /** Total bytes after decompression. */
  readonly bytes: number;
}

/** Far above any package, and far below what fills a disk. */
export const DEFAULT_LIMITS: ReadLimits = { files: 20_000, bytes: 8 * 1024 ** 3 };

/** An archive that is not exactly in the format of `ArchiveWriter`. */
export class ArchiveError extends Error {
  /** The file in the archive; undefined for the archive itself. */
  readonly entry: string | undefined;
  readonly rule: string;

  constructor(rule: string, entry?: string) {
    super(entry === undefined ? rule : `${entry}: ${rule}`);
    this.name = "ArchiveError";
    this.entry = entry;
    this.rule = rule;
  }
}
