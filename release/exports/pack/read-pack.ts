import { type ByteSource, bufferSource, SequentialReader } from "../byte-source.ts";
import { CorruptFileError } from "../corrupt-file-error.ts";
import { decryptRange, readEncryptionHeader } from "./decrypt.ts";
import { PACK_MAGIC } from "./locate-pack.ts";
import {
  type Pack,
  type PackDirectory,
  type PackEntry,
  type PackFormatVersion,
  type PackLocation,
  storedSize,
} from "./pack.ts";
import { normalizePackPath } from "./pack-path.ts";

/** Flags of a pack and of its files (core/io/file_access_pack.h of Godot 4.5). */
const PACK_DIRECTORY_ENCRYPTED = 1;
const PACK_RELATIVE_FILE_BASE = 2;
const PACK_SPARSE_BUNDLE = 4;
const KNOWN_PACK_FLAGS = PACK_DIRECTORY_ENCRYPTED | PACK_RELATIVE_FILE_BASE | PACK_SPARSE_BUNDLE;
const FILE_ENCRYPTED = 1;
const FILE_REMOVAL = 2;
const FILE_DELTA = 4;
const KNOWN_FILE_FLAGS = FILE_ENCRYPTED | FILE_REMOVAL | FILE_DELTA;

const RESERVED_BYTES = 64;
/** Length, offset, size and MD5 of an entry with an empty path. */
const MIN_ENTRY_BYTES = 36;
/** Linux limits a path to this length; Godot has no limit. */
const MAX_PATH_BYTES = 4096;
/** A directory of a million files; it is decrypted in memory. */
const MAX_ENCRYPTED_DIRECTORY_BYTES = 256 * 1024 * 1024;

/** The latest engine per pack format: 3.x wrote 1, 4.0 to 4.4 wrote 2, 4.5 and 4.6 write 3, 4.7 writes 4. */
const ENGINE_MAJOR: Readonly<Record<PackFormatVersion, number>> = { 1: 3, 2: 4, 3: 4, 4: 4 };

interface PackHeader {
  readonly formatVersion: PackFormatVersion;
  readonly engine: string;
  readonly directoryEncrypted: boolean;
  /** Position to which the offsets of the entries are relative. */
  readonly base: number;
  /** Position of the number of files. */
  readonly directory: number;
  /** First byte after the fixed header. */
  readonly end: number;
}

/**
 * Reads the directory of a pack of format 1 to 4.
 * @param key decrypts an encrypted directory; without it, the directory is `locked`.
 * @throws CorruptFileError
 */
export function readPack(source: ByteSource, location: PackLocation, key?: Buffer): Pack {
  const header = readHeader(source, location);
  const reader = new SequentialReader(source, header.directory, location.end, "the pack directory");
  const count = reader.u32();
  if (count === 0) throw new CorruptFileError("contains no files");
  if (count * MIN_ENTRY_BYTES > location.end - header.directory) {
    throw new CorruptFileError(`names ${count} files, more than its size allows`);
  }
  const { formatVersion, engine } = header;
  return {
    location,
    formatVersion,
    engine,
    count,
    directory: readDirectory(source, location, header, reader, count, key),
  };
}

function readDirectory(
  source: ByteSource,
  location: PackLocation,
  header: PackHeader,
  reader: SequentialReader,
  count: number,
  key: Buffer | undefined,
): PackDirectory {
  const files = { start: header.end, end: location.end };
  if (!header.directoryEncrypted) {
    const entries = readEntries(reader, header, count);
    const directory = { start: header.directory, end: reader.position };
    requireDisjointRanges(entries, files, directory);
    return { kind: "readable", encrypted: false, entries };
  }
  const start = reader.position;
  const { size } = readEncryptionHeader(source, start, "the pack directory");
  const stored = storedSize({ size, encrypted: true });
  if (size > MAX_ENCRYPTED_DIRECTORY_BYTES || start + stored > location.end) {
    throw new CorruptFileError(`is truncated: its encrypted directory of ${size} bytes ends after the pack`);
  }
  if (key === undefined) return { kind: "locked" };
  const plain = bufferSource(decryptRange(source, start, key, "the pack directory"));
  const entries = readEntries(
    new SequentialReader(plain, 0, plain.size, "the pack directory"),
    header,
    count,
  );
  requireDisjointRanges(entries, files, { start: header.directory, end: start + stored });
  return { kind: "readable", encrypted: true, entries };
}

function readHeader(source: ByteSource, { start, end }: PackLocation): PackHeader {
  const reader = new SequentialReader(source, start, end, "the pack header");
  if (reader.bytes(4).toString("latin1") !== PACK_MAGIC)
    throw new CorruptFileError("is not a Godot pack: it does not begin with GDPC");
  const formatVersion = requireFormatVersion(reader.u32());
  const [major, minor, patch] = [reader.u32(), reader.u32(), reader.u32()];
  if (major !== ENGINE_MAJOR[formatVersion]) {
    throw new CorruptFileError(
      `claims pack format ${formatVersion} of Godot ${major}.${minor}.${patch}, which does not write this format`,
    );
  }
  const common = { formatVersion, engine: `${major}.${minor}.${patch}` };
  if (formatVersion === 1) {
    reader.bytes(RESERVED_BYTES);
    return {
      ...common,
      directoryEncrypted: false,
      base: 0,
      directory: reader.position,
      end: reader.position,
    };
  }
  const flags = requireSupportedFlags(reader.u32());
  const fileBase = reader.u64("file base");
  const directoryEncrypted = (flags & PACK_DIRECTORY_ENCRYPTED) !== 0;
  if (formatVersion === 2) {
    reader.bytes(RESERVED_BYTES);
    const base = fileBase + ((flags & PACK_RELATIVE_FILE_BASE) === 0 ? 0 : start);
    return { ...common, directoryEncrypted, base, directory: reader.position, end: reader.position };
  }
  const directory = reader.u64("directory offset");
  reader.bytes(RESERVED_BYTES);
  if (directory === 0) {
    throw new CorruptFileError(
      "has the directory offset 0: the export ended before its directory was written",
    );
  }
  if (start + directory < reader.position)
    throw new CorruptFileError(`has its directory at byte ${directory}, inside its header`);
  if (start + directory > end - 4)
    throw new CorruptFileError(
      `is truncated: its directory is at byte ${directory}, after the end of the pack`,
    );
  return {
    ...common,
    directoryEncrypted,
    base: start + fileBase,
    directory: start + directory,
    end: reader.position,
  };
}

function requireFormatVersion(version: number): PackFormatVersion {
  if (version === 1 || version === 2 || version === 3 || version === 4) return version;
  throw new CorruptFileError(`has the pack format ${version}, and only 1 to 4 are known`);
}

function requireSupportedFlags(flags: number): number {
  if ((flags & PACK_SPARSE_BUNDLE) !== 0)
    throw new CorruptFileError(
      "is a sparse bundle: its files are not in the pack, so it is not a complete export",
    );
  if ((flags & ~KNOWN_PACK_FLAGS) !== 0)
    throw new CorruptFileError(`has unknown pack flags (0x${flags.toString(16)})`);
  return flags;
}

function readEntries(reader: SequentialReader, header: PackHeader, count: number): PackEntry[] {
  const entries: PackEntry[] = [];
  const paths = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const entry = readEntry(reader, header);
    if (paths.has(entry.path)) throw new CorruptFileError("is in the pack twice", `res://${entry.path}`);
    paths.add(entry.path);
    entries.push(entry);
  }
  return entries;
}

function readEntry(reader: SequentialReader, { formatVersion, base }: PackHeader): PackEntry {
  const length = reader.u32();
  if (length > MAX_PATH_BYTES) throw new CorruptFileError(`has a path of ${length} bytes in its directory`);
  const path = normalizePackPath(reader.bytes(length));
  const offset = base + reader.u64(`offset of res://${path}`);
  const size = reader.u64(`size of res://${path}`);
  const md5 = reader.bytes(16).toString("hex");
  const flags = formatVersion === 1 ? 0 : reader.u32();
  requireBaseFile(flags, path);
  return { path, offset, size, md5, encrypted: (flags & FILE_ENCRYPTED) !== 0 };
}

/** A server needs a complete pack; removals and deltas belong to patches of another pack. */
function requireBaseFile(flags: number, path: string): void {
  const part = `res://${path}`;
  if ((flags & FILE_REMOVAL) !== 0)
    throw new CorruptFileError("is marked as removed: the file is a patch, not a complete pack", part);
  if ((flags & FILE_DELTA) !== 0)
    throw new CorruptFileError("is a delta of another pack: the file is a patch, not a complete pack", part);
  if ((flags & ~KNOWN_FILE_FLAGS) !== 0)
    throw new CorruptFileError(`has unknown flags (0x${flags.toString(16)})`, part);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Every file is inside the pack, and no two files, nor a file and the directory, share bytes. */
function requireDisjointRanges(entries: readonly PackEntry[], files: Range, directory: Range): void {
  for (const entry of entries) requireInside(entry, files);
  const sorted = entries.filter(({ size }) => size > 0).sort((a, b) => a.offset - b.offset);
  let previous: PackEntry | undefined;
  for (const entry of sorted) {
    if (previous !== undefined && entry.offset < previous.offset + storedSize(previous)) {
      throw new CorruptFileError(`overlaps with res://${previous.path}`, `res://${entry.path}`);
    }
    if (entry.offset < directory.end && entry.offset + storedSize(entry) > directory.start) {
      throw new CorruptFileError("overlaps with the directory of the pack", `res://${entry.path}`);
    }
    previous = entry;
  }
}

function requireInside(entry: PackEntry, { start, end }: Range): void {
  const part = `res://${entry.path}`;
  if (entry.size > 0 && entry.offset < start)
    throw new CorruptFileError("begins inside the header of the pack", part);
  if (entry.offset + storedSize(entry) > end) {
    throw new CorruptFileError(
      `ends at byte ${entry.offset + storedSize(entry)}, after the end of the pack (${end})`,
      part,
    );
  }
}
