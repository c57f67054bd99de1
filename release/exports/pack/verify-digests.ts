import { createHash, hash } from "node:crypto";
import type { ByteSource } from "../byte-source.ts";
import { createDecryption, readEncryptionHeader } from "./decrypt.ts";
import { ENCRYPTION_HEADER_BYTES, type PackEntry, storedSize } from "./pack.ts";

/** Large enough for the speed of a disk, small enough for the memory of a build machine. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** Smaller files are hashed in one call, which is faster; larger ones in parts, so that the buffer is rarely read again. */
const MAX_WHOLE_BYTES = 1024 * 1024;

export type DigestResult =
  | { readonly kind: "match" }
  | { readonly kind: "mismatch"; readonly actual: string }
  /** The file is shorter than when its directory was read. */
  | { readonly kind: "truncated" }
  /** 3.x packs of PCKPacker contain no digest. */
  | { readonly kind: "no-digest" }
  /** Encrypted, and no key was given: only the digest in the encryption header is compared. */
  | { readonly kind: "locked" }
  | { readonly kind: "wrong-key" }
  | { readonly kind: "header-mismatch" };

const NO_DIGEST = "0".repeat(32);

interface VerifyOptions {
  readonly key?: Buffer | undefined;
  /** Receives the content of each entry that is at most `maxContentBytes` long; the buffer is only valid during the call. */
  readonly onContent?: ((entry: PackEntry, content: Buffer) => void) | undefined;
  readonly maxContentBytes?: number | undefined;
}

/** Compares the MD5 of every entry, in the order of their positions, with a constant amount of memory. */
export function verifyDigests(
  source: ByteSource,
  entries: readonly PackEntry[],
  report: (entry: PackEntry, result: DigestResult) => void,
  options: VerifyOptions = {},
): void {
  const reader = new WindowReader(source);
  for (const entry of entries.toSorted((a, b) => a.offset - b.offset)) {
    report(entry, verifyEntry(source, reader, entry, options));
  }
}

function verifyEntry(
  source: ByteSource,
  reader: WindowReader,
  entry: PackEntry,
  options: VerifyOptions,
): DigestResult {
  if (entry.encrypted) return verifyEncrypted(source, reader, entry, options);
  const { onContent, maxContentBytes = 0 } = options;
  const whole = entry.size <= MAX_WHOLE_BYTES ? reader.tryWhole(entry.offset, entry.size) : undefined;
  if (whole !== undefined) {
    if (entry.size <= maxContentBytes) onContent?.(entry, whole);
    return compare(entry, hash("md5", whole, "hex"));
  }
  const digest = createHash("md5");
  const complete = reader.stream(entry.offset, entry.size, (chunk) => digest.update(chunk));
  return complete ? compare(entry, digest.digest("hex")) : { kind: "truncated" };
}

function verifyEncrypted(
  source: ByteSource,
  reader: WindowReader,
  entry: PackEntry,
  { key, onContent, maxContentBytes = 0 }: VerifyOptions,
): DigestResult {
  const header = readEncryptionHeader(source, entry.offset, `res://${entry.path}`);
  if (header.size !== entry.size || header.md5 !== entry.md5) return { kind: "header-mismatch" };
  if (key === undefined) return { kind: "locked" };
  const decryption = createDecryption(key, header);
  const digest = createHash("md5");
  const kept: Buffer[] = [];
  let remaining = entry.size;
  const complete = reader.stream(
    entry.offset + ENCRYPTION_HEADER_BYTES,
    storedSize(entry) - ENCRYPTION_HEADER_BYTES,
    (chunk) => {
      const plain = decryption.update(chunk).subarray(0, remaining);
      remaining -= plain.length;
      digest.update(plain);
      if (onContent !== undefined && entry.size <= maxContentBytes) kept.push(plain);
    },
  );
  if (!complete) return { kind: "truncated" };
  if (digest.digest("hex") !== entry.md5) return { kind: "wrong-key" };
  if (onContent !== undefined && entry.size <= maxContentBytes) onContent(entry, Buffer.concat(kept));
  return { kind: "match" };
}

function compare({ md5 }: PackEntry, actual: string): DigestResult {
  if (md5 === actual) return { kind: "match" };
  return md5 === NO_DIGEST ? { kind: "no-digest" } : { kind: "mismatch", actual };
}

/** Reads ranges in ascending order through one buffer, so that small files need no read of their own. */
class WindowReader {
  readonly #source: ByteSource;
  readonly #buffer: Buffer;
  #start = 0;
  #length = 0;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(BUFFER_BYTES, Math.max(1, source.size)));
  }

  /** Returns a range as a view of the buffer; undefined if it is larger than the buffer or not in the file. */
  tryWhole(position: number, length: number): Buffer | undefined {
    if (this.#available(position) < length) this.#load(position);
    return this.#available(position) < length ? undefined : this.#view(position, length);
  }

  /** Passes a range to a function in parts. @returns false if the file ends before the range. */
  stream(position: number, length: number, use: (chunk: Buffer) => void): boolean {
    for (let at = position; at < position + length; ) {
      if (this.#available(at) === 0) this.#load(at);
      const count = Math.min(this.#available(at), position + length - at);
      if (count === 0) return false;
      use(this.#view(at, count));
      at += count;
    }
    return true;
  }

  #available(position: number): number {
    return position < this.#start ? 0 : Math.max(0, this.#start + this.#length - position);
  }

  #view(position: number, length: number): Buffer {
    return this.#buffer.subarray(position - this.#start, position - this.#start + length);
  }

  #load(position: number): void {
    this.#start = position;
    this.#length = this.#source.read(this.#buffer, position);
  }
}
