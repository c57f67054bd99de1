import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SecretName } from "../../components/shared/secret-names.ts";
import { OperationError } from "./errors.ts";
import { fileError, makeDirectory, writeWhole } from "./files.ts";

/** The secrets that processes on one machine need; the rest of the 13 belong to parts that run in a cluster. */
export const LOCAL_SECRETS = [
  "api-token",
  "jwt-signing-key",
  "postgres-admin-password",
  "postgres-app-password",
  "redis-password",
  "metrics-scrape-token",
  "world-data-key",
  "player-data-key",
] as const satisfies readonly SecretName[];

export type LocalSecret = (typeof LOCAL_SECRETS)[number];

/** As in a cluster (DESIGN §5). */
const SECRET_BYTES = 32;

/** The shortest text that 32 bytes can have; a file with less was cut or written by hand. */
const SHORTEST = 32;

/** The file of a secret: its text and nothing else, mode 0600. */
export function secretFile(directory: string, name: LocalSecret): string {
  return join(directory, name);
}

/** Makes the secrets that are not there yet. @returns the names of the new ones. */
export function ensureSecrets(directory: string): LocalSecret[] {
  makeDirectory(directory);
  const missing = LOCAL_SECRETS.filter((name) => !existsSync(secretFile(directory, name)));
  for (const name of missing) {
    writeWhole(secretFile(directory, name), randomBytes(SECRET_BYTES).toString("base64url"));
  }
  return missing;
}

/** @throws OperationError when the file is missing or cut, without showing what is in it. */
export function readSecret(directory: string, name: LocalSecret): string {
  const path = secretFile(directory, name);
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    throw fileError(error, path);
  }
  if (text.length >= SHORTEST) return text;
  throw new OperationError("A secret cannot be used:", [
    {
      subject: path,
      rule: `must have at least ${SHORTEST} characters`,
      remedy: name.endsWith("-data-key")
        ? "Restore it from a copy: without it what it encrypted stays unreadable."
        : "Remove the file; the next start makes a new one.",
    },
  ]);
}
