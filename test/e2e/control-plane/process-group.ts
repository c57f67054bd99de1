import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { TestToolError } from "../go-build/errors.ts";

/** A program to run; its log has the same name. */
export interface Program {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A started program. */
export interface RunningProgram {
  readonly name: string;
  readonly pid: number;
  /** Resolves with a message when the program has ended. */
  readonly ended: Promise<string>;
  hasEnded(): boolean;
  /** The last lines of its output. */
  logTail(): string;
}

/** The programs of one control plane: they run in its directory, log there and end together. */
export class ProcessGroup {
  readonly directory: string;
  readonly #children = new Map<ChildProcess, Promise<string>>();
  #failure: TestToolError | undefined;
  #ending = false;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The PIDs of the running programs. */
  get pids(): number[] {
    return [...this.#children.keys()].flatMap((child) => child.pid ?? []);
  }

  /** Why the control plane has failed, if a monitored program has ended. */
  get failure(): TestToolError | undefined {
    return this.#failure;
  }

  /** Starts a program without access to the user's configuration. */
  start(program: Program): RunningProgram {
    const { name, file, args } = program;
    const log = path.join(this.directory, `${name}.log`);
    const output = openSync(log, "w", 0o600);
    const env = { PATH: process.env.PATH, HOME: this.directory, TMPDIR: this.directory, ...program.env };
    const child = spawn(file, args, { cwd: this.directory, env, stdio: ["ignore", output, output] });
    closeSync(output);
    const ended = new Promise<string>((resolve) => {
      child.on("error", (error) => resolve(`${name} could not be started: ${error.message}`));
      child.on("exit", (code, signal) => resolve(`${name} ended with ${signal ?? `exit code ${code}`}`));
    });
    this.#children.set(child, ended);
    void ended.then(() => this.#children.delete(child));
    const hasEnded = () => !this.#children.has(child);
    return { name, pid: child.pid ?? 0, ended, hasEnded, logTail: () => readLogTail(log) };
  }

  /** From now on, the control plane fails if this program ends; `onFailure` is called immediately. */
  watch(program: RunningProgram, onFailure: () => void): void {
    void program.ended.then((sentence) => {
      if (this.#ending || this.#failure !== undefined) return;
      this.#failure = new TestToolError(
        `${sentence}; the control plane has failed. Its log ends:\n${program.logTail()}`,
      );
      onFailure();
    });
  }

  /** Kills every program. No data needs to be saved, because the directory is deleted. */
  kill(): void {
    this.#ending = true;
    for (const child of this.#children.keys()) child.kill("SIGKILL");
  }

  /** Kills every program and waits until the operating system has reaped them. */
  async end(): Promise<void> {
    const all = [...this.#children.values()];
    this.kill();
    await Promise.all(all);
  }
}

/** The last lines of a log, or a note that it is empty. */
function readLogTail(file: string, lines = 12): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines).join("\n") || "(an empty log)";
  } catch {
    return "(no log)";
  }
}
