import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { OperationError } from "../../operations/errors.ts";
import type { ReleaseFile } from "./release-store.ts";

/** A part of a file, numbered from 1. The bytes are valid until the next part is read. */
export interface FilePart {
  readonly number: number;
  readonly start: number;
  readonly bytes: Buffer;
}

/**
 * Reads a file in parts of a size, the last one smaller; an empty file has one empty part.
 * @throws OperationError after the last part if the file has changed since it was verified.
 */
export async function* readParts(file: ReleaseFile, partBytes: number): AsyncGenerator<FilePart> {
  const handle = await open(file.path);
  try {
    const digest = createHash("sha256");
    const buffer = Buffer.alloc(Math.min(partBytes, file.size));
    for (let start = 0, number = 1; number === 1 || start < file.size; start += partBytes, number += 1) {
      const length = Math.min(partBytes, file.size - start);
      const bytes = buffer.subarray(0, await fill(handle, buffer.subarray(0, length), start));
      digest.update(bytes);
      // Before the last part, so that a changed file is never complete in a store.
      if (bytes.length < length || (start + length >= file.size && digest.digest("hex") !== file.sha256))
        throw changedError(file);
      yield { number, start, bytes };
    }
  } finally {
    await handle.close();
  }
}

async function fill(
  handle: Awaited<ReturnType<typeof open>>,
  target: Buffer,
  position: number,
): Promise<number> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

function changedError({ path }: ReleaseFile): OperationError {
  return new OperationError(1, {
    subject: path,
    rule: "changed while it was uploaded; the release was not published",
    remedy: "Verify the release, then run the upload again.",
  });
}
