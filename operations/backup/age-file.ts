/**
 * log2 of the scrypt work factor. The passphrase is 32 random bytes, which need no stretching; `age -d` accepts any factor up to 22.
 */
const SCRYPT_WORK_FACTOR = 10;

/** Encrypts with the age format (https://age-encryption.org/v1), so that a file can also be read with `age -d` and the key alone. */
export async function encryptAge(key: string, content: Uint8Array): Promise<Uint8Array> {
  const { Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  encrypter.setPassphrase(key);
  encrypter.setScryptWorkFactor(SCRYPT_WORK_FACTOR);
  return encrypter.encrypt(content);
}

/** @throws an Error if the key is wrong or the content was changed or truncated. */
export async function decryptAge(key: string, content: Uint8Array): Promise<Uint8Array> {
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  decrypter.addPassphrase(key);
  return decrypter.decrypt(content);
}
