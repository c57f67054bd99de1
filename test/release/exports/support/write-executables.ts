import { withTrailer } from "./write-pack.ts";

export interface ElfOptions {
  readonly machine?: number;
  readonly libraries?: readonly string[];
  readonly runPath?: string;
  readonly symbols?: boolean;
  /** Content of the text segment, for debug texts. */
  readonly text?: string;
  /** Creates the pack for its position in the file. */
  readonly pack?: (start: number) => Buffer;
  /** Whether the section `pck` leads to the pack; default true. */
  readonly section?: boolean;
}

const X86_64 = 62;
const NEEDED = ["libpthread.so.0", "libdl.so.2", "libm.so.6", "libc.so.6"];

/** Writes a minimal 64-bit ELF executable with an interpreter, a dynamic section and section headers. */
export function writeElf(options: ElfOptions = {}): Buffer {
  const {
    machine = X86_64,
    libraries = NEEDED,
    runPath,
    symbols = false,
    text = "",
    pack,
    section = true,
  } = options;
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeUInt16LE(3, 16);
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeUInt16LE(64, 52);
  const strings = stringTable([...libraries, ...(runPath === undefined ? [] : [runPath])]);
  const interpreter = Buffer.from("/lib64/ld-linux-x86-64.so.2\0");
  const program = 64;
  const data = program + 3 * 56;
  const dynamicEntries: (readonly [number, number])[] = [
    ...libraries.map((name) => [1, strings.offsetOf(name)] as const),
    ...(runPath === undefined ? [] : [[29, strings.offsetOf(runPath)] as const]),
    [5, data + interpreter.length],
    [0, 0],
  ];
  const dynamic = Buffer.concat(dynamicEntries.map(([tag, value]) => Buffer.concat([u64(tag), u64(value)])));
  const dynamicAt = data + interpreter.length + strings.bytes.length;
  const code = Buffer.from(text);
  const loadEnd = dynamicAt + dynamic.length + code.length;
  const segments = [
    segment(1, 0, loadEnd),
    segment(3, data, interpreter.length),
    segment(2, dynamicAt, dynamic.length),
  ];
  const names = stringTable([".shstrtab", "pck", ".symtab"]);
  const before = Buffer.concat([header, ...segments, interpreter, strings.bytes, dynamic, code, names.bytes]);
  const sectionsAt = before.length;
  const sectionCount = 3 + (symbols ? 1 : 0);
  const packAt = sectionsAt + sectionCount * 64;
  const embedded = pack === undefined ? Buffer.alloc(0) : embed(pack, packAt);
  const pckSection = section && pack !== undefined ? [packAt, embedded.length] : [packAt, 0];
  const sections = [
    sectionHeader(0, 0, 0, 0),
    sectionHeader(names.offsetOf(".shstrtab"), 3, loadEnd, names.bytes.length),
    sectionHeader(names.offsetOf("pck"), 1, pckSection[0] ?? 0, pckSection[1] ?? 0),
    ...(symbols ? [sectionHeader(names.offsetOf(".symtab"), 2, loadEnd, 0)] : []),
  ];
  const file = Buffer.concat([before, ...sections, embedded]);
  file.writeBigUInt64LE(BigInt(program), 32);
  file.writeBigUInt64LE(BigInt(sectionsAt), 40);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(3, 56);
  file.writeUInt16LE(64, 58);
  file.writeUInt16LE(sectionCount, 60);
  file.writeUInt16LE(1, 62);
  return file;
}

export interface PeOptions {
  readonly machine?: number;
  readonly libraries?: readonly string[];
  readonly delayed?: readonly string[];
  /** Number of COFF symbols. */
  readonly symbols?: number;
  readonly pack?: (start: number) => Buffer;
  /** Appends an Authenticode certificate table of this size. */
  readonly signatureBytes?: number;
}

const PE_HEADER = 128;
const OPTIONAL_BYTES = 240;
const IMPORTS_ADDRESS = 0x1000;

/** Writes a minimal PE32+ executable with an import section, a section `pck`, and optionally a signature. */
export function writePe(options: PeOptions = {}): Buffer {
  const { machine = 0x8664, libraries = ["KERNEL32.dll", "WS2_32.dll"], delayed = [], pack } = options;
  const imports = importSection(libraries, delayed);
  const sectionTable = PE_HEADER + 24 + OPTIONAL_BYTES;
  const importsAt = align(sectionTable + 2 * 40, 512);
  const packAt = align(importsAt + imports.bytes.length, 512);
  const embedded = pack === undefined ? Buffer.alloc(16) : embed(pack, packAt);
  const signature = Buffer.alloc(options.signatureBytes ?? 0, 0x30);
  const file = Buffer.concat([Buffer.alloc(packAt), embedded, signature]);
  file.write("MZ", "latin1");
  file.writeUInt32LE(PE_HEADER, 60);
  file.write("PE\0\0", PE_HEADER, "latin1");
  file.writeUInt16LE(machine, PE_HEADER + 4);
  file.writeUInt16LE(2, PE_HEADER + 6);
  file.writeUInt32LE(options.symbols ?? 0, PE_HEADER + 16);
  file.writeUInt16LE(OPTIONAL_BYTES, PE_HEADER + 20);
  file.writeUInt16LE(0x22, PE_HEADER + 22);
  const optional = PE_HEADER + 24;
  file.writeUInt16LE(0x20b, optional);
  file.writeUInt32LE(16, optional + 108);
  const directory = (index: number, address: number, size: number): void => {
    file.writeUInt32LE(address, optional + 112 + index * 8);
    file.writeUInt32LE(size, optional + 112 + index * 8 + 4);
  };
  directory(1, IMPORTS_ADDRESS, imports.bytes.length);
  if (delayed.length > 0) directory(13, IMPORTS_ADDRESS + imports.delayedOffset, 32);
  if (signature.length > 0) directory(4, packAt + embedded.length, signature.length);
  imports.bytes.copy(file, importsAt);
  section(file, sectionTable, ".idata", IMPORTS_ADDRESS, imports.bytes.length, importsAt);
  section(file, sectionTable + 40, "pck", 0x100000, embedded.length, packAt);
  return file;
}

function embed(pack: (start: number) => Buffer, position: number): Buffer {
  const padding = (8 - (position % 8)) % 8;
  return Buffer.concat([Buffer.alloc(padding), withTrailer(pack(position + padding))]);
}

function importSection(libraries: readonly string[], delayed: readonly string[]) {
  const importBytes = (libraries.length + 1) * 20;
  const delayedOffset = importBytes;
  const names = stringTable([...libraries, ...delayed]);
  const namesOffset = delayedOffset + (delayed.length + 1) * 32;
  const bytes = Buffer.concat([Buffer.alloc(namesOffset), names.bytes]);
  libraries.forEach((name, index) => {
    bytes.writeUInt32LE(IMPORTS_ADDRESS + namesOffset + names.offsetOf(name), index * 20 + 12);
  });
  delayed.forEach((name, index) => {
    bytes.writeUInt32LE(IMPORTS_ADDRESS + namesOffset + names.offsetOf(name), delayedOffset + index * 32 + 4);
  });
  return { bytes, delayedOffset };
}

function section(
  file: Buffer,
  at: number,
  name: string,
  address: number,
  size: number,
  offset: number,
): void {
  file.write(name, at, "latin1");
  file.writeUInt32LE(size, at + 8);
  file.writeUInt32LE(address, at + 12);
  file.writeUInt32LE(size, at + 16);
  file.writeUInt32LE(offset, at + 20);
}

function segment(type: number, offset: number, size: number): Buffer {
  const bytes = Buffer.alloc(56);
  bytes.writeUInt32LE(type, 0);
  bytes.writeBigUInt64LE(BigInt(offset), 8);
  bytes.writeBigUInt64LE(BigInt(offset), 16);
  bytes.writeBigUInt64LE(BigInt(size), 32);
  return bytes;
}

function sectionHeader(name: number, type: number, offset: number, size: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(name, 0);
  bytes.writeUInt32LE(type, 4);
  bytes.writeBigUInt64LE(BigInt(offset), 24);
  bytes.writeBigUInt64LE(BigInt(size), 32);
  return bytes;
}

function stringTable(texts: readonly string[]) {
  const bytes = Buffer.from(`\0${texts.map((text) => `${text}\0`).join("")}`, "latin1");
  return { bytes, offsetOf: (text: string) => bytes.indexOf(`${text}\0`, 0, "latin1") };
}

function align(size: number, to: number): number {
  return Math.ceil(size / to) * to;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
