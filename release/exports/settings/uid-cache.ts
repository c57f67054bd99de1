import { CorruptFileError } from "../corrupt-file-error.ts";

export const UID_CACHE = ".godot/uid_cache.bin";

/** The digits of a UID's text: a to y, and 0 to 8 (core/io/resource_uid.cpp). */
const DIGITS = "abcdefghijklmnopqrstuvwxy012345678";

/** The paths of resources by their `uid://` text. */
export type UidCache = ReadonlyMap<string, string>;

/**
 * Reads the UID cache: the number of entries, and for each an ID and a path.
 * @throws CorruptFileError
 */
export function readUidCache(bytes: Buffer): UidCache {
  let position = 0;
  const take = (length: number): Buffer => {
    if (position + length > bytes.length) throw new CorruptFileError("is truncated");
    position += length;
    return bytes.subarray(position - length, position);
  };
  const count = take(4).readUInt32LE();
  const cache = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const id = take(8).readBigUInt64LE();
    const path = take(take(4).readUInt32LE()).toString("utf8");
    cache.set(formatUid(id), path);
  }
  return cache;
}

/** Formats an ID as `uid://…`. */
export function formatUid(id: bigint): string {
  let text = "";
  let rest = id;
  do {
    text = `${DIGITS[Number(rest % BigInt(DIGITS.length))]}${text}`;
    rest /= BigInt(DIGITS.length);
  } while (rest > 0n);
  return `uid://${text}`;
}
