import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { z } from "zod";
import { ENVIRONMENTS, type Environment } from "../../components/shared/environments.ts";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError } from "../../components/shared/errors.ts";
import { parseJson } from "../../components/shared/parse-json.ts";
import { recoverDirectory, replaceDirectory } from "../../components/shared/replace-directory.ts";
import { OperationError } from "../errors.ts";
import type { GenerationRecord, StoredValues } from "./decide-changes.ts";
import type { Generator } from "./reference-index.ts";
import { valueFile } from "./value-files.ts";

/** Records which values were generated, when and from which inputs. It contains no values. */
export const RECORD_FILE = "generated.json";

const recordSchema = z.strictObject({
  version: z.literal(1),
  environment: z.enum(ENVIRONMENTS),
  generators: z.record(z.string(), z.strictObject({ created: z.iso.datetime(), inputs: z.json() })),
});

/** The content of a directory of values. */
export interface ValueDirectory extends StoredValues {
  readonly path: string;
  /** The text of the record when it was read; undefined for a new directory. */
  readonly recordText: string | undefined;
}

/** @throws InputError if the directory belongs to something else. */
export function openValueDirectory(
  directory: string,
  environment: Environment,
  generators: readonly Generator[],
): ValueDirectory {
  const path = resolve(directory);
  recoverDirectory(path);
  const recordText = readIfPresent(join(path, RECORD_FILE));
  if (recordText === undefined) rejectForeignDirectory(directory, path);
  const texts = new Map<string, string>();
  for (const generator of generators) {
    const file = valueFile(generator);
    const text = file === undefined ? undefined : readIfPresent(join(path, file.replaceAll("/", sep)));
    if (text !== undefined)
      texts.set(generator.name, text.replace(/\r?\n$/, file?.startsWith("tls/") ? "\n" : ""));
  }
  return { path, recordText, texts, records: parseRecords(directory, recordText, environment) };
}

function parseRecords(
  directory: string,
  text: string | undefined,
  environment: Environment,
): ReadonlyMap<string, GenerationRecord> {
  if (text === undefined) return new Map();
  const parsed = recordSchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw rejected(directory, `has an invalid ${RECORD_FILE}`, "Restore the directory from a copy.");
  if (parsed.data.environment !== environment)
    throw rejected(
      directory,
      `contains the secrets of ${parsed.data.environment}`,
      `Use another directory for ${environment}: environments must not share secrets.`,
    );
  return new Map(Object.entries(parsed.data.generators));
}

/** The given value of a key of a Secret; undefined if the operator has not provided it. */
export function readGivenValue(path: string, namespace: string, key: string): string | undefined {
  return readIfPresent(join(path, givenValueFile(namespace, key)))?.replace(/\r?\n$/, "");
}

/** The path of a value that the operator provides, relative to the directory of values. */
export function givenValueFile(namespace: string, key: string): string {
  return join("given", namespace, key);
}

/** The text of a file; undefined if there is none. */
function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw new OperationError(1, {
      subject: path,
      rule: `cannot be read (${errorCode(error) ?? "unknown error"})`,
      remedy: "Run as the user that owns the directory.",
    });
  }
}

function rejectForeignDirectory(directory: string, path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) throw rejected(directory, "is a file", "Name a directory.");
  const entries = readdirSync(path);
  const isProject = [".git", "package.json", "Pulumi.yaml"].some((name) => entries.includes(name));
  const isOwn = ["secrets", "tls", "given"].some((name) => entries.includes(name));
  // The directory is replaced as a whole, so it must not be a home or project directory.
  if (isProject || (entries.length > 0 && !isOwn))
    throw rejected(directory, "contains other files", "Name a new directory for the secrets.");
}

function rejected(directory: string, rule: string, remedy: string): InputError {
  return new InputError("The secrets were not generated:", [
    { subject: "--out", value: directory, rule, remedy },
  ]);
}

/** Formats the record of a directory of values. */
export function formatRecords(
  environment: Environment,
  records: ReadonlyMap<string, GenerationRecord>,
): readonly [file: string, text: string] {
  const sorted = [...records].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const record = { version: 1, environment, generators: Object.fromEntries(sorted) };
  return [RECORD_FILE, `${JSON.stringify(record, undefined, 2)}\n`];
}

const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/**
 * Writes files to the directory; other files in it are kept. The directory is replaced as a whole, so an interrupted write
 * leaves the old one.
 */
export function writeValueDirectory(
  { path, recordText }: Pick<ValueDirectory, "path" | "recordText">,
  files: ReadonlyMap<string, string>,
): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
    replaceDirectory(path, (temporaryPath) => {
      mkdirSync(temporaryPath, { mode: DIRECTORY_MODE });
      if (existsSync(path)) copyPrivately(path, temporaryPath);
      for (const [file, text] of files)
        writePrivateFile(join(temporaryPath, file.replaceAll("/", sep)), text);
      if (readIfPresent(join(path, RECORD_FILE)) !== recordText) throw new ConcurrentChangeError();
    });
  } catch (error) {
    throw writeError(path, error);
  }
}

/** Copies a directory; its files keep their modes. */
function copyPrivately(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  chmodSync(to, DIRECTORY_MODE);
  const entries = readdirSync(to, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isDirectory()))
    chmodSync(join(entry.parentPath, entry.name), DIRECTORY_MODE);
}

const VALUE_FILE = /[\\/](secrets[\\/][^.]+|tls[\\/][^.]+\.(key|crt))$/;

class ConcurrentChangeError extends Error {}

function writePrivateFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
  // A link in the directory must not redirect a secret.
  rmSync(path, { force: true });
  const descriptor = openSync(path, "wx", FILE_MODE);
  try {
    writeFileSync(descriptor, text);
    // The other files can be written again from the values.
    if (VALUE_FILE.test(path)) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writeError(path: string, error: unknown): OperationError {
  const problem =
    error instanceof ConcurrentChangeError
      ? { rule: "was changed by another command", remedy: "Run the command again." }
      : {
          rule: `cannot be written (${errorCode(error) ?? String(error)}); it is unchanged`,
          remedy: "Use a writable directory on a disk with free space, then run the command again.",
        };
  return new OperationError(1, { subject: path, ...problem });
}
