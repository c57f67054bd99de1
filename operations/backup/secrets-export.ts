import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { makeDirectory, writeFileAtomically } from "../local/files.ts";
import { decryptAge, encryptAge } from "./age-file.ts";
import type { BackupSource } from "./backup-source.ts";

/** Names of exported files: below `secrets/` or `tls/`, without a way out of the directory that they are restored to. */
const EXPORTED_NAME = /^(secrets|tls)\/[A-Za-z0-9][A-Za-z0-9._-]*$/;

const exportSchema = z.record(z.string().regex(EXPORTED_NAME), z.base64());

/** Encrypts the secrets and certificates, so that a rebuilt environment needs no new ones. */
export async function exportSecrets(
  key: string,
  files: BackupSource["secretFiles"],
): Promise<{ readonly content: Uint8Array; readonly names: readonly string[] }> {
  const exported = Object.fromEntries(
    files.map(({ name, path }) => [name, readFileSync(path).toString("base64")]),
  );
  const text = JSON.stringify(exportSchema.parse(exported));
  return { content: await encryptAge(key, Buffer.from(text)), names: Object.keys(exported) };
}

/** The files of an export by name. @throws an Error if it cannot be decrypted. */
export async function readSecretsExport(key: string, content: Uint8Array): Promise<Map<string, Buffer>> {
  const text = Buffer.from(await decryptAge(key, content)).toString("utf8");
  const files = exportSchema.parse(JSON.parse(text));
  return new Map(Object.entries(files).map(([name, value]) => [name, Buffer.from(value, "base64")]));
}

/** Certificates are public; keys and secrets are not. */
const PUBLIC_FILE = /\.crt$/;

/** Writes the files of an export below a directory. */
export function writeSecretsExport(directory: string, files: ReadonlyMap<string, Buffer>): void {
  for (const [name, content] of files) {
    const path = join(directory, name);
    makeDirectory(dirname(path));
    writeFileAtomically(path, content, PUBLIC_FILE.test(name) ? 0o644 : 0o600);
  }
}
