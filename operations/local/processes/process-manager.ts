import { join } from "node:path";
import { pollUntil } from "../../poll-until.ts";
import type { LocalPaths } from "../paths.ts";
import { ChildList } from "./child-list.ts";
import { LogFile } from "./log-file.ts";
import { ManagedProcess, type ProcessReport, type ProcessSpec } from "./managed-process.ts";

/** An event for the terminal and the log. */
export interface LocalEvent {
  /** ISO 8601. */
  readonly at: string;
  readonly level: "info" | "warning" | "error";
  readonly message: string;
}

type Log = (level: LocalEvent["level"], message: string) => void;

const POLL_INTERVAL_MS = 50;

/** Time for a process that the orderly stop has missed. */
const STOP_GRACE_MS = 2000;

/** What the components of a deployment share: paths, event log and processes. */
export class ProcessManager {
  readonly paths: LocalPaths;
  readonly log: Log;
  readonly #children: ChildList;
  readonly #processes = new Map<string, ManagedProcess>();
  readonly #onChange: () => void;

  constructor(paths: LocalPaths, log: Log, onChange: () => void) {
    this.paths = paths;
    this.log = log;
    this.#children = new ChildList(paths.children);
    this.#onChange = onChange;
  }

  /** Creates a supervised process without starting it. Its log is `logs/<name>.log`. */
  manage(spec: ProcessSpec): ManagedProcess {
    const log = new LogFile(join(this.paths.logs, `${spec.name}.log`), {
      onWriteError: (code) =>
        this.log("warning", `${spec.name}: its log cannot be written (${code}); it continues without a log`),
    });
    const managed = new ManagedProcess(spec, {
      log,
      children: this.#children,
      onChange: (report, message) => {
        if (report.state === "stopped" || report.state === "failed") log.close();
        this.#logReport(report, message);
        this.#onChange();
      },
    });
    this.#processes.set(spec.name, managed);
    return managed;
  }

  remove(process: ManagedProcess): void {
    if (this.#processes.get(process.spec.name) === process) this.#processes.delete(process.spec.name);
    this.#onChange();
  }

  /** Stops all processes that run or would be restarted, in reverse start order: the server before its database. */
  async end(): Promise<void> {
    for (const managed of [...this.#processes.values()].reverse()) await managed.stop(STOP_GRACE_MS);
  }

  /** Resets the restart counter of every process. @returns a function that restores them. */
  resetRestartCounts(): () => void {
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

  #logReport({ name, pid, state }: ProcessReport, message: string): void {
    const number = pid === undefined ? "" : ` (process ${pid})`;
    if (state === "failed") this.log("error", `${name} ${message}`);
    else if (state === "restarting") this.log("warning", `${name} ${message}`);
    else this.log("info", `${name} ${message}${state === "stopping" || state === "stopped" ? "" : number}`);
  }
}

/** How to check that a service is ready, and what to report if it is not. */
export type StartResult<Part> = { readonly part: Part } | { readonly reason: string };

/** Polls until the check returns true, the process fails or the timeout expires. */
export async function waitUntilReady(
  managed: ManagedProcess,
  seconds: number,
  isReadyNow: () => Promise<boolean>,
): Promise<boolean> {
  let isReady = false;
  await pollUntil(
    async () => {
      isReady = managed.alive && (await isReadyNow().catch(rethrowPermanent));
      return isReady || !managed.alive;
    },
    { timeoutMs: seconds * 1000, intervalMs: POLL_INTERVAL_MS },
  );
  if (isReady) managed.markReady();
  return isReady;
}

/** A failure that waiting cannot change. */
export class PermanentError extends Error {}

function rethrowPermanent(error: unknown): false {
  if (error instanceof PermanentError) throw error;
  return false;
}

/** The environment of every program: search paths, user and locale, nothing of the deployment. */
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
