import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SecretName } from "../../../components/shared/secret-names.ts";
import { OperationError } from "../../errors.ts";
import { fileError, makeDirectory, writeFileAtomically } from "../files.ts";
import type { LocalPaths } from "../paths.ts";

/** The secrets that local processes need; the rest of the 13 belong to components that run only in a cluster. */
const LOCAL_SECRETS = [
  "api-token",
  "jwt-signing-key",
  "postgres-admin-password",
  "postgres-app-password",
  "redis-password",
  "metrics-scrape-token",
  "world-data-key",
  "player-data-key",
  "backup-encryption-key",
] as const satisfies readonly SecretName[];

type LocalSecret = (typeof LOCAL_SECRETS)[number];

/** The database's content was created with these secrets and cannot be read with new ones. */
const DATABASE_SECRETS: readonly LocalSecret[] = [
  "postgres-admin-password",
  "world-data-key",
  "player-data-key",
];

/** As in a cluster (DESIGN §5). */
const SECRET_BYTES = 32;

/** Minimum length of 32 encoded bytes; a shorter file was truncated or edited. */
const MIN_SECRET_LENGTH = 32;

/** Path of a secret's file, which contains only the secret and has mode 0600. */
export function secretFile(directory: string, name: LocalSecret): string {
  return join(directory, name);
}

/**
 * Generates the missing secrets.
 * @returns the names of the new ones.
 * @throws OperationError if a secret of an existing database is missing.
 */
export function ensureSecrets({
  secrets: directory,
  postgres,
}: Pick<LocalPaths, "secrets" | "postgres">): LocalSecret[] {
  makeDirectory(directory);
  const missing = LOCAL_SECRETS.filter((name) => !existsSync(secretFile(directory, name)));
  const lost = existsSync(join(postgres, "data"))
    ? missing.filter((name) => DATABASE_SECRETS.includes(name))
    : [];
  if (lost.length > 0) {
    throw new OperationError(
      1,
      lost.map((name) => ({
        subject: secretFile(directory, name),
        rule: "is missing, but the database was created with it",
        remedy: `Restore it from a copy. Without a copy, run \`npm run local -- down\` and delete ${postgres}: this deletes all players.`,
      })),
      "The database cannot be opened:",
    );
  }
  for (const name of missing) {
    writeFileAtomically(secretFile(directory, name), randomBytes(SECRET_BYTES).toString("base64url"));
  }
  return missing;
}

/** Characters that need no quoting in the config of any service; a quote would end up in an error message that shows the secret. */
const SECRET_CHARACTERS = /^[A-Za-z0-9+/=_.~:@%^*-]+$/;

/** @throws OperationError if the file is missing, truncated or has other characters, without showing its content. */
export function readSecret(directory: string, name: LocalSecret): string {
  const path = secretFile(directory, name);
  try {
    return parseSecret(path, readFileSync(path, "utf8"), DATABASE_SECRETS.includes(name));
  } catch (error) {
    throw fileError(error, path);
  }
}

/** @throws OperationError if the content of a secret file is truncated or has other characters, without showing it. */
export function parseSecret(path: string, content: string, isIrreplaceable = true): string {
  const text = content.trim();
  if (text.length >= MIN_SECRET_LENGTH && SECRET_CHARACTERS.test(text)) return text;
  throw new OperationError(
    1,
    [
      {
        subject: path,
        rule: `must have at least ${MIN_SECRET_LENGTH} characters, and only letters, digits and + / = _ . ~ : @ % ^ * -`,
        remedy: isIrreplaceable
          ? "Restore it from a copy: without it the database cannot be opened or its data cannot be decrypted."
          : "Delete the file; the next start creates a new one.",
      },
    ],
    "A secret cannot be used:",
  );
}
