import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import type { FileMode } from "../../../release/archive/archive-entry.ts";
import { encodeTarHeader, TAR_END, tarPadding } from "../../../release/archive/tar-header.ts";
import {
  encodeZipCentralHeader,
  encodeZipEnd,
  encodeZipLocalHeader,
  toDosTime,
  type ZipFile,
} from "../../../release/archive/zip-format.ts";

/** A file of an archive that a test writes without any validation. */
export interface RawFile {
  /** Including the root directory. */
  readonly path: string;
  readonly mode: FileMode;
  readonly content: Buffer;
  /** Changes the tar header, whose checksum is then updated. */
  readonly tarHeader?: (header: Buffer) => void;
  /** Changes the header in the zip directory. */
  readonly zipHeader?: (header: Buffer) => void;
  /** The size that the headers of zip say. */
  readonly statedSize?: number;
  /** The path in the local header of zip. */
  readonly localPath?: string;
}

export const MTIME = 1_700_000_000;

/** Writes a tar archive as one gzip member. */
export function packTarGz(files: readonly RawFile[], end: Buffer = TAR_END): Buffer {
  return gzipSync(
    Buffer.concat([
      ...files.flatMap(({ path, mode, content, tarHeader }) => {
        const header = encodeTarHeader({ path, mode, size: content.length, mtime: MTIME });
        tarHeader?.(header);
        updateTarChecksum(header);
        return [header, content, Buffer.alloc(tarPadding(content.length))];
      }),
      end,
    ]),
  );
}

function updateTarChecksum(header: Buffer): void {
  header.write("        ", 148, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}

/** Writes a zip archive; `before` and `between` are bytes that do not belong there. */
export function packZip(files: readonly RawFile[], before = "", between = ""): Buffer {
  const at = toDosTime(MTIME);
  const parts: Buffer[] = [Buffer.from(before)];
  const central: Buffer[] = [];
  let offset = before.length;
  for (const { path, mode, content, zipHeader, statedSize, localPath } of files) {
    const compressed = deflateRawSync(content);
    const size = statedSize ?? content.length;
    const file: ZipFile = {
      path,
      mode,
      size,
      compressedSize: compressed.length,
      crc32: crc32(content),
      offset,
    };
    const local = encodeZipLocalHeader({ ...file, path: localPath ?? path }, at);
    const header = encodeZipCentralHeader(file, at);
    zipHeader?.(header);
    central.push(header);
    parts.push(local, compressed);
    offset += local.length + compressed.length;
  }
  const directory = Buffer.concat(central);
  const end = encodeZipEnd({ files: files.length, size: directory.length, offset: offset + between.length });
  return Buffer.concat([...parts, Buffer.from(between), directory, end]);
}
