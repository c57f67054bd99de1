import { lstatSync, realpathSync, statSync, writeFileSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { errorCode } from "../components/shared/error-code.ts";
import { InputError } from "../components/shared/errors.ts";
import { writeAtomically } from "../components/shared/write-atomically.ts";
import type { FormatOptions } from "../plan/format.ts";
import { OutputError } from "./error-report.ts";

/** The output of commands. Results are written completely to standard output, everything else to standard error. */
export interface Output {
  /** How results for humans are formatted: width and colours of the terminal. */
  readonly style: FormatOptions;
  /** @throws OutputError if standard output is a file that cannot be written completely. */
  readonly result: (text: string) => void;
  /** Writes a message to standard error. */
  readonly note: (sentence: string) => void;
  /** Whether standard error is a terminal, on which `progress` is shown. */
  readonly isTerminal: boolean;
  /** Shows the current step on a terminal, until the next output. */
  readonly progress: (activity: string) => void;
}

/** Clears a line without a line break. */
const CLEAR_LINE = "\r\x1b[K";

/** The output of this process. */
export function processOutput(): Output {
  const { stdout, stderr } = process;
  let inProgress = false;
  const clear = (): void => {
    if (inProgress) stderr.write(CLEAR_LINE);
    inProgress = false;
  };
  return {
    style: stdout.isTTY ? terminalStyle(stdout) : {},
    result: (text) => {
      clear();
      // Node writes pipes and terminals completely, but its stream does not report a short write to a file.
      if ((stdout as unknown) instanceof Socket) stdout.write(text);
      else writeFully(stdout.fd, text);
    },
    note: (sentence) => {
      clear();
      stderr.write(`${sentence}\n`);
    },
    isTerminal: stderr.isTTY === true,
    progress: (activity) => {
      if (!stderr.isTTY) return;
      clear();
      stderr.write(`${activity}…`);
      inProgress = true;
    },
  };
}

type Write = (descriptor: number, bytes: Buffer, offset: number) => number;

/**
 * Writes the complete text; on a full disk, the first write is short and only the next one fails.
 * @throws OutputError if it cannot be written.
 */
export function writeFully(descriptor: number, text: string, write: Write = writeSync): void {
  const bytes = Buffer.from(text);
  try {
    for (let written = 0; written < bytes.length; ) written += write(descriptor, bytes, written);
  } catch (error) {
    throw new OutputError(error);
  }
}

function terminalStyle(terminal: NodeJS.WriteStream & { fd: 1 }): FormatOptions {
  // Some pseudo-terminals, such as an editor's, report no columns.
  return { colour: terminal.hasColors(), ...(terminal.columns > 0 ? { width: terminal.columns } : {}) };
}

/**
 * Ends without an error if the reader has closed the pipe, as `| head` does; reports other errors in one line and
 * sets the exit code.
 */
export function handleClosedPipe(): void {
  const { stdout, stderr } = process;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    stderr.write(`${new OutputError(error).message}\n`);
    process.exitCode = 1;
  });
  // Standard error cannot be written either, so nothing can be reported.
  stderr.on("error", () => {});
}

/** Formats a result as indented JSON with a final line break. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/**
 * Writes a file that an option names, by way of a temporary file, so that no reader sees a partial file. A symbolic
 * link is followed; a terminal or a pipe, such as /dev/stdout, is written to and not replaced.
 * @throws InputError that names the option if the file cannot be written.
 */
export function writeResultFile(option: string, path: string, text: string, mode = 0o666): void {
  const rejected = (rule: string, remedy: string) =>
    new InputError("The file was not written:", [{ subject: option, value: path, rule, remedy }]);
  let target: string | undefined;
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing?.isCharacterDevice() === true || existing?.isFIFO() === true) {
      writeFileSync(path, text);
      return;
    }
    target = lstatSync(path, { throwIfNoEntry: false }) === undefined ? path : realpathSync(path);
    writeAtomically(target, (temporaryPath) => writeFileSync(temporaryPath, text, { mode, flag: "wx" }));
  } catch (error) {
    const code = errorCode(error) ?? String(error);
    if (target === undefined && code === "ENOENT") {
      throw rejected("is a link to nothing", "Remove the link, or name the file itself.");
    }
    const remedy = "Name a file in a directory that exists and that you may write to.";
    throw rejected(`cannot be written (${code})`, remedy);
  }
}
