import type { FileMode } from "./archive-entry.ts";

/** What the headers of a zip archive say about a file. */
export interface ZipFile {
  readonly path: string;
  readonly mode: FileMode;
  readonly size: number;
  readonly compressedSize: number;
  readonly crc32: number;
  /** Offset of the local header. */
  readonly offset: number;
}

export const ZIP_LOCAL_HEADER_SIZE = 30;
export const ZIP_CENTRAL_HEADER_SIZE = 46;
export const ZIP_END_SIZE = 22;

/** Sizes and offsets have 32 bits: the builds of this game are far below, so zip64 is not needed. */
export const ZIP_MAX_SIZE = 0xffffffff;
export const ZIP_MAX_FILES = 0xffff;

const LOCAL_SIGNATURE = 0x04034b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;

/** Version 2.0 of the specification: deflate. */
const VERSION = 20;
/** The system in the upper byte, Unix, gives the external attributes their meaning. */
const MADE_BY = (3 << 8) | VERSION;
const DEFLATE = 8;
const REGULAR_FILE = 0o100000;

/** Time and date in the format of DOS, in UTC: zip has no time zone, so the build's must not matter. */
export interface DosTime {
  readonly time: number;
  readonly date: number;
}

/** Seconds since 1970 as DOS time; zip cannot express a time before 1980 or after 2107. */
export function toDosTime(seconds: number): DosTime {
  const at = new Date(seconds * 1000);
  const year = Math.min(Math.max(at.getUTCFullYear(), 1980), 2107);
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    date: ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  };
}

export function encodeZipLocalHeader(file: ZipFile, at: DosTime): Buffer {
  const header = Buffer.alloc(ZIP_LOCAL_HEADER_SIZE);
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  header.writeUInt16LE(VERSION, 4);
  writeCommonFields(header, 6, file, at);
  return Buffer.concat([header, Buffer.from(file.path, "latin1")]);
}

export function encodeZipCentralHeader(file: ZipFile, at: DosTime): Buffer {
  const header = Buffer.alloc(ZIP_CENTRAL_HEADER_SIZE);
  header.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  header.writeUInt16LE(MADE_BY, 4);
  header.writeUInt16LE(VERSION, 6);
  writeCommonFields(header, 8, file, at);
  header.writeUInt32LE(((REGULAR_FILE | file.mode) << 16) >>> 0, 38);
  header.writeUInt32LE(file.offset, 42);
  return Buffer.concat([header, Buffer.from(file.path, "latin1")]);
}

/** Flags, method, time, CRC, sizes and the length of the name, which both headers contain in this order. */
function writeCommonFields(header: Buffer, start: number, file: ZipFile, { time, date }: DosTime): void {
  header.writeUInt16LE(DEFLATE, start + 2);
  header.writeUInt16LE(time, start + 4);
  header.writeUInt16LE(date, start + 6);
  header.writeUInt32LE(file.crc32, start + 8);
  header.writeUInt32LE(file.compressedSize, start + 12);
  header.writeUInt32LE(file.size, start + 16);
  header.writeUInt16LE(file.path.length, start + 20);
}

/** Where the central directory is. */
export interface ZipEnd {
  readonly files: number;
  readonly size: number;
  readonly offset: number;
}

export function encodeZipEnd({ files, size, offset }: ZipEnd): Buffer {
  const end = Buffer.alloc(ZIP_END_SIZE);
  end.writeUInt32LE(END_SIGNATURE, 0);
  end.writeUInt16LE(files, 8);
  end.writeUInt16LE(files, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

/** The end record; undefined if it is not exactly the one that `encodeZipEnd` writes, for example because of a comment. */
export function decodeZipEnd(end: Buffer): ZipEnd | undefined {
  if (end.length !== ZIP_END_SIZE) return undefined;
  const decoded = { files: end.readUInt16LE(10), size: end.readUInt32LE(12), offset: end.readUInt32LE(16) };
  return encodeZipEnd(decoded).equals(end) ? decoded : undefined;
}

/** A central header before it is compared with the one that is expected. */
export interface DecodedCentralHeader {
  readonly file: ZipFile;
  readonly at: DosTime;
  /** Whether it says that the entry is a symbolic link. */
  readonly isLink: boolean;
  readonly length: number;
}

/** Reads the central header at an offset; undefined if there is none. */
export function decodeZipCentralHeader(directory: Buffer, offset: number): DecodedCentralHeader | undefined {
  if (offset + ZIP_CENTRAL_HEADER_SIZE > directory.length) return undefined;
  if (directory.readUInt32LE(offset) !== CENTRAL_SIGNATURE) return undefined;
  const nameLength = directory.readUInt16LE(offset + 28);
  const extraLength = directory.readUInt16LE(offset + 30) + directory.readUInt16LE(offset + 32);
  const nameStart = offset + ZIP_CENTRAL_HEADER_SIZE;
  const attributes = directory.readUInt32LE(offset + 38) >>> 16;
  return {
    file: {
      path: directory.toString("latin1", nameStart, nameStart + nameLength),
      mode: (attributes & 0o777) as FileMode,
      size: directory.readUInt32LE(offset + 24),
      compressedSize: directory.readUInt32LE(offset + 20),
      crc32: directory.readUInt32LE(offset + 16),
      offset: directory.readUInt32LE(offset + 42),
    },
    at: { time: directory.readUInt16LE(offset + 12), date: directory.readUInt16LE(offset + 14) },
    isLink: (attributes & 0o170000) === 0o120000,
    length: ZIP_CENTRAL_HEADER_SIZE + nameLength + extraLength,
  };
}
