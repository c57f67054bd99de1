import { readFileSync } from "node:fs";
import * as openpgp from "openpgp";
import { InputError } from "../../components/shared/errors.ts";

/** How a release is signed. */
export interface SigningOptions {
  /** A file with an armored private key. */
  readonly keyFile: string;
  /** Undefined for a key without one. */
  readonly passphrase: string | undefined;
}

/** A private key that can be used. */
export interface SigningKey {
  readonly key: openpgp.PrivateKey;
  readonly fingerprint: string;
}

/**
 * Reads and decrypts a private key, so that a wrong passphrase is reported before anything is built.
 * @throws InputError
 */
export async function readSigningKey({ keyFile, passphrase }: SigningOptions): Promise<SigningKey> {
  const armored = readKeyFile("--sign", keyFile);
  let key: openpgp.PrivateKey;
  try {
    key = await openpgp.readPrivateKey({ armoredKey: armored });
  } catch {
    throw signingError(
      "--sign",
      keyFile,
      "is not an armored OpenPGP private key",
      "Export one with: gpg --armor --export-secret-keys <key id>",
    );
  }
  if (!key.isDecrypted()) key = await decrypt(key, passphrase, keyFile);
  try {
    await key.getSigningKey();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw signingError("--sign", keyFile, `cannot sign: ${reason}`, "Use a key that is valid and may sign.");
  }
  return { key, fingerprint: key.getFingerprint().toUpperCase() };
}

async function decrypt(
  privateKey: openpgp.PrivateKey,
  passphrase: string | undefined,
  keyFile: string,
): Promise<openpgp.PrivateKey> {
  const remedy = "Name a file that contains it with --passphrase-file.";
  if (passphrase === undefined) throw signingError("--sign", keyFile, "has a passphrase", remedy);
  try {
    return await openpgp.decryptKey({ privateKey, passphrase });
  } catch {
    throw signingError("--passphrase-file", undefined, "does not contain the passphrase of the key", remedy);
  }
}

/** An armored detached signature of a text. */
export async function signDetached(text: string, { key }: SigningKey): Promise<string> {
  const message = await openpgp.createMessage({ binary: Buffer.from(text) });
  return openpgp.sign({ message, signingKeys: key, detached: true, format: "armored" });
}

/** The result of verifying a signature. */
export type SignatureVerdict =
  | { readonly valid: true; readonly fingerprint: string; readonly signedAt: Date }
  | { readonly valid: false; readonly reason: string };

/**
 * Reads a public key.
 * @throws InputError
 */
export async function readPublicKey(keyFile: string): Promise<openpgp.PublicKey> {
  const armored = readKeyFile("--key", keyFile);
  try {
    return (await openpgp.readKey({ armoredKey: armored })).toPublic();
  } catch {
    const remedy = "Use the key that the publisher gave you on another channel.";
    throw signingError("--key", keyFile, "is not an armored OpenPGP public key", remedy);
  }
}

/** Verifies an armored detached signature of a text. */
export async function verifyDetached(
  bytes: Buffer,
  armoredSignature: string,
  key: openpgp.PublicKey,
): Promise<SignatureVerdict> {
  let signature: openpgp.Signature;
  try {
    signature = await openpgp.readSignature({ armoredSignature });
  } catch {
    return { valid: false, reason: "is not an armored OpenPGP signature" };
  }
  const message = await openpgp.createMessage({ binary: bytes });
  const { signatures } = await openpgp.verify({ message, signature, verificationKeys: key });
  const [first, second] = signatures;
  if (first === undefined || second !== undefined)
    return { valid: false, reason: "must be exactly one signature" };
  try {
    await first.verified;
    const packet = (await first.signature).packets[0];
    return {
      valid: true,
      fingerprint: key.getFingerprint().toUpperCase(),
      signedAt: packet?.created ?? new Date(Number.NaN),
    };
  } catch (error) {
    const isOtherKey = !key.getKeyIDs().some((id) => id.equals(first.keyID));
    const reason = error instanceof Error ? error.message : String(error);
    return {
      valid: false,
      reason: isOtherKey
        ? `was made by another key (${first.keyID.toHex().toUpperCase()})`
        : `is not valid (${reason})`,
    };
  }
}

function readKeyFile(option: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw signingError(option, path, "cannot be read", "Name a file that exists and that you may read.");
  }
}

function signingError(subject: string, value: string | undefined, rule: string, remedy: string): InputError {
  return new InputError("The release cannot be signed or verified:", [
    { subject, ...(value === undefined ? {} : { value }), rule, remedy },
  ]);
}
