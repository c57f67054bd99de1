import { type FileHandle, open as openFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { createInflateRaw, crc32 as updateCrc32 } from "node:zlib";
import { errorCode } from "../../components/shared/error-code.ts";
import { type ArchivedFile, ArchiveError, type ContentSink, type ReadLimits } from "./archive-format.ts";
import {
  type DecodedCentralHeader,
  type DosTime,
  decodeZipCentralHeader,
  decodeZipEnd,
  encodeZipCentralHeader,
  encodeZipLocalHeader,
  ZIP_END_SIZE,
  type ZipFile,
} from "./zip-format.ts";

const READ_SIZE = 256 * 1024;

/** Reads a zip archive; see `readArchive`. */
export async function readZip(
  path: string,
  open: (file: ArchivedFile) => ContentSink,
  limits: ReadLimits,
): Promise<void> {
  const handle = await openFile(path, "r");
  try {
    const { headers, directoryOffset } = await readDirectory(handle, limits);
    let offset = 0;
    let total = 0;
    for (const header of headers) {
      requireCommonTime(header, headers[0] ?? header);
      total += header.file.size;
      if (total > limits.bytes) throw new ArchiveError(`decompresses to more than ${limits.bytes} bytes`);
      offset = await readEntry(handle, header, offset, open(header.file));
    }
    if (offset !== directoryOffset)
      throw new ArchiveError("contains data between its entries and its directory");
  } finally {
    await handle.close();
  }
}

interface Directory {
  readonly headers: readonly DecodedCentralHeader[];
  readonly directoryOffset: number;
}

async function readDirectory(handle: FileHandle, limits: ReadLimits): Promise<Directory> {
  const { size: length } = await handle.stat();
  const end = decodeZipEnd(await readAt(handle, Math.max(length - ZIP_END_SIZE, 0), ZIP_END_SIZE));
  if (end === undefined)
    throw new ArchiveError("does not end with a zip directory, or has a comment after it");
  if (end.offset + end.size + ZIP_END_SIZE !== length)
    throw new ArchiveError("has data around its zip directory");
  if (end.files > limits.files) throw new ArchiveError(`contains more than ${limits.files} files`);
  const directory = await readAt(handle, end.offset, end.size);
  const headers: DecodedCentralHeader[] = [];
  for (let offset = 0; offset < directory.length; ) {
    const header = decodeZipCentralHeader(directory, offset);
    if (header === undefined) throw new ArchiveError("has a damaged zip directory");
    if (header.isLink) throw new ArchiveError("is a symbolic link", header.file.path);
    const actual = directory.subarray(offset, offset + header.length);
    if (!encodeZipCentralHeader(header.file, header.at).equals(actual)) {
      throw new ArchiveError("is an entry that is not a plain file of this format", header.file.path);
    }
    headers.push(header);
    offset += header.length;
  }
  if (headers.length !== end.files)
    throw new ArchiveError("has another number of entries than its directory says");
  return { headers, directoryOffset: end.offset };
}

function requireCommonTime({ file, at }: DecodedCentralHeader, { at: first }: DecodedCentralHeader): void {
  const isSame = (a: DosTime, b: DosTime) => a.time === b.time && a.date === b.date;
  if (!isSame(at, first))
    throw new ArchiveError("has another modification time than the other files", file.path);
}

/** Reads an entry, which must start at `offset`, and returns where it ends. */
async function readEntry(
  handle: FileHandle,
  { file, at }: DecodedCentralHeader,
  offset: number,
  sink: ContentSink,
): Promise<number> {
  if (file.offset !== offset)
    throw new ArchiveError("overlaps another entry or leaves a gap before it", file.path);
  const expected = encodeZipLocalHeader(file, at);
  const actual = await readAt(handle, offset, expected.length);
  if (!actual.equals(expected))
    throw new ArchiveError("has a local header that contradicts the zip directory", file.path);
  const start = offset + expected.length;
  if (file.compressedSize === 0) throw new ArchiveError("has no compressed data", file.path);
  await inflateEntry(handle, file, start, sink);
  await sink.end();
  return start + file.compressedSize;
}

async function inflateEntry(
  handle: FileHandle,
  file: ZipFile,
  start: number,
  sink: ContentSink,
): Promise<void> {
  const inflate = createInflateRaw();
  const input = Readable.from(readRange(handle, start, file.compressedSize));
  input.on("error", (error) => inflate.destroy(error));
  input.pipe(inflate);
  let size = 0;
  let checksum = 0;
  try {
    for await (const bytes of inflate as AsyncIterable<Buffer>) {
      size += bytes.length;
      if (size > file.size) throw new ArchiveError("decompresses to more bytes than it says", file.path);
      checksum = updateCrc32(bytes, checksum);
      await sink.write(bytes);
    }
  } catch (error) {
    if (error instanceof ArchiveError || errorCode(error)?.startsWith("Z_") !== true) throw error;
    throw new ArchiveError("has damaged compressed data", file.path);
  } finally {
    input.destroy();
    inflate.destroy();
  }
  if (size !== file.size || checksum !== file.crc32 || inflate.bytesWritten !== file.compressedSize) {
    throw new ArchiveError("does not have the size or CRC that it says", file.path);
  }
}

/** A stream of a file handle would close the handle with itself. */
async function* readRange(handle: FileHandle, start: number, size: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < size; ) {
    const bytes = await readAt(handle, start + done, Math.min(READ_SIZE, size - done));
    done += bytes.length;
    yield bytes;
  }
}

async function readAt(handle: FileHandle, position: number, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  const { bytesRead } = await handle.read(bytes, 0, size, position);
  if (bytesRead !== size) throw new ArchiveError("is cut short");
  return bytes;
}
