import type { FileMode } from "./archive-entry.ts";

/** Size of a tar block: the header and the padded content consist of blocks. */
export const TAR_BLOCK = 512;

/** Two empty blocks end an archive. */
export const TAR_END = Buffer.alloc(2 * TAR_BLOCK);

const NAME_LENGTH = 100;
const PREFIX_LENGTH = 155;

/** The largest size that the eleven octal digits of a header can contain. */
const MAX_SIZE = 0o77777777777;

/** What a header says about a file. */
export interface TarFile {
  readonly path: string;
  readonly mode: FileMode;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
}

/** The number of padding bytes after a content of this size. */
export function tarPadding(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}

/**
 * The ustar header of a regular file (POSIX.1-1988), without owner names, so that extraction as any user gives the same files.
 * There is exactly one header for a file: a reader compares it as a whole.
 */
export function encodeTarHeader({ path, mode, size, mtime }: TarFile): Buffer {
  const header = Buffer.alloc(TAR_BLOCK);
  const { prefix, name } = splitPath(path);
  if (size > MAX_SIZE) throw new RangeError(`${path} is too large for a tar archive: ${size} bytes.`);
  header.write(name, 0, "latin1");
  writeOctal(header, 100, 8, mode);
  writeOctal(header, 108, 8, 0);
  writeOctal(header, 116, 8, 0);
  writeOctal(header, 124, 12, size);
  writeOctal(header, 136, 12, mtime);
  header.write("        ", 148, "latin1");
  header.write("0", 156, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  writeOctal(header, 329, 8, 0);
  writeOctal(header, 337, 8, 0);
  header.write(prefix, 345, "latin1");
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/** The file of a header; undefined if the block is not exactly the header that `encodeTarHeader` writes for it. */
export function decodeTarHeader(header: Buffer): TarFile | undefined {
  const prefix = readText(header, 345, PREFIX_LENGTH);
  const name = readText(header, 0, NAME_LENGTH);
  const mode = readOctal(header, 100, 8);
  const file = {
    path: prefix === "" ? name : `${prefix}/${name}`,
    mode: mode as FileMode,
    size: readOctal(header, 124, 12),
    mtime: readOctal(header, 136, 12),
  };
  if ((mode !== 0o644 && mode !== 0o755) || Number.isNaN(file.size) || Number.isNaN(file.mtime))
    return undefined;
  try {
    return encodeTarHeader(file).equals(header) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** What a header that is not accepted contains, for messages. */
export function describeTarHeader(header: Buffer): { readonly path: string; readonly what: string } {
  const type = String.fromCharCode(header[156] ?? 0);
  const prefix = readText(header, 345, PREFIX_LENGTH);
  const path = `${prefix}${prefix === "" ? "" : "/"}${readText(header, 0, NAME_LENGTH)}`;
  const kinds: Readonly<Record<string, string>> = {
    "1": "a hard link",
    "2": "a symbolic link",
    "3": "a device",
    "4": "a device",
    "5": "a directory entry",
    "6": "a named pipe",
  };
  const kind = kinds[type];
  return { path, what: kind ?? "an entry that is not a plain file of this format" };
}

function splitPath(path: string): { readonly prefix: string; readonly name: string } {
  if (path.length <= NAME_LENGTH) return { prefix: "", name: path };
  const slash = path.indexOf("/", path.length - NAME_LENGTH - 1);
  if (slash === -1 || slash > PREFIX_LENGTH)
    throw new RangeError(`The path is too long for a tar archive: ${path}`);
  return { prefix: path.slice(0, slash), name: path.slice(slash + 1) };
}

function writeOctal(header: Buffer, offset: number, length: number, value: number): void {
  header.write(`${value.toString(8).padStart(length - 1, "0")}\0`, offset, "latin1");
}

function readText(header: Buffer, offset: number, length: number): string {
  const text = header.toString("latin1", offset, offset + length);
  const end = text.indexOf("\0");
  return end === -1 ? text : text.slice(0, end);
}

function readOctal(header: Buffer, offset: number, length: number): number {
  const text = readText(header, offset, length);
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}
