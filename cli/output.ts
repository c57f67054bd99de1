import { randomBytes } from "node:crypto";
import { lstatSync, realpathSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { errorCode } from "../components/shared/error-code.ts";
import { InputError } from "../components/shared/errors.ts";
import type { FormatOptions } from "../plan/format.ts";
import { OutputError } from "./error-report.ts";

/** Where a command's words go. Results go to standard output, whole; everything else to standard error. */
export interface Output {
  /** How results for people are written: as wide as the terminal, in colour where it has some. */
  readonly style: FormatOptions;
  /** @throws OutputError when standard output is a file that does not take it whole. */
  readonly result: (text: string) => void;
  /** A sentence beside the result. */
  readonly note: (sentence: string) => void;
  /** Whether standard error is a terminal, on which `progress` is shown. */
  readonly isTerminal: boolean;
  /** What is being done right now; shown on a terminal only, and gone with the next output. */
  readonly progress: (activity: string) => void;
}

/** Takes back a line that was not ended. */
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
      // Pipes and terminals are sockets to Node, and written whole. Of a file's short write its stream says nothing.
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
 * Writes all of a text; a full disk takes a part first and refuses only the next one.
 * @throws OutputError when it cannot be written.
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
  // Some terminals that are none, such as an editor's, say that they have no columns.
  return { colour: terminal.hasColors(), ...(terminal.columns > 0 ? { width: terminal.columns } : {}) };
}

/** Ends quietly when the reader has gone, as `| head` does; of other failures it says one line and sets the exit code. */
export function handleClosedPipe(): void {
  const { stdout, stderr } = process;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    stderr.write(`${new OutputError(error).message}\n`);
    process.exitCode = 1;
  });
  // There is nowhere left to say that nothing can be said.
  stderr.on("error", () => {});
}

/** JSON as results have it: indented, one line end at the end. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/**
 * Writes a file that a person named, aside first, so that nobody ever sees half of it. A link to it stays a link.
 * @throws InputError naming the option when it cannot be written.
 */
export function writeResultFile(option: string, path: string, text: string): void {
  const refused = (rule: string, remedy: string) =>
    new InputError("The file was not written:", [{ subject: option, value: path, rule, remedy }]);
  let aside: string | undefined;
  try {
    const present = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    const target = present ? realpathSync(path) : path;
    aside = `${target}.${randomBytes(4).toString("hex")}.tmp`;
    writeFileSync(aside, text, { flag: "wx" });
    renameSync(aside, target);
  } catch (error) {
    const code = errorCode(error) ?? String(error);
    if (aside === undefined && code === "ENOENT") {
      throw refused("is a link to nothing", "Remove the link, or name the file itself.");
    }
    if (aside !== undefined) rmSync(aside, { force: true });
    const remedy = "Name a file in a directory that exists and that you may write to.";
    throw refused(`cannot be written (${code})`, remedy);
  }
}
