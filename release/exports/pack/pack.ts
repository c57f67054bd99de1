/** Where a pack is in its file. */
export interface PackLocation {
  /** How the engine finds the pack: a file of its own, the section `pck`, or the trailer at the end of the executable. */
  readonly kind: "standalone" | "section" | "trailer";
  readonly start: number;
  readonly end: number;
}

/** A file in a pack. */
export interface PackEntry {
  /** Without `res://`. */
  readonly path: string;
  /** Position of the stored bytes in the file that contains the pack. */
  readonly offset: number;
  /** Size of the content; the stored bytes of an encrypted entry are more. */
  readonly size: number;
  /** MD5 of the content, as hexadecimal digits. */
  readonly md5: string;
  readonly encrypted: boolean;
}

/** The directory of a pack. */
export interface Pack {
  readonly location: PackLocation;
  readonly formatVersion: PackFormatVersion;
  /** The engine that wrote it, such as `4.5.1`. */
  readonly engine: string;
  /** Number of files according to the header. */
  readonly count: number;
  readonly directory: PackDirectory;
}

export type PackDirectory =
  | { readonly kind: "readable"; readonly encrypted: boolean; readonly entries: readonly PackEntry[] }
  /** Encrypted, and no key was given. */
  | { readonly kind: "locked" };

export type PackFormatVersion = 1 | 2 | 3 | 4;

/** Number of bytes of an encrypted file in addition to its content: MD5, length and initialization vector. */
export const ENCRYPTION_HEADER_BYTES = 40;

const CIPHER_BLOCK_BYTES = 16;

/** Number of bytes that an entry occupies. */
export function storedSize({ size, encrypted }: Pick<PackEntry, "size" | "encrypted">): number {
  if (!encrypted) return size;
  return ENCRYPTION_HEADER_BYTES + Math.ceil(size / CIPHER_BLOCK_BYTES) * CIPHER_BLOCK_BYTES;
}
