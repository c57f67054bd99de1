import { CommanderError } from "commander";
import { errorCode } from "../components/shared/error-code.ts";
import {
  escapeUnsafeCharacters,
  formatProblem,
  InputError,
  MissingToolError,
  type Problem,
} from "../components/shared/errors.ts";
import { OperationError, SupervisorError } from "../operations/errors.ts";

/** An error as it is printed on the command line. */
interface ErrorReport {
  readonly exitCode: number;
  /** Empty if the error has already been printed. */
  readonly text: string;
}

/** Standard output could not be written completely, so the result must not be used. */
export class OutputError extends Error {
  constructor(cause: unknown) {
    const code = errorCode(cause) ?? String(cause);
    super(
      `Standard output cannot be written (${code}): the result is incomplete. Redirect it to a file system with free space, then run this again.`,
      { cause },
    );
    this.name = "OutputError";
  }
}

/** Errors with their own remedy, each with its exit code. */
const EXPECTED_ERRORS = [InputError, MissingToolError, OperationError, SupervisorError] as const;

/** Maximum length of an unexpected error's message: one screen; the rest is in the stack trace. */
const MAX_MESSAGE_LENGTH = 2000;

/**
 * Returns the message and the exit code of an error: 2 for a usage or configuration error, 3 for a missing tool, 1
 * for a failed operation or an unexpected error.
 */
export function reportError(error: unknown, debug: boolean): ErrorReport {
  // commander throws for help and version, too, and has already printed them and its own errors.
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : 2, text: "" };
  if (error instanceof AggregateError) {
    const reports = error.errors.map((inner) => reportError(inner, debug));
    const exitCodes = new Set(reports.map(({ exitCode }) => exitCode));
    const [only = 1, ...others] = exitCodes;
    return { exitCode: others.length === 0 ? only : 1, text: reports.map(({ text }) => text).join("\n") };
  }
  const trace = debug && error instanceof Error ? `${error.stack ?? ""}\n` : "";
  for (const kind of EXPECTED_ERRORS) {
    if (error instanceof kind)
      return { exitCode: error.exitCode, text: `${escapeUnsafeCharacters(error.message)}\n${trace}` };
  }
  if (error instanceof OutputError) return { exitCode: 1, text: `${error.message}\n${trace}` };
  return reportFileError(error, trace) ?? reportUnexpectedError(error, debug, trace);
}

function reportFileError(error: unknown, trace: string): ErrorReport | undefined {
  const file = fileProblem(error);
  return file && { exitCode: file.exitCode, text: `${formatProblem(file.problem)}\n${trace}` };
}

function reportUnexpectedError(error: unknown, debug: boolean, trace: string): ErrorReport {
  const message = escapeUnsafeCharacters(error instanceof Error ? error.message : String(error)).slice(
    0,
    MAX_MESSAGE_LENGTH,
  );
  const advice = debug
    ? trace
    : "This is not a usage error. Run the command again with --debug and report the stack trace.\n";
  return { exitCode: 1, text: `Unexpected error: ${message}\n${advice}` };
}

const FREE_SPACE = "Free some space, then run this again; existing files are unchanged.";

/** System errors of files with their exit code, rule and remedy: a wrong path is a usage error, a full disk is not. */
const FILE_ERRORS: Readonly<Record<string, readonly [1 | 2, string, string]>> = {
  ENOENT: [2, "does not exist", "Correct the path, or create it."],
  EISDIR: [2, "is a directory, and a file is needed", "Name a file."],
  ENOTDIR: [2, "is not a directory, or is below a file", "Name a directory."],
  EEXIST: [2, "exists already and cannot be used for this", "Name another path."],
  EACCES: [2, "may not be read or written by this user", "Change its permissions, or run this as its owner."],
  EPERM: [2, "may not be changed by this user", "Change its permissions, or run this as its owner."],
  ELOOP: [2, "has too many symbolic links", "Name the file itself."],
  ENAMETOOLONG: [2, "is too long for a path", "Name a shorter path."],
  EROFS: [1, "is on a read-only file system", "Use a directory that can be written to."],
  ENOSPC: [1, "cannot be written: the disk is full", FREE_SPACE],
  EDQUOT: [1, "cannot be written: the disk quota is exceeded", FREE_SPACE],
  EMFILE: [
    1,
    "cannot be opened: too many files are open",
    "Raise the limit (ulimit -n), then run this again.",
  ],
};

/** A system error of a file that no command has explained; undefined for any other error. */
function fileProblem(error: unknown): { readonly exitCode: 1 | 2; readonly problem: Problem } | undefined {
  const [exitCode, rule, remedy] = FILE_ERRORS[errorCode(error) ?? ""] ?? [];
  if (exitCode === undefined || rule === undefined || remedy === undefined) return undefined;
  const { path, syscall } = error as { readonly path?: unknown; readonly syscall?: unknown };
  if (typeof syscall !== "string" || /^(spawn|connect|listen)/.test(syscall)) return undefined;
  const subject = typeof path === "string" ? path : "a file";
  return { exitCode, problem: { subject, rule: `${rule} (${errorCode(error)})`, remedy } };
}
