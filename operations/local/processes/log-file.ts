import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { errorCode } from "../../../components/shared/error-code.ts";
import { PRIVATE_FILE_MODE } from "../files.ts";

/** A server at log level debug writes about 1 MB per hour, so five files of 10 MB cover two days. */
const MAX_BYTES = 10_000_000;
const MAX_FILES = 5;

interface LogFileOptions {
  readonly maxBytes?: number;
  readonly maxFiles?: number;
  /** Called once when log lines are lost, for example on a full disk. */
  readonly onWriteError?: (code: string) => void;
  /** Replaces the file system in tests. */
  readonly write?: (descriptor: number, text: string) => void;
}

/** A rotated log: `name.log` has the newest lines, then `name.log.1` and so on; the oldest file is deleted. */
export class LogFile {
  readonly path: string;
  readonly #options: LogFileOptions;
  #descriptor: number | undefined;
  #bytes = 0;
  #isFailing = false;

  constructor(path: string, options: LogFileOptions = {}) {
    this.path = path;
    this.#options = options;
  }

  /** Writes text; a write error loses lines, but does not end the process. */
  write(text: string): void {
    try {
      this.#open();
      if (this.#bytes > 0 && this.#bytes + text.length > (this.#options.maxBytes ?? MAX_BYTES))
        this.#rotate();
      const descriptor = this.#open();
      (this.#options.write ?? writeSync)(descriptor, text);
      this.#bytes += Buffer.byteLength(text);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#options.onWriteError?.(errorCode(error) ?? "unknown");
      this.#isFailing = true;
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(): number {
    if (this.#descriptor === undefined) {
      this.#descriptor = openSync(this.path, "a", PRIVATE_FILE_MODE);
      this.#bytes = statSync(this.path).size;
    }
    return this.#descriptor;
  }

  #rotate(): void {
    this.close();
    const files = this.#options.maxFiles ?? MAX_FILES;
    rmSync(`${this.path}.${files - 1}`, { force: true });
    for (let number = files - 2; number >= 0; number -= 1) {
      const from = number === 0 ? this.path : `${this.path}.${number}`;
      try {
        renameSync(from, `${this.path}.${number + 1}`);
      } catch (error) {
        if (errorCode(error) !== "ENOENT") throw error;
      }
    }
  }
}
