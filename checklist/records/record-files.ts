import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import type { Environment } from "../../components/shared/environments.ts";
import { errorCode } from "../../components/shared/error-code.ts";

/** The committed directory of all records, relative to the directory of the stack files. */
export const RECORDS_DIRECTORY = "records";

/** The people who deploy and sign, with their roles. */
export const PEOPLE_FILE = `${RECORDS_DIRECTORY}/people.yaml`;

/** The keys that may sign, with their validity dates; OpenSSH's format (`man ssh-keygen`, ALLOWED SIGNERS). */
export const ALLOWED_SIGNERS_FILE = `${RECORDS_DIRECTORY}/allowed-signers`;

/** The kinds of records of an environment; each has a directory. */
export type RecordKind = "drills" | "sign-offs" | "waivers" | "evidence";

/** A file that is not a valid record. */
export interface RecordProblem {
  readonly file: string;
  /** The field; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** The problems of a file that a schema rejects, one for each issue. */
export function rejectedFile(file: string, { issues }: Pick<z.ZodError, "issues">): readonly RecordProblem[] {
  return issues.map(({ path, message }) => ({ file, path: path.join("."), message }));
}

/** A file with its path relative to the directory of the stack files. */
export interface RecordFile {
  readonly file: string;
  readonly content: string;
}

/** The directory of one kind of records, relative to the directory of the stack files. */
export function recordDirectory(environment: Environment, kind: RecordKind): string {
  return `${RECORDS_DIRECTORY}/${environment}/${kind}`;
}

/** Reads the files of one kind of records by name; empty if there is no directory. */
export function listRecordFiles(
  directory: string,
  environment: Environment,
  kind: RecordKind,
  suffix: string,
): readonly RecordFile[] {
  const folder = recordDirectory(environment, kind);
  return listNames(join(directory, folder))
    .filter((name) => name.endsWith(suffix))
    .sort()
    .map((name) => ({
      file: `${folder}/${name}`,
      content: readFileSync(join(directory, folder, name), "utf8"),
    }));
}

function listNames(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}
