import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { promisify } from "node:util";
import { constants, crc32, deflateRaw } from "node:zlib";
import type { ArchiveEntry } from "./archive-entry.ts";

const deflateBlock = promisify(deflateRaw);

/** Bytes that are compressed at a time; fixed, because the compressed bytes depend on it. */
const BLOCK_SIZE = 2 * 1024 * 1024;

/** How far deflate refers back (RFC 1951): the end of a block is the dictionary of the next one. */
const WINDOW_SIZE = 32 * 1024;

/** Blocks that are compressed at the same time, in Node's four worker threads. */
const CONCURRENCY = 4;

/** The level of `gzip` and `zip`. */
const LEVEL = 6;

/** The size and digests of a content after it was read. */
export interface ContentDigest {
  readonly size: number;
  readonly compressedSize: number;
  readonly crc32: number;
  readonly sha256: string;
}

/**
 * Compresses a content and passes the compressed bytes to `write`, in order. The content is read once, for both archives and all
 * digests. Blocks are compressed in parallel, as pigz does: each ends at a byte boundary, so that they form one deflate stream.
 */
export async function deflateContent(
  content: ArchiveEntry["content"],
  write: (bytes: Buffer) => Promise<void>,
): Promise<ContentDigest> {
  const hash = createHash("sha256");
  const pending: Promise<Buffer>[] = [];
  let checksum = 0;
  let size = 0;
  let compressedSize = 0;
  const flush = async (): Promise<void> => {
    const bytes = await pending.shift();
    if (bytes === undefined) return;
    compressedSize += bytes.length;
    await write(bytes);
  };
  try {
    let dictionary: Buffer | undefined;
    for await (const { bytes, last } of readBlocks(content)) {
      hash.update(bytes);
      checksum = crc32(bytes, checksum);
      size += bytes.length;
      pending.push(deflate(bytes, last, dictionary));
      dictionary = bytes.subarray(-WINDOW_SIZE);
      if (pending.length === CONCURRENCY) await flush();
    }
    while (pending.length > 0) await flush();
  } catch (error) {
    await Promise.allSettled(pending);
    throw error;
  }
  return { size, compressedSize, crc32: checksum, sha256: hash.digest("hex") };
}

function deflate(bytes: Buffer, last: boolean, dictionary: Buffer | undefined): Promise<Buffer> {
  const finishFlush = last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
  const compressed = deflateBlock(bytes, {
    level: LEVEL,
    finishFlush,
    ...(dictionary === undefined ? {} : { dictionary }),
  });
  // An error is reported when the block is written.
  compressed.catch(() => undefined);
  return compressed;
}

interface Block {
  readonly bytes: Buffer;
  readonly last: boolean;
}

/** The blocks of a content; at least one, which may be empty. */
async function* readBlocks(content: ArchiveEntry["content"]): AsyncGenerator<Block> {
  if (Buffer.isBuffer(content)) {
    for (let start = 0; start === 0 || start < content.length; start += BLOCK_SIZE) {
      const bytes = content.subarray(start, start + BLOCK_SIZE);
      yield { bytes, last: start + BLOCK_SIZE >= content.length };
    }
    return;
  }
  const handle = await open(content.file, "r");
  try {
    let remaining = content.size;
    do {
      const bytes = Buffer.allocUnsafe(Math.min(BLOCK_SIZE, remaining));
      await readFully(handle, bytes, content.file);
      remaining -= bytes.length;
      if (remaining === 0) await requireEnd(handle, content.file);
      yield { bytes, last: remaining === 0 };
    } while (remaining > 0);
  } finally {
    await handle.close();
  }
}

type Handle = Awaited<ReturnType<typeof open>>;

async function readFully(handle: Handle, bytes: Buffer, file: string): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done);
    if (bytesRead === 0) throw new Error(`${file} became shorter while it was read. Build again.`);
    done += bytesRead;
  }
}

async function requireEnd(handle: Handle, file: string): Promise<void> {
  const { bytesRead } = await handle.read(Buffer.alloc(1));
  if (bytesRead > 0) throw new Error(`${file} grew while it was read. Build again.`);
}
