import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { CorruptFileError } from "./corrupt-file-error.ts";

/** Random access to bytes: a file, or a buffer in tests. */
export interface ByteSource {
  readonly size: number;
  /** Copies bytes from a position; returns their number, which is smaller only at the end of the source. */
  readonly read: (target: Buffer, position: number) => number;
}

/** Opens a file for the duration of a function. Only the bytes that are read are in memory. */
export function withFile<T>(path: string, use: (source: ByteSource) => T): T {
  const descriptor = openSync(path, "r");
  try {
    return use({
      size: fstatSync(descriptor).size,
      read: (target, position) => fill(descriptor, target, position),
    });
  } finally {
    closeSync(descriptor);
  }
}

/** A read can return fewer bytes than requested before the end of the file. */
function fill(descriptor: number, target: Buffer, position: number): number {
  let done = 0;
  while (done < target.length) {
    const count = readSync(descriptor, target, done, target.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

export function bufferSource(bytes: Buffer): ByteSource {
  return {
    size: bytes.length,
    read: (target, position) =>
      position >= bytes.length ? 0 : bytes.copy(target, 0, position, position + target.length),
  };
}

/**
 * Reads a range completely.
 * @param name names the range in the error.
 * @throws CorruptFileError if the range is not inside the source.
 */
export function readRange(source: ByteSource, position: number, length: number, name: string): Buffer {
  if (position < 0 || length < 0 || position + length > source.size) {
    throw new CorruptFileError(
      `is truncated: ${name} needs bytes ${position} to ${position + length}, and the file has ${source.size}`,
    );
  }
  const bytes = Buffer.allocUnsafe(length);
  if (source.read(bytes, position) !== length) {
    throw new CorruptFileError(`became shorter while it was read (${name})`);
  }
  return bytes;
}

const WINDOW_BYTES = 64 * 1024;

/** Reads little-endian numbers in sequence, through a small window. */
export class SequentialReader {
  readonly #source: ByteSource;
  readonly #end: number;
  readonly #name: string;
  #position: number;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  /** @param name names the range in errors. */
  constructor(source: ByteSource, start: number, end: number, name: string) {
    this.#source = source;
    this.#position = start;
    this.#end = Math.min(end, source.size);
    this.#name = name;
  }

  get position(): number {
    return this.#position;
  }

  u32(): number {
    return this.bytes(4).readUInt32LE();
  }

  /** @throws CorruptFileError if the number is too large for a file. */
  u64(subject: string): number {
    const value = this.bytes(8).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new CorruptFileError(`has an impossible ${subject}: ${value}`);
    }
    return Number(value);
  }

  /** Returns a view that is valid until the next read. */
  bytes(length: number): Buffer {
    const { start, end } = { start: this.#position, end: this.#position + length };
    if (end > this.#end) throw new CorruptFileError(`is truncated in ${this.#name}`);
    if (start < this.#windowStart || end > this.#windowStart + this.#window.length) this.#fill(start, length);
    this.#position = end;
    return this.#window.subarray(start - this.#windowStart, end - this.#windowStart);
  }

  #fill(start: number, length: number): void {
    const size = Math.min(Math.max(length, WINDOW_BYTES), this.#end - start);
    this.#window = readRange(this.#source, start, size, this.#name);
    this.#windowStart = start;
  }
}
