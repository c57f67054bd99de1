import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { GAME_SERVER_LIVENESS, type LivenessBudget } from "../../../components/shared/liveness-budget.ts";
import type { ChildList } from "./child-list.ts";
import type { LogFile } from "./log-file.ts";
import { killGroup } from "./process-group.ts";

/** How a program is started. Secrets are passed in the environment or standard input, never as arguments. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The user that runs the process, if this process runs as root. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** Text for standard input, which is closed afterwards. */
  readonly input?: string;
  /** The signal for a graceful stop. */
  readonly stopSignal: NodeJS.Signals;
  /** Whether the running process answers; one that hangs is killed and restarted, as the kubelet does. */
  readonly isResponsive?: () => Promise<boolean>;
}

export type ProcessState = "starting" | "running" | "restarting" | "stopping" | "stopped" | "failed";

/** The observable state of a process. */
export interface ProcessReport {
  readonly name: string;
  readonly state: ProcessState;
  readonly pid: number | undefined;
  readonly restarts: number;
  /** ISO 8601; start time of the current process. */
  readonly since: string | undefined;
}

interface ManagedProcessOptions {
  readonly log: LogFile;
  readonly children: ChildList;
  /** Called on every state change. */
  readonly onChange: (report: ProcessReport, message: string) => void;
  readonly limits?: RestartLimits;
  readonly liveness?: LivenessBudget;
}

/** Limits after which a process is no longer restarted, because restarts do not help and hide the cause. */
interface RestartLimits {
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly maxRestarts: number;
  readonly windowMs: number;
}

const DEFAULT_LIMITS: RestartLimits = {
  initialBackoffMs: 200,
  maxBackoffMs: 10_000,
  maxRestarts: 5,
  windowMs: 60_000,
};

/** Number of output lines that are kept for error messages. */
const KEPT_OUTPUT_LINES = 12;

/** A supervised program: started, monitored, restarted when it exits unexpectedly, and stopped. */
export class ManagedProcess {
  readonly spec: ProcessSpec;
  readonly #options: ManagedProcessOptions;
  readonly #limits: RestartLimits;
  #child: ChildProcess | undefined;
  #state: ProcessState = "stopped";
  #since: string | undefined;
  #restarts = 0;
  #restartRequested = false;
  #exitTimes: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #livenessTimer: NodeJS.Timeout | undefined;
  #outputLines: string[] = [];

  constructor(spec: ProcessSpec, options: ManagedProcessOptions) {
    this.spec = spec;
    this.#options = options;
    this.#limits = options.limits ?? DEFAULT_LIMITS;
  }

  get report(): ProcessReport {
    const { name } = this.spec;
    return { name, state: this.#state, pid: this.#child?.pid, restarts: this.#restarts, since: this.#since };
  }

  /** Whether it runs or will be restarted. */
  get alive(): boolean {
    return this.#state === "starting" || this.#state === "running" || this.#state === "restarting";
  }

  /** Its last output. */
  get lastOutput(): string {
    return this.#outputLines.join("\n");
  }

  start(): void {
    this.#spawn("starting");
  }

  /** Marks the process as ready. */
  markReady(): void {
    if (this.#state === "starting") this.#change("running", "is up");
  }

  /** Sends a signal that does not end the process, such as SIGHUP to nginx. */
  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Restarts the process on purpose; this is not counted as a crash. */
  restart(): void {
    this.#restartRequested = true;
    this.#child?.kill(this.spec.stopSignal);
  }

  /** Resets the restart counter. @returns a function that restores it. */
  resetRestartCount(): () => void {
    const before = this.#restarts;
    this.#restarts = 0;
    return () => {
      this.#restarts += before;
    };
  }

  /** Stops the process: gracefully, and with SIGKILL after the grace period. */
  async stop(graceMs: number): Promise<void> {
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      if (this.#state !== "stopped") this.#change("stopped", "is stopped");
      return;
    }
    this.#change("stopping", "is stopping");
    const exited = once(child, "exit");
    child.kill(this.spec.stopSignal);
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await exited;
    clearTimeout(timer);
    this.#change("stopped", "is stopped");
  }

  #spawn(state: "starting" | "running"): void {
    const { command, args, env, cwd, owner, input } = this.spec;
    const child = spawn(command, [...args], {
      env: { ...env },
      cwd,
      ...owner,
      // In its own process group, because Ctrl-C in a terminal signals the whole group and the supervisor controls
      // the stop order.
      detached: process.platform !== "win32",
      windowsHide: true,
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    this.#child = child;
    this.#since = new Date().toISOString();
    child.once("error", (error) => this.#onExit(`cannot be started (${error.message})`));
    child.once("exit", (code, signal) => {
      clearInterval(this.#livenessTimer);
      if (child.pid !== undefined) {
        killGroup(child.pid);
        this.#options.children.remove(child.pid);
      }
      this.#onExit(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`);
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (data: Buffer) => this.#onOutput(data));
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
    if (child.pid !== undefined) this.#options.children.add(this.spec.name, child.pid);
    this.#change(state, state === "starting" ? "is started" : "is restarted");
    this.#watchLiveness(child);
  }

  #watchLiveness({ pid }: ChildProcess): void {
    const { isResponsive } = this.spec;
    if (isResponsive === undefined || pid === undefined) return;
    const { periodSeconds, timeoutSeconds, failureThreshold } =
      this.#options.liveness ?? GAME_SERVER_LIVENESS;
    let failures = 0;
    const check = async (): Promise<void> => {
      if (this.#state !== "running") return;
      const { promise: timeout, resolve } = Promise.withResolvers<false>();
      const timer = setTimeout(() => resolve(false), timeoutSeconds * 1000);
      failures = (await Promise.race([isResponsive().catch(() => false), timeout])) ? 0 : failures + 1;
      clearTimeout(timer);
      if (failures < failureThreshold || this.#state !== "running") return;
      this.#options.onChange(this.report, `has failed ${failures} liveness checks: it is killed`);
      killGroup(pid);
    };
    this.#livenessTimer = setInterval(() => void check(), periodSeconds * 1000);
    this.#livenessTimer.unref();
  }

  #onOutput(data: Buffer): void {
    const text = data.toString();
    this.#options.log.write(text);
    this.#outputLines = [...this.#outputLines, ...text.trimEnd().split("\n")].slice(-KEPT_OUTPUT_LINES);
  }

  #onExit(message: string): void {
    if (this.#state === "stopping" || this.#state === "stopped") return;
    // A process that was never ready is not restarted: its caller reports the failure with the reason.
    if (this.#state === "starting") {
      this.#change("failed", message);
      return;
    }
    if (this.#restartRequested) {
      this.#restartRequested = false;
      this.#spawn("running");
      return;
    }
    const now = Date.now();
    this.#exitTimes = [...this.#exitTimes.filter((time) => now - time < this.#limits.windowMs), now];
    if (this.#exitTimes.length > this.#limits.maxRestarts) {
      const seconds = Math.round(this.#limits.windowMs / 1000);
      this.#change(
        "failed",
        `${message}, the ${this.#exitTimes.length}th exit within ${seconds} s: not restarted`,
      );
      return;
    }
    const pause = Math.min(
      this.#limits.maxBackoffMs,
      this.#limits.initialBackoffMs * 2 ** (this.#exitTimes.length - 1),
    );
    this.#change("restarting", `${message}: restarting in ${pause} ms`);
    this.#timer = setTimeout(() => {
      this.#restarts += 1;
      this.#spawn("running");
    }, pause);
  }

  #change(state: ProcessState, message: string): void {
    this.#state = state;
    this.#options.onChange(this.report, message);
  }
}
