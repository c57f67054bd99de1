import { closeSync, openSync, readSync } from "node:fs";

/**
 * Reads a UTF-8 file that an operator names; undefined if it has more bytes. Never reads more than that: it may be a device that does
 * not end, and a pipe of the shell (`<(…)`) does not know its size.
 */
export function readTextUpTo(path: string, maxBytes: number): string | undefined {
  const descriptor = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < bytes.length; length += count)
      count = readSync(descriptor, bytes, length, bytes.length - length, null);
    return length > maxBytes ? undefined : bytes.toString("utf8", 0, length);
  } finally {
    closeSync(descriptor);
  }
}
