import { createDecipheriv, type Decipheriv, hash } from "node:crypto";
import { type ByteSource, readRange } from "../byte-source.ts";
import { CorruptFileError } from "../corrupt-file-error.ts";
import { ENCRYPTION_HEADER_BYTES, storedSize } from "./pack.ts";

/** Godot encrypts with AES-256 in CFB mode and a key that is compiled into the export template. */
const CIPHER = "aes-256-cfb";

/** The header of encrypted data: MD5 and size of the content, and the initialization vector. */
export interface EncryptionHeader {
  readonly md5: string;
  readonly size: number;
  readonly vector: Buffer;
}

/** @throws CorruptFileError */
export function readEncryptionHeader(source: ByteSource, position: number, name: string): EncryptionHeader {
  const bytes = readRange(source, position, ENCRYPTION_HEADER_BYTES, `the encryption header of ${name}`);
  const size = bytes.readBigUInt64LE(16);
  if (size > BigInt(source.size)) {
    throw new CorruptFileError(`has an encryption header with an impossible size: ${size} bytes`, name);
  }
  return { md5: bytes.toString("hex", 0, 16), size: Number(size), vector: Buffer.from(bytes.subarray(24)) };
}

export function createDecryption(key: Buffer, { vector }: EncryptionHeader): Decipheriv {
  return createDecipheriv(CIPHER, key, vector);
}

/**
 * Decrypts a range into memory and compares its MD5.
 * @throws CorruptFileError if the key or the data is wrong.
 */
export function decryptRange(source: ByteSource, position: number, key: Buffer, name: string): Buffer {
  const header = readEncryptionHeader(source, position, name);
  const length = storedSize({ size: header.size, encrypted: true }) - ENCRYPTION_HEADER_BYTES;
  const bytes = readRange(source, position + ENCRYPTION_HEADER_BYTES, length, name);
  const content = createDecryption(key, header).update(bytes).subarray(0, header.size);
  if (hash("md5", content, "hex") !== header.md5) {
    throw new CorruptFileError(
      "cannot be decrypted: the key is not that of the export, or the data is damaged",
      name,
    );
  }
  return content;
}
