import { join } from "node:path";
import type { LocalPaths } from "../paths.ts";
import { ChildList } from "./child-list.ts";
import { LogFile } from "./log-file.ts";
import { ManagedProcess, type ProcessReport, type ProcessSpec } from "./managed-process.ts";

/** Something that happened, for the terminal and for the log. */
export interface LocalEvent {
  /** ISO 8601. */
  readonly at: string;
  readonly level: "info" | "warning" | "error";
  readonly message: string;
}

export type Log = (level: LocalEvent["level"], words: string) => void;

/** Time for a process that the orderly end has missed. */
const STOP_GRACE_MS = 2000;

/** What the parts of a deployment share: where things lie, who hears of them, and which processes there are. */
export class ProcessManager {
  readonly paths: LocalPaths;
  readonly tell: Log;
  readonly #children: ChildList;
  readonly #processes = new Map<string, ManagedProcess>();
  readonly #onChange: () => void;

  constructor(paths: LocalPaths, tell: Log, onChange: () => void) {
    this.paths = paths;
    this.tell = tell;
    this.#children = new ChildList(paths.children);
    this.#onChange = onChange;
  }

  /** Makes a supervised process; it is not started yet. Its log is `logs/<name>.log`. */
  manage(spec: ProcessSpec): ManagedProcess {
    const log = new LogFile(join(this.paths.logs, `${spec.name}.log`), {
      onWriteError: (code) =>
        this.tell("warning", `${spec.name}: its log cannot be written (${code}); it continues without a log`),
    });
    const managed = new ManagedProcess(spec, {
      log,
      children: this.#children,
      onChange: (report, words) => {
        if (report.state === "stopped" || report.state === "failed") log.close();
        this.#tellOf(report, words);
        this.#onChange();
      },
    });
    this.#processes.set(spec.name, managed);
    return managed;
  }

  forget(process: ManagedProcess): void {
    if (this.#processes.get(process.spec.name) === process) this.#processes.delete(process.spec.name);
    this.#onChange();
  }

  /** Ends whatever still runs, or would be started again: the last first, the server before its database. */
  async end(): Promise<void> {
    for (const managed of [...this.#processes.values()].reverse()) await managed.stop(STOP_GRACE_MS);
  }

  /** Begins to count every process's restarts anew. @returns what takes that back. */
  forgive(): () => void {
    const back = [...this.#processes.values()].map((managed) => managed.resetRestartCount());
    this.#onChange();
    return () => {
      for (const restore of back) restore();
      this.#onChange();
    };
  }

  get reports(): ProcessReport[] {
    return [...this.#processes.values()].map(({ report }) => report);
  }

  #tellOf({ name, pid, state }: ProcessReport, words: string): void {
    const number = pid === undefined ? "" : ` (process ${pid})`;
    if (state === "failed") this.tell("error", `${name} ${words}`);
    else if (state === "restarting") this.tell("warning", `${name} ${words}`);
    else this.tell("info", `${name} ${words}${state === "stopping" || state === "stopped" ? "" : number}`);
  }
}

/** How a part came up, or why it did not. */
export type StartResult<Part> = { readonly part: Part } | { readonly reason: string };

/** Asks until the answer is true, the process gives up, or time is over. */
export async function waitUntilReady(
  managed: ManagedProcess,
  seconds: number,
  ask: () => Promise<boolean>,
): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline && managed.alive) {
    if (await ask().catch(rethrowPermanent)) {
      managed.markReady();
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** A failure that waiting cannot change. */
export class PermanentError extends Error {}

function rethrowPermanent(error: unknown): false {
  if (error instanceof PermanentError) throw error;
  return false;
}

/** The environment that every program gets: where to find things, and nothing of the deployment. */
export function baseEnvironment(): Record<string, string> {
  const kept = [
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SystemRoot",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "XDG_DATA_HOME",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
  ];
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
