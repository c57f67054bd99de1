import type { ByteSource } from "../byte-source.ts";
import { CorruptFileError } from "../corrupt-file-error.ts";

const MAX_BYTES = 256;

/**
 * Reads a NUL-terminated string.
 * @throws CorruptFileError if it is outside the file, or longer than the maximum.
 */
export function readCString(
  source: ByteSource,
  position: number,
  name: string,
  maxBytes = MAX_BYTES,
): string {
  const bytes = Buffer.alloc(Math.max(0, Math.min(maxBytes, source.size - position)));
  const end = position < 0 ? -1 : bytes.subarray(0, source.read(bytes, position)).indexOf(0);
  if (end === -1)
    throw new CorruptFileError(`has ${name} that is outside the file or longer than ${maxBytes} bytes`);
  return bytes.toString("latin1", 0, end);
}
