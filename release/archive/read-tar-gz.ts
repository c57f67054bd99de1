import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createGunzip, type Gunzip } from "node:zlib";
import { errorCode } from "../../components/shared/error-code.ts";
import { type ArchivedFile, ArchiveError, type ContentSink, type ReadLimits } from "./archive-format.ts";
import {
  decodeTarHeader,
  describeTarHeader,
  TAR_BLOCK,
  TAR_END,
  type TarFile,
  tarPadding,
} from "./tar-header.ts";

const CUT_SHORT = "is cut short";

/** Reads a tar.gz archive; see `readArchive`. */
export async function readTarGz(
  path: string,
  open: (file: ArchivedFile) => ContentSink,
  limits: ReadLimits,
): Promise<void> {
  const gunzip = createGunzip();
  const input = createReadStream(path);
  input.on("error", (error) => gunzip.destroy(error));
  input.pipe(gunzip);
  const bytes = new ByteReader(gunzip, limits.bytes);
  try {
    await readTar(bytes, open, limits.files);
    await requireWholeInput(path, gunzip);
  } catch (error) {
    throw toArchiveError(error);
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

async function readTar(
  bytes: ByteReader,
  open: (file: ArchivedFile) => ContentSink,
  maxFiles: number,
): Promise<void> {
  let mtime: number | undefined;
  for (let files = 0; ; files += 1) {
    const block = await bytes.read(TAR_BLOCK);
    if (block.every((byte) => byte === 0)) break;
    if (files === maxFiles) throw new ArchiveError(`contains more than ${maxFiles} files`);
    const file = requireTarFile(block);
    mtime ??= file.mtime;
    if (file.mtime !== mtime)
      throw new ArchiveError("has another modification time than the other files", file.path);
    const sink = open(file);
    await bytes.copy(file.size, sink);
    await sink.end();
    const padding = await bytes.read(tarPadding(file.size));
    if (padding.some((byte) => byte !== 0)) throw new ArchiveError("has data in its padding", file.path);
  }
  const rest = await bytes.read(TAR_END.length - TAR_BLOCK);
  if (rest.some((byte) => byte !== 0) || !(await bytes.isAtEnd())) {
    throw new ArchiveError("contains data after the end of the tar archive");
  }
}

function requireTarFile(block: Buffer): TarFile {
  const file = decodeTarHeader(block);
  if (file !== undefined) return file;
  const { path, what } = describeTarHeader(block);
  throw new ArchiveError(`is ${what}`, path === "" ? undefined : path);
}

/** zlib ignores bytes after the last gzip member, which could hide data. */
async function requireWholeInput(path: string, gunzip: Gunzip): Promise<void> {
  const { size } = await stat(path);
  if (gunzip.bytesWritten !== size) throw new ArchiveError("contains data after the end of the gzip stream");
}

function toArchiveError(error: unknown): unknown {
  if (error instanceof ArchiveError) return error;
  const code = errorCode(error);
  if (code === "Z_BUF_ERROR") return new ArchiveError(CUT_SHORT);
  return code?.startsWith("Z_") === true ? new ArchiveError("is not a valid gzip stream") : error;
}

/** Reads exact numbers of bytes from a stream. */
class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #remaining: number;
  readonly #limit: number;

  constructor(stream: AsyncIterable<Buffer>, limit: number) {
    this.#chunks = stream[Symbol.asyncIterator]();
    this.#remaining = limit;
    this.#limit = limit;
  }

  async read(size: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    await this.copy(size, { write: (bytes) => void parts.push(bytes), end: () => undefined });
    return Buffer.concat(parts);
  }

  async copy(size: number, sink: ContentSink): Promise<void> {
    for (let missing = size; missing > 0; ) {
      if (!(await this.#fill())) throw new ArchiveError(CUT_SHORT);
      const bytes = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(bytes.length);
      missing -= bytes.length;
      await sink.write(bytes);
    }
  }

  async isAtEnd(): Promise<boolean> {
    return !(await this.#fill());
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#rest = next.value;
      this.#remaining -= next.value.length;
      if (this.#remaining < 0) throw new ArchiveError(`decompresses to more than ${this.#limit} bytes`);
    }
    return true;
  }
}
