import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { ControlPlaneError } from "./errors.ts";

/** A program to run: its name is its log's name too. */
export interface Program {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
}

/** A program that was started. */
export interface RunningProgram {
  readonly name: string;
  /** Resolves with a sentence once the program has ended. */
  readonly ended: Promise<string>;
  hasEnded(): boolean;
  /** The last lines of what it printed. */
  logTail(): string;
}

/** The programs of one control plane: started in its directory, logged there, and ended together. */
export class ProcessGroup {
  readonly directory: string;
  readonly #children = new Map<ChildProcess, Promise<string>>();
  #failure: ControlPlaneError | undefined;
  #ending = false;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The process ids that are alive. */
  get pids(): number[] {
    return [...this.#children.keys()].flatMap((child) => child.pid ?? []);
  }

  /** Why the control plane cannot go on, once one of the watched programs has ended. */
  get failure(): ControlPlaneError | undefined {
    return this.#failure;
  }

  /** Starts a program with nothing of the user's configuration in reach. */
  start(program: Program): RunningProgram {
    const { name, file, args } = program;
    const log = path.join(this.directory, `${name}.log`);
    const output = openSync(log, "w", 0o600);
    const env = { PATH: process.env.PATH, HOME: this.directory, TMPDIR: this.directory };
    const child = spawn(file, args, { cwd: this.directory, env, stdio: ["ignore", output, output] });
    closeSync(output);
    const ended = new Promise<string>((resolve) => {
      child.on("error", (error) => resolve(`${name} could not be started: ${error.message}`));
      child.on("exit", (code, signal) => resolve(`${name} ended with ${signal ?? `exit code ${code}`}`));
    });
    this.#children.set(child, ended);
    void ended.then(() => this.#children.delete(child));
    return { name, ended, hasEnded: () => !this.#children.has(child), logTail: () => readLogTail(log) };
  }

  /** From now on the control plane has failed when this program ends; `onFailure` learns of it at once. */
  watch(program: RunningProgram, onFailure: () => void): void {
    void program.ended.then((sentence) => {
      if (this.#ending || this.#failure !== undefined) return;
      this.#failure = new ControlPlaneError(
        `${sentence}; the control plane cannot go on. Its log ends:\n${program.logTail()}`,
      );
      onFailure();
    });
  }

  /** Kills every program. There is nothing to save: the data goes with the directory. */
  kill(): void {
    this.#ending = true;
    for (const child of this.#children.keys()) child.kill("SIGKILL");
  }

  /** Kills every program and waits until the system has buried them. */
  async end(): Promise<void> {
    const all = [...this.#children.values()];
    this.kill();
    await Promise.all(all);
  }
}

/** The last lines of a log, or a remark that there is none. */
export function readLogTail(file: string, lines = 12): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines).join("\n") || "(an empty log)";
  } catch {
    return "(no log)";
  }
}
