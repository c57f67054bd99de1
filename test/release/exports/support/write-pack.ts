import { createCipheriv, createHash } from "node:crypto";

/** A file to be written to a pack. */
export interface PackFile {
  readonly path: string;
  readonly content: Buffer | string;
  readonly encrypted?: boolean;
}

export interface PackOptions {
  readonly version: 1 | 2 | 3 | 4;
  readonly engine?: readonly [number, number, number];
  /** The position of the pack in its host file; offsets of format 1, and of 2 without a relative base, are absolute. */
  readonly start?: number;
  readonly key?: Buffer;
  readonly encryptDirectory?: boolean;
  /** For format 2: 4.3 and later write offsets relative to the pack when it is embedded. */
  readonly relativeBase?: boolean;
  /** 3.x and 4.0 to 4.3 store `res://`; later engines do not. */
  readonly prefix?: boolean;
}

const ENGINES = { 1: [3, 5, 3], 2: [4, 4, 1], 3: [4, 5, 1], 4: [4, 7, 0] } as const;
const ALIGNMENT = 16;
const RESERVED_BYTES = 64;

/**
 * Writes a pack as the exporter of the engine does (editor/export/editor_export_platform.cpp): header, then for formats 1 and 2
 * the directory and the files, for formats 3 and 4 the files and the directory.
 */
export function writePack(files: readonly PackFile[], options: PackOptions): Buffer {
  const { version, start = 0 } = options;
  const header = writeHeader(options);
  if (version <= 2) {
    const sizes = directoryBytes(files, options);
    const base = align(header.length + 4 + sizes);
    const { body, offsets } = writeBody(files, options, version === 1 ? start + base : 0);
    const directory = writeDirectory(files, offsets, options);
    if (version === 2)
      header.writeBigUInt64LE(BigInt(base + (options.relativeBase === true ? 0 : start)), 24);
    return Buffer.concat([
      header,
      u32(files.length),
      directory,
      Buffer.alloc(base - header.length - 4 - sizes),
      body,
    ]);
  }
  const base = align(header.length);
  const { body, offsets } = writeBody(files, options, 0);
  header.writeBigUInt64LE(BigInt(base), 24);
  header.writeBigUInt64LE(BigInt(base + body.length), 32);
  return Buffer.concat([
    header,
    Buffer.alloc(base - header.length),
    body,
    u32(files.length),
    writeDirectory(files, offsets, options),
  ]);
}

/** The pack with the trailer that ends an executable with an embedded pack. */
export function withTrailer(pack: Buffer): Buffer {
  const padding = Buffer.alloc((8 - (pack.length % 8)) % 8);
  return Buffer.concat([pack, padding, u64(pack.length + padding.length), Buffer.from("GDPC")]);
}

function writeHeader({
  version,
  engine = ENGINES[version],
  encryptDirectory,
  relativeBase,
}: PackOptions): Buffer {
  const fixed = Buffer.concat([Buffer.from("GDPC"), u32(version), ...engine.map(u32)]);
  if (version === 1) return Buffer.concat([fixed, Buffer.alloc(RESERVED_BYTES)]);
  const flags = (encryptDirectory === true ? 1 : 0) | (version > 2 || relativeBase === true ? 2 : 0);
  const offsets = Buffer.alloc(version === 2 ? 8 : 16);
  return Buffer.concat([fixed, u32(flags), offsets, Buffer.alloc(RESERVED_BYTES)]);
}

function writeBody(files: readonly PackFile[], options: PackOptions, base: number) {
  const parts: Buffer[] = [];
  const offsets: number[] = [];
  let position = 0;
  for (const { content, encrypted } of files) {
    const plain = Buffer.from(content);
    const stored = encrypted === true ? encrypt(plain, requireKey(options)) : plain;
    const padding = Buffer.alloc(align(stored.length) - stored.length);
    offsets.push(base + position);
    parts.push(stored, padding);
    position += stored.length + padding.length;
  }
  return { body: Buffer.concat(parts), offsets };
}

function writeDirectory(
  files: readonly PackFile[],
  offsets: readonly number[],
  options: PackOptions,
): Buffer {
  const entries = files.map(({ path, content, encrypted }, index) => {
    const name = paddedPath(path, options);
    return Buffer.concat([
      u32(name.length),
      name,
      u64(offsets[index] ?? 0),
      u64(Buffer.byteLength(content)),
      createHash("md5").update(content).digest(),
      ...(options.version === 1 ? [] : [u32(encrypted === true ? 1 : 0)]),
    ]);
  });
  const plain = Buffer.concat(entries);
  return options.encryptDirectory === true ? encrypt(plain, requireKey(options)) : plain;
}

function directoryBytes(files: readonly PackFile[], options: PackOptions): number {
  return writeDirectory(files, [], options).length;
}

function paddedPath(path: string, { version, prefix = version <= 2 }: PackOptions): Buffer {
  const bytes = Buffer.from(prefix ? `res://${path}` : path);
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/** core/io/file_access_encrypted.cpp: MD5, size, initialization vector, and AES-256-CFB of the padded content. */
export function encrypt(plain: Buffer, key: Buffer): Buffer {
  const vector = createHash("md5").update(plain).update("vector").digest();
  const cipher = createCipheriv("aes-256-cfb", key, vector);
  const padded = Buffer.concat([plain, Buffer.alloc(align(plain.length) - plain.length)]);
  return Buffer.concat([
    createHash("md5").update(plain).digest(),
    u64(plain.length),
    vector,
    cipher.update(padded),
  ]);
}

function requireKey({ key }: PackOptions): Buffer {
  if (key === undefined) throw new Error("an encrypted pack needs a key");
  return key;
}

function align(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
