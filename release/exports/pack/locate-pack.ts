import { type ByteSource, readRange } from "../byte-source.ts";
import { CorruptFileError } from "../corrupt-file-error.ts";
import type { Executable } from "../executables/executable.ts";
import type { PackLocation } from "./pack.ts";

export const PACK_MAGIC = "GDPC";

/** At the end of an embedded pack: its size as u64, and the magic bytes. */
const TRAILER_BYTES = 12;

/** Godot searches this many positions from the start of the section, because of the padding before the pack. */
const SECTION_SEARCH_BYTES = 8;

/** Returns the location of a pack file. @throws CorruptFileError if it does not begin with the magic bytes. */
export function locateStandalonePack(source: ByteSource): PackLocation {
  if (source.size === 0) throw new CorruptFileError("is empty");
  if (!hasMagic(source, 0)) {
    throw new CorruptFileError("is not a Godot pack: it does not begin with GDPC");
  }
  return { kind: "standalone", start: 0, end: source.size };
}

/**
 * Returns the location of the pack in an executable, in the order in which Godot searches; undefined if there is none.
 * @throws CorruptFileError if there are traces of a pack, but no complete one.
 */
export function locateEmbeddedPack(source: ByteSource, executable: Executable): PackLocation | undefined {
  const section = executable.sections.find(({ name }) => name === "pck");
  const inSection = section === undefined ? undefined : locateInSection(source, section);
  if (inSection !== undefined) return inSection;
  return locateByTrailer(source, 0, source.size);
}

function locateInSection(
  source: ByteSource,
  section: { readonly offset: number; readonly size: number },
): PackLocation | undefined {
  if (isPlaceholder(source, section)) return undefined;
  const end = Math.min(section.offset + section.size, source.size);
  for (let start = section.offset; start < section.offset + SECTION_SEARCH_BYTES; start += 1) {
    if (!hasMagic(source, start)) continue;
    const trailer = locateByTrailer(source, section.offset, end);
    if (trailer !== undefined && trailer.start !== start) {
      throw new CorruptFileError(
        `has a section "pck" and a trailer that name different packs (at bytes ${start} and ${trailer.start})`,
      );
    }
    return { kind: "section", start, end: trailer?.end ?? end };
  }
  throw new CorruptFileError('has a section "pck" without a pack in it: it does not begin with GDPC');
}

const PLACEHOLDER_BYTES = 64;

/** Templates contain a section of this name with eight zeros, which a Windows linker pads. */
function isPlaceholder(
  source: ByteSource,
  { offset, size }: { readonly offset: number; readonly size: number },
): boolean {
  if (size <= TRAILER_BYTES) return true;
  const head = Buffer.alloc(Math.min(size, PLACEHOLDER_BYTES));
  return head.subarray(0, source.read(head, offset)).every((byte) => byte === 0);
}

function locateByTrailer(source: ByteSource, from: number, to: number): PackLocation | undefined {
  if (to - from < TRAILER_BYTES || !hasMagic(source, to - 4)) return undefined;
  const end = to - TRAILER_BYTES;
  const size = readRange(source, end, 8, "the trailer of the embedded pack").readBigUInt64LE();
  const start = end - Number(size);
  if (size > BigInt(end - from)) {
    throw new CorruptFileError(
      `has a trailer that names a pack of ${size} bytes, more than the file contains`,
    );
  }
  if (!hasMagic(source, start)) {
    throw new CorruptFileError("has a trailer of an embedded pack that does not lead to a pack");
  }
  return { kind: "trailer", start, end };
}

function hasMagic(source: ByteSource, position: number): boolean {
  const bytes = Buffer.alloc(4);
  return position >= 0 && source.read(bytes, position) === 4 && bytes.toString("latin1") === PACK_MAGIC;
}
