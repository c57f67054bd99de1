import { CommanderError } from "commander";
import { errorCode } from "../components/shared/error-code.ts";
import { escapeUnsafeCharacters, InputError, MissingToolError } from "../components/shared/errors.ts";
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
  const message = escapeUnsafeCharacters(error instanceof Error ? error.message : String(error)).slice(
    0,
    MAX_MESSAGE_LENGTH,
  );
  const advice = debug
    ? trace
    : "This is not a usage error. Run the command again with --debug and report the stack trace.\n";
  return { exitCode: 1, text: `Unexpected error: ${message}\n${advice}` };
}
