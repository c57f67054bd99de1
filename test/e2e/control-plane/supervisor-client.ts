import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode, TestToolError } from "../go-build/errors.ts";
import {
  createLineReader,
  type ReleaseRequest,
  type RemoveLeftovers,
  type SupervisorMessage,
  type SupervisorRequest,
} from "./supervisor-protocol.ts";

const controlPlaneSupervisor = path.join(import.meta.dirname, "supervisor.ts");
const stopTimeoutMs = 15_000;

/** Options of a supervisor. */
interface SupervisorClientOptions {
  readonly order: SupervisorRequest;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
  /** @default the one of a control plane with simulated nodes */
  readonly supervisor?: string;
  readonly removeLeftovers?: RemoveLeftovers;
}

/** The client of a supervisor. It holds the pipe: when the pipe closes, the control plane ends. */
export class SupervisorClient {
  /** A random name in every command line, by which processes of this control plane are identified. */
  readonly directory: string;
  readonly #child: ChildProcess;
  readonly #options: SupervisorClientOptions;
  readonly #ended: Promise<void>;
  readonly #messages: SupervisorMessage[] = [];
  readonly #listeners = new Set<() => void>();
  #complaint = "";
  #hasEnded = false;

  constructor(options: SupervisorClientOptions) {
    assertSupported();
    const name = `spacetime-vr-control-plane-${randomBytes(6).toString("hex")}`;
    this.directory = path.join(options.env.TMPDIR || tmpdir(), name);
    this.#options = options;
    const args = [
      options.supervisor ?? controlPlaneSupervisor,
      this.directory,
      JSON.stringify(options.order),
    ];
    this.#child = spawn(process.execPath, args, { env: options.env, detached: true, stdio: "pipe" });
    this.#child.stdin?.on("error", () => {});
    this.#child.stdout?.on(
      "data",
      createLineReader((line) => this.#receive(JSON.parse(line) as SupervisorMessage)),
    );
    this.#child.stderr?.on("data", (chunk) => {
      this.#complaint = (this.#complaint + chunk).slice(-4_000);
    });
    this.#ended = this.#settle();
  }

  /** The supervisor's PID. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Waits for a message of this kind; rejects if the supervisor fails or exits without one. */
  async expect<K extends SupervisorMessage["kind"]>(
    kind: K,
  ): Promise<Extract<SupervisorMessage, { kind: K }>> {
    for (;;) {
      const found = this.#messages.find((message) => message.kind === kind);
      if (found !== undefined) return found as Extract<SupervisorMessage, { kind: K }>;
      if (this.#hasEnded)
        throw this.failure() ?? new TestToolError("the control plane was stopped during the start.");
      await new Promise<void>((resolve) => this.#listeners.add(resolve));
    }
  }

  /** Why the control plane has ended unexpectedly. */
  failure(): TestToolError | undefined {
    const failed = this.#messages.find((message) => message.kind === "failed");
    if (failed !== undefined) return new TestToolError(failed.message, failed.exitCode);
    if (!this.#hasEnded || this.#child.exitCode === 0) return undefined;
    const how = this.#child.signalCode ?? `exit code ${this.#child.exitCode}`;
    return new TestToolError(
      `the supervisor of the control plane ended with ${how}. ${this.#complaint.trim()}`.trim(),
    );
  }

  /** Throws if the control plane has ended. */
  assertAlive(): void {
    if (!this.#hasEnded) return;
    throw this.failure() ?? new TestToolError("the control plane has been stopped; start another one.");
  }

  /** Lets this process exit without waiting for the control plane, which then ends as well. */
  unref(): void {
    this.#holdLoop("unref");
  }

  /** Makes the supervisor outlive this process; it removes `stateFile` when it exits. */
  async release(stateFile: string): Promise<void> {
    this.#holdLoop("ref");
    const order: ReleaseRequest = { release: stateFile };
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
    await this.expect("released");
    this.unref();
  }

  /** Waits until the control plane ends; rejects if the end was not requested. */
  async wait(): Promise<void> {
    this.#holdLoop("ref");
    await this.#ended;
    const failure = this.failure();
    if (failure !== undefined) throw failure;
  }

  /** Ends the control plane and waits until everything is removed. */
  async end(): Promise<void> {
    this.#holdLoop("ref");
    this.#child.kill("SIGTERM");
    const impatience = setTimeout(() => this.#child.kill("SIGKILL"), stopTimeoutMs);
    await this.#ended;
    clearTimeout(impatience);
  }

  /** The pipe to a child process is a socket, although its type says otherwise, so it can be unreferenced. */
  #holdLoop(how: "ref" | "unref"): void {
    this.#child[how]();
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) {
      if (stream instanceof Socket) stream[how]();
    }
  }

  #receive(message: SupervisorMessage): void {
    if (message.kind === "progress") this.#options.progress(message.line);
    else this.#messages.push(message);
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  async #settle(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#child.on("close", () => resolve()));
    await new Promise<void>((resolve) => {
      this.#child.on("exit", () => resolve());
      this.#child.on("error", (error) => {
        this.#complaint = error.message;
        resolve();
      });
    });
    await this.#removeLeftovers();
    // Its last message may still be in the pipe.
    await closed;
    this.#hasEnded = true;
    this.#notify();
  }

  /** A killed supervisor cannot clean up, but its process group is still known. */
  async #removeLeftovers(): Promise<void> {
    if (!existsSync(this.directory)) return;
    await killProcessGroup(this.pid);
    await this.#options.removeLeftovers?.(this.directory);
    await rm(this.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

function assertSupported(): void {
  if (process.platform === "win32") {
    const remedy = "Set SPACETIME_VR_E2E_KUBECONFIG to use an existing cluster.";
    throw new TestToolError(`the test control plane runs on Linux and macOS, not on Windows. ${remedy}`, 3);
  }
  // The supervisor is a TypeScript file that Node runs without flags; only jest supports older versions of Node.
  if (!("typescript" in process.features) || !process.features.typescript) {
    const remedy = 'Run the tests with "npm run", which uses the packaged Node.';
    throw new TestToolError(
      `Node is ${process.version}; the test control plane needs 22.18 or newer. ${remedy}`,
      3,
    );
  }
}

/** Kills the process group of a supervisor and waits until the operating system has reaped it. */
async function killProcessGroup(leader: number): Promise<void> {
  for (let attempt = 0; attempt < 250 && signalProcessGroup(leader, attempt === 0 ? "SIGKILL" : 0); attempt++)
    await sleep(20);
}

/** Returns false if the group does not exist. */
function signalProcessGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return leader > 1 && process.kill(-leader, signal);
  } catch (error) {
    // macOS returns EPERM for a group of zombie processes.
    if (errorCode(error) === "ESRCH" || errorCode(error) === "EPERM") return false;
    throw error;
  }
}
