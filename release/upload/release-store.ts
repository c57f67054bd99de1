/** A file of a release on this machine. */
export interface ReleaseFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** From the signed checksums. */
  readonly sha256: string;
}

/** Receives how much of a file is in the store. */
export type UploadProgress = (bytes: number) => void;

/**
 * Where releases are published. Files can be uploaded in any order and again; a receiver sees none of them before `publish`, which makes
 * the whole release visible in one step.
 */
export interface ReleaseStore {
  /** For messages, without credentials. */
  readonly location: string;
  /** The checksums of the release if it is published; undefined otherwise. */
  readonly readPublished: () => Promise<string | undefined>;
  /** Uploads a file, or the rest of it after an interruption. The store has verified its digest when this returns. */
  readonly upload: (file: ReleaseFile, onProgress: UploadProgress) => Promise<void>;
  /** @param files every file of the release; the checksums are the last one. */
  readonly publish: (files: readonly ReleaseFile[]) => Promise<void>;
}
