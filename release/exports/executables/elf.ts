import { type ByteSource, readRange } from "../byte-source.ts";
import { CorruptFileError } from "../corrupt-file-error.ts";
import type { Executable, Section } from "./executable.ts";
import { readCString } from "./read-c-string.ts";

/** Offsets and constants of the ELF specification (System V gABI, chapters 4 and 5) and its processor supplements. */
const MACHINES: Readonly<Record<number, string>> = {
  3: "x86_32",
  40: "arm32",
  62: "x86_64",
  183: "arm64",
  243: "rv64",
};

const HEADER_BYTES = 64;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const TYPE_EXECUTABLE = 2;
const TYPE_SHARED = 3;
const PROGRAM_HEADER_BYTES = 56;
const SECTION_HEADER_BYTES = 64;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_RPATH = 15;
const DT_RUNPATH = 29;

/** A dynamic section of a server has about 40 entries. */
const MAX_DYNAMIC_BYTES = 64 * 1024;
const MAX_PATH_BYTES = 4096;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileBytes: number;
}

export function isElf(head: Buffer): boolean {
  return head.toString("latin1", 0, 4) === "\x7fELF";
}

/**
 * Reads the parts of a 64-bit little-endian ELF executable that decide where it runs.
 * @throws CorruptFileError
 */
export function readElf(source: ByteSource): Executable {
  const header = readRange(source, 0, HEADER_BYTES, "the ELF header");
  if (!isElf(header)) throw new CorruptFileError("is not an ELF executable");
  if (header[4] !== CLASS_64)
    throw new CorruptFileError("is a 32-bit ELF file, and the server must be 64-bit");
  if (header[5] !== LITTLE_ENDIAN) throw new CorruptFileError("is a big-endian ELF file");
  const type = header.readUInt16LE(16);
  if (type !== TYPE_EXECUTABLE && type !== TYPE_SHARED)
    throw new CorruptFileError(`is an ELF file of type ${type}, not an executable`);
  const segments = readSegments(source, header);
  const sections = readSections(source, header);
  const dynamic = readDynamic(source, segments);
  // A shared library has the same type as a position-independent executable, but no interpreter.
  if (type === TYPE_SHARED && !segments.some((segment) => segment.type === PT_INTERP))
    throw new CorruptFileError("is a shared library, not an executable");
  const machine = header.readUInt16LE(18);
  return {
    format: "ELF",
    architecture: MACHINES[machine] ?? `machine ${machine}`,
    ...dynamic,
    stripped: !sections.some(({ kind, name }) => kind === SHT_SYMTAB || name.startsWith(".debug_")),
    signature: undefined,
    sections,
  };
}

function readSegments(source: ByteSource, header: Buffer): Segment[] {
  const table = readTable(source, {
    offset: header.readBigUInt64LE(32),
    entryBytes: header.readUInt16LE(54),
    expectedBytes: PROGRAM_HEADER_BYTES,
    count: header.readUInt16LE(56),
    name: "program header table",
  });
  if (table.length === 0) throw new CorruptFileError("has no ELF program headers, so it cannot be loaded");
  return table.map((entry) => {
    const segment = {
      type: entry.readUInt32LE(0),
      offset: toNumber(entry.readBigUInt64LE(8), "segment offset"),
      address: toNumber(entry.readBigUInt64LE(16), "segment address"),
      fileBytes: toNumber(entry.readBigUInt64LE(32), "segment size"),
    };
    if (segment.type === PT_LOAD && segment.offset + segment.fileBytes > source.size) {
      throw new CorruptFileError(
        `is truncated: an ELF segment ends at byte ${segment.offset + segment.fileBytes}, and the file has ${source.size}`,
      );
    }
    return segment;
  });
}

function readSections(source: ByteSource, header: Buffer): Section[] {
  const table = readTable(source, {
    offset: header.readBigUInt64LE(40),
    entryBytes: header.readUInt16LE(58),
    expectedBytes: SECTION_HEADER_BYTES,
    count: header.readUInt16LE(60),
    name: "section header table",
  });
  const raw = table.map((entry) => ({
    nameOffset: entry.readUInt32LE(0),
    kind: entry.readUInt32LE(4),
    offset: toNumber(entry.readBigUInt64LE(24), "section offset"),
    size: toNumber(entry.readBigUInt64LE(32), "section size"),
  }));
  const names = raw[header.readUInt16LE(62)];
  return raw.map(({ nameOffset, kind, offset, size }) => {
    const name = names === undefined ? "" : readCString(source, names.offset + nameOffset, "a section name");
    if (kind !== SHT_NOBITS && offset + size > source.size)
      throw new CorruptFileError(`is truncated: the ELF section ${JSON.stringify(name)} ends after the file`);
    return { name, kind, offset, size };
  });
}

function readDynamic(
  source: ByteSource,
  segments: readonly Segment[],
): Pick<Executable, "libraries" | "searchPaths"> {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) return { libraries: [], searchPaths: [] };
  if (dynamic.fileBytes > MAX_DYNAMIC_BYTES)
    throw new CorruptFileError("has an impossibly large ELF dynamic section");
  const bytes = readRange(source, dynamic.offset, dynamic.fileBytes, "the ELF dynamic section");
  const entries: { tag: number; value: number }[] = [];
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const tag = Number(bytes.readBigInt64LE(at));
    if (tag === DT_NULL) break;
    entries.push({ tag, value: Number(bytes.readBigUInt64LE(at + 8)) });
  }
  const strings = entries.find(({ tag }) => tag === DT_STRTAB);
  const valuesOf = (wanted: readonly number[]): string[] =>
    entries
      .filter(({ tag }) => wanted.includes(tag))
      .map(({ value }) => {
        if (strings === undefined)
          throw new CorruptFileError("has an ELF dynamic section without a string table");
        return readCString(
          source,
          fileOffset(segments, strings.value + value),
          "a library name",
          MAX_PATH_BYTES,
        );
      });
  return { libraries: valuesOf([DT_NEEDED]), searchPaths: valuesOf([DT_RPATH, DT_RUNPATH]) };
}

function fileOffset(segments: readonly Segment[], address: number): number {
  const segment = segments.find(
    ({ type, address: start, fileBytes }) =>
      type === PT_LOAD && address >= start && address < start + fileBytes,
  );
  if (segment === undefined) throw new CorruptFileError("names a library outside its ELF segments");
  return segment.offset + address - segment.address;
}

interface Table {
  readonly offset: bigint;
  readonly entryBytes: number;
  readonly expectedBytes: number;
  readonly count: number;
  readonly name: string;
}

function readTable(source: ByteSource, { offset, entryBytes, expectedBytes, count, name }: Table): Buffer[] {
  if (count === 0) return [];
  if (entryBytes !== expectedBytes)
    throw new CorruptFileError(
      `has an ELF ${name} with entries of ${entryBytes} bytes instead of ${expectedBytes}`,
    );
  const bytes = readRange(source, toNumber(offset, `${name} offset`), count * entryBytes, `the ELF ${name}`);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * entryBytes, (index + 1) * entryBytes),
  );
}

function toNumber(value: bigint, name: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new CorruptFileError(`has an impossible ELF ${name}: ${value}`);
  return Number(value);
}
