import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const ALGORITHM = "aes-256-gcm";
const VERSION = 1;
/** NIST SP 800-38D: 96-bit nonce, 128-bit tag. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** A record could not be decrypted: wrong key, blob of another row, or corruption. */
export class DecryptionError extends Error {
  constructor(record: string) {
    super(`Record ${record} cannot be decrypted with the configured key.`);
    this.name = "DecryptionError";
  }
}

/**
 * AES-256-GCM for one kind of record. Blob: version (1 byte), nonce (12), tag (16), ciphertext of the JSON text. The
 * record's kind and id are authenticated as additional data, so that a blob cannot be moved to another row.
 */
export class FieldEncryption {
  readonly #key: Buffer;
  readonly #kind: string;

  /** @param secret text of 32 random bytes or more; the key is derived from it per kind (HKDF-SHA-256, RFC 5869). */
  constructor(secret: string, kind: "player" | "world") {
    this.#kind = kind;
    this.#key = Buffer.from(
      hkdfSync("sha256", secret, "", `spacetime-vr ${kind} data v${VERSION}`, KEY_BYTES),
    );
  }

  encrypt(id: string, record: unknown): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(this.#additionalData(id));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(record), "utf8"), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed]);
  }

  /** @throws DecryptionError */
  decrypt(id: string, blob: Buffer): unknown {
    const tagAt = 1 + NONCE_BYTES;
    try {
      if (blob[0] !== VERSION) throw new Error("unknown version");
      const decipher = createDecipheriv(ALGORITHM, this.#key, blob.subarray(1, tagAt))
        .setAAD(this.#additionalData(id))
        .setAuthTag(blob.subarray(tagAt, tagAt + TAG_BYTES));
      const text = Buffer.concat([decipher.update(blob.subarray(tagAt + TAG_BYTES)), decipher.final()]);
      return JSON.parse(text.toString("utf8"));
    } catch {
      throw new DecryptionError(`${this.#kind}/${id}`);
    }
  }

  #additionalData(id: string): Buffer {
    return Buffer.from(`${this.#kind}/${id}`, "utf8");
  }
}
