import { type ByteSource, readRange } from "../byte-source.ts";
import { CorruptFileError } from "../corrupt-file-error.ts";
import type { Executable, Section } from "./executable.ts";
import { readCString } from "./read-c-string.ts";

/** Offsets and constants of the PE format (learn.microsoft.com/windows/win32/debug/pe-format). */
const MACHINES: Readonly<Record<number, string>> = { 332: "x86_32", 34404: "x86_64", 43620: "arm64" };

const DOS_HEADER_BYTES = 64;
const COFF_HEADER_BYTES = 24;
const SECTION_HEADER_BYTES = 40;
const MAGIC_PE32 = 0x10b;
const MAGIC_PE32_PLUS = 0x20b;
const CHARACTERISTIC_EXECUTABLE = 0x0002;
const CHARACTERISTIC_DLL = 0x2000;
/** Position of the first data directory in the optional header of PE32+. */
const DIRECTORIES_OFFSET = 112;
const DIRECTORY_IMPORTS = 1;
const DIRECTORY_CERTIFICATES = 4;
const DIRECTORY_DELAYED_IMPORTS = 13;
const IMPORT_BYTES = 20;
const DELAYED_IMPORT_BYTES = 32;
/** Windows itself loads no more sections (96). */
const MAX_SECTIONS = 96;
const MAX_LIBRARIES = 512;

interface MappedSection extends Section {
  readonly address: number;
  readonly mappedBytes: number;
}

interface Directory {
  readonly address: number;
  readonly size: number;
}

export function isPe(head: Buffer): boolean {
  return head.toString("latin1", 0, 2) === "MZ";
}

/**
 * Reads the parts of a 64-bit PE executable that decide where it runs.
 * @throws CorruptFileError
 */
export function readPe(source: ByteSource): Executable {
  const dos = readRange(source, 0, DOS_HEADER_BYTES, "the DOS header");
  if (!isPe(dos)) throw new CorruptFileError("is not a PE executable");
  const start = dos.readUInt32LE(60);
  const coff = readRange(source, start, COFF_HEADER_BYTES, "the PE header");
  if (coff.toString("latin1", 0, 4) !== "PE\0\0")
    throw new CorruptFileError("has a DOS header that does not lead to a PE header");
  const characteristics = coff.readUInt16LE(22);
  if ((characteristics & CHARACTERISTIC_EXECUTABLE) === 0)
    throw new CorruptFileError("is a PE file that is not marked as executable");
  if ((characteristics & CHARACTERISTIC_DLL) !== 0) throw new CorruptFileError("is a DLL, not an executable");
  const optionalBytes = coff.readUInt16LE(20);
  const optional = readRange(source, start + COFF_HEADER_BYTES, optionalBytes, "the PE optional header");
  requirePe32Plus(optional);
  const sections = readSections(source, {
    position: start + COFF_HEADER_BYTES + optionalBytes,
    count: coff.readUInt16LE(6),
    symbols: { offset: coff.readUInt32LE(12), count: coff.readUInt32LE(16) },
  });
  const machine = coff.readUInt16LE(4);
  return {
    format: "PE",
    architecture: MACHINES[machine] ?? `machine ${machine}`,
    libraries: [
      ...readImports(source, sections, directory(optional, DIRECTORY_IMPORTS), IMPORT_BYTES, 12),
      ...readImports(
        source,
        sections,
        directory(optional, DIRECTORY_DELAYED_IMPORTS),
        DELAYED_IMPORT_BYTES,
        4,
      ),
    ],
    searchPaths: [],
    stripped: coff.readUInt32LE(16) === 0 && !sections.some(({ name }) => name.startsWith(".debug")),
    signature: readSignature(source, directory(optional, DIRECTORY_CERTIFICATES)),
    sections,
  };
}

function requirePe32Plus(optional: Buffer): void {
  const magic = optional.length < 2 ? 0 : optional.readUInt16LE(0);
  if (magic === MAGIC_PE32) throw new CorruptFileError("is a 32-bit PE file, and the server must be 64-bit");
  if (magic !== MAGIC_PE32_PLUS) throw new CorruptFileError("has no PE32+ optional header");
  if (optional.length < DIRECTORIES_OFFSET)
    throw new CorruptFileError("has a PE optional header that is too short");
}

/** Returns a data directory; undefined if the file has none with this index. */
function directory(optional: Buffer, index: number): Directory | undefined {
  const position = DIRECTORIES_OFFSET + index * 8;
  if (index >= optional.readUInt32LE(DIRECTORIES_OFFSET - 4) || position + 8 > optional.length)
    return undefined;
  const found = { address: optional.readUInt32LE(position), size: optional.readUInt32LE(position + 4) };
  return found.address === 0 ? undefined : found;
}

interface SectionTable {
  readonly position: number;
  readonly count: number;
  readonly symbols: { readonly offset: number; readonly count: number };
}

const SYMBOL_BYTES = 18;

function readSections(source: ByteSource, { position, count, symbols }: SectionTable): MappedSection[] {
  if (count === 0 || count > MAX_SECTIONS) throw new CorruptFileError(`has ${count} PE sections`);
  const table = readRange(source, position, count * SECTION_HEADER_BYTES, "the PE section table");
  return Array.from({ length: count }, (_, index) => {
    const entry = table.subarray(index * SECTION_HEADER_BYTES, (index + 1) * SECTION_HEADER_BYTES);
    const stored = entry.toString("latin1", 0, 8).replace(/\0.*$/s, "");
    // MinGW stores longer names, such as those of debug sections, in the string table after the symbols.
    const name = /^\/\d+$/.test(stored)
      ? readCString(
          source,
          symbols.offset + symbols.count * SYMBOL_BYTES + Number(stored.slice(1)),
          "a section name",
        )
      : stored;
    const section = {
      name,
      kind: 0,
      mappedBytes: entry.readUInt32LE(8),
      address: entry.readUInt32LE(12),
      size: entry.readUInt32LE(16),
      offset: entry.readUInt32LE(20),
    };
    if (section.size > 0 && section.offset + section.size > source.size)
      throw new CorruptFileError(`is truncated: the PE section ${JSON.stringify(name)} ends after the file`);
    return section;
  });
}

function readImports(
  source: ByteSource,
  sections: readonly MappedSection[],
  table: Directory | undefined,
  entryBytes: number,
  nameOffset: number,
): string[] {
  if (table === undefined) return [];
  const names: string[] = [];
  const start = fileOffset(sections, table.address);
  for (let index = 0; index < MAX_LIBRARIES; index += 1) {
    const entry = readRange(source, start + index * entryBytes, entryBytes, "the PE import table");
    const name = entry.readUInt32LE(nameOffset);
    if (name === 0) return names;
    names.push(readCString(source, fileOffset(sections, name), "a library name"));
  }
  throw new CorruptFileError(`has a PE import table without an end (more than ${MAX_LIBRARIES} libraries)`);
}

function fileOffset(sections: readonly MappedSection[], address: number): number {
  const section = sections.find(
    ({ address: start, mappedBytes, size }) =>
      address >= start && address < start + Math.max(mappedBytes, size),
  );
  if (section === undefined) throw new CorruptFileError("has a PE import table outside its sections");
  return section.offset + address - section.address;
}

/** The certificate table is the only directory whose address is a position in the file. */
function readSignature(source: ByteSource, table: Directory | undefined): Executable["signature"] {
  if (table === undefined || table.size === 0) return undefined;
  if (table.address + table.size > source.size)
    throw new CorruptFileError("is truncated: its Authenticode signature ends after the file");
  return { offset: table.address, size: table.size };
}
