import { type FileHandle, open } from "node:fs/promises";
import { deflateRawSync, crc32 as updateCrc32 } from "node:zlib";
import { type ArchiveEntry, findPathProblem, type WrittenFile } from "./archive-entry.ts";
import { type ContentDigest, deflateContent } from "./deflate-content.ts";
import { encodeTarHeader, TAR_END, tarPadding } from "./tar-header.ts";
import {
  encodeZipCentralHeader,
  encodeZipEnd,
  encodeZipLocalHeader,
  toDosTime,
  ZIP_MAX_FILES,
  ZIP_MAX_SIZE,
  type ZipFile,
} from "./zip-format.ts";

/** The archives to write. */
export interface ArchiveTargets {
  /** New files. */
  readonly tarGz: string;
  readonly zip: string;
  /** Prepended to every path, such as `spacetime-vr-v1.0.0`. */
  readonly root: string;
  /** The modification time of every file, in seconds since 1970. */
  readonly mtime: number;
}

/**
 * Writes the entries, in their order, into a tar.gz and a zip archive. Each content is read, hashed and compressed once: a zip entry and
 * a gzip member contain the same deflate stream. The bytes depend on nothing but the entries, the time, and the version of zlib.
 */
export class ArchiveWriter {
  readonly #tar: AppendedFile;
  readonly #zip: AppendedFile;
  readonly #root: string;
  readonly #mtime: number;
  readonly #zipFiles: ZipFile[] = [];
  /** The padding of the previous content, which is compressed together with the next header. */
  #padding: Buffer = Buffer.alloc(0);

  private constructor(tar: FileHandle, zip: FileHandle, { root, mtime }: ArchiveTargets) {
    this.#tar = new AppendedFile(tar);
    this.#zip = new AppendedFile(zip);
    this.#root = root;
    this.#mtime = mtime;
  }

  static async create(targets: ArchiveTargets): Promise<ArchiveWriter> {
    const tar = await open(targets.tarGz, "wx", 0o644);
    try {
      return new ArchiveWriter(tar, await open(targets.zip, "wx", 0o644), targets);
    } catch (error) {
      await tar.close();
      throw error;
    }
  }

  /** Adds a file. */
  async add({ path, mode, content }: ArchiveEntry): Promise<WrittenFile> {
    const problem = findPathProblem(path);
    if (problem !== undefined) throw new RangeError(`The path ${JSON.stringify(path)} ${problem}.`);
    const full = `${this.#root}/${path}`;
    const size = Buffer.isBuffer(content) ? content.length : content.size;
    if (size >= ZIP_MAX_SIZE)
      throw new RangeError(`${path} has ${size} bytes; a zip archive allows less than 4 GiB.`);
    const header = encodeTarHeader({ path: full, mode, size, mtime: this.#mtime });
    await this.#tar.write(gzipMember(Buffer.concat([this.#padding, header])));
    await this.#tar.write(GZIP_HEADER);
    const offset = this.#zip.length;
    const unknown = { path: full, mode, size, compressedSize: 0, crc32: 0, offset };
    await this.#zip.write(encodeZipLocalHeader(unknown, toDosTime(this.#mtime)));
    const digest = await deflateContent(content, async (bytes) => {
      await Promise.all([this.#tar.write(bytes), this.#zip.write(bytes)]);
    });
    await this.#finishEntry({ ...unknown, ...digest });
    this.#padding = Buffer.alloc(tarPadding(digest.size));
    return { path, mode, size: digest.size, sha256: digest.sha256 };
  }

  /** The size and digest are known after the content, so the local header is written again. */
  async #finishEntry(file: ZipFile & ContentDigest): Promise<void> {
    await this.#tar.write(gzipTrailer(file.crc32, file.size));
    const { sha256: _sha256, ...zipFile } = file;
    await this.#zip.rewrite(encodeZipLocalHeader(zipFile, toDosTime(this.#mtime)), file.offset);
    this.#zipFiles.push(zipFile);
  }

  /** Writes the ends of both archives and closes them. */
  async finish(): Promise<void> {
    await this.#tar.write(gzipMember(Buffer.concat([this.#padding, TAR_END])));
    const at = toDosTime(this.#mtime);
    const offset = this.#zip.length;
    const directory = Buffer.concat(this.#zipFiles.map((file) => encodeZipCentralHeader(file, at)));
    const files = this.#zipFiles.length;
    if (offset + directory.length > ZIP_MAX_SIZE || files > ZIP_MAX_FILES) {
      throw new RangeError("The package exceeds the limits of a zip archive: 4 GiB and 65,535 files.");
    }
    await this.#zip.write(
      Buffer.concat([directory, encodeZipEnd({ files, size: directory.length, offset })]),
    );
    await this.#tar.flush();
    await this.#zip.flush();
    await this.close();
  }

  /** Closes the files without finishing them. */
  async close(): Promise<void> {
    await Promise.all([this.#tar.close(), this.#zip.close()]);
  }
}

/** A file that is written from its start. */
class AppendedFile {
  readonly #handle: FileHandle;
  length = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(bytes: Buffer): Promise<void> {
    await this.rewrite(bytes, this.length);
    this.length += bytes.length;
  }

  async rewrite(bytes: Buffer, position: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }

  async flush(): Promise<void> {
    await this.#handle.sync();
  }

  async close(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
  }
}

/** Deflate, no flags, no time, no extra flags, unknown system (RFC 1952). */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

function gzipTrailer(crc32: number, size: number): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  return trailer;
}

function gzipMember(bytes: Buffer): Buffer {
  return Buffer.concat([
    GZIP_HEADER,
    deflateRawSync(bytes, { level: 6 }),
    gzipTrailer(updateCrc32(bytes), bytes.length),
  ]);
}
