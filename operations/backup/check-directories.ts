import { readdirSync } from "node:fs";
import { errorCode } from "../../components/shared/error-code.ts";
import { OperationError } from "../errors.ts";
import { RESTORED_PARTS } from "./restore-journal.ts";

/** What a repository contains (repository.ts); a temporary file is left by an interrupted write. */
const REPOSITORY_ENTRY =
  /^(lock\.json|inventory\.json|pgbackrest|points|drills|metrics\.prom)(\..+)?$|^lost\+found$/;

/** What an earlier restore left in its directory. */
const RESTORED_ENTRY = new RegExp(
  `^(${RESTORED_PARTS.join("|")}|restore-staging|replaced-.+)$|^lost\\+found$`,
);

/**
 * A restore writes secrets and changes permissions, so that it must not be directed at a project, a home directory or `/`.
 * @throws OperationError if the directory contains anything but an earlier restore.
 */
export function requireRestoreDirectory(option: string, path: string): void {
  const names = listDirectory(option, path) ?? [];
  const other = names.find((name) => !RESTORED_ENTRY.test(name));
  if (other === undefined) return;
  throw rejected(
    option,
    path,
    `contains ${other}, which is not part of a restore`,
    "Name a new or empty directory, or that of an earlier restore.",
  );
}

/**
 * A mistyped directory must not look like an intact repository without backups.
 * @throws OperationError if the directory is missing or is not a repository.
 */
export function requireRepository(option: string, path: string): void {
  const names = listDirectory(option, path);
  const missing = names === undefined ? "does not exist" : "is not a backup repository: it has no pgbackrest";
  if (names?.includes("pgbackrest") === true) return;
  throw rejected(option, path, missing, "Name the directory that `backup run` wrote, or a copy of it.");
}

/** @throws OperationError if a new repository would be mixed with other files. */
export function requireRepositoryOrEmpty(option: string, path: string): void {
  const other = (listDirectory(option, path) ?? []).find((name) => !REPOSITORY_ENTRY.test(name));
  if (other === undefined) return;
  const remedy = "Name a new or empty directory, or an existing repository.";
  throw rejected(option, path, `contains ${other}, which is not part of a backup repository`, remedy);
}

/** The names in a directory; undefined if there is none. */
function listDirectory(option: string, path: string): readonly string[] | undefined {
  try {
    return readdirSync(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return undefined;
    const rule = code === "ENOTDIR" ? "is not a directory" : `cannot be read (${code ?? "unknown error"})`;
    throw rejected(option, path, rule, "Name a directory that you may read.");
  }
}

function rejected(subject: string, value: string, rule: string, remedy: string): OperationError {
  return new OperationError(2, { subject, value, rule, remedy });
}
