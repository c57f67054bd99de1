import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";

const mainFile = path.join(import.meta.dirname, "..", "main.ts");

/** A harness in a separate process, which can be killed. */
export class HarnessProcess {
  readonly child: ChildProcess;
  #notes = "";
  #result = "";

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const ownEnv = { ...env, KUBECONFIG: "", SPACETIME_VR_E2E_KUBECONFIG: "" };
    this.child = spawn(process.execPath, [mainFile, ...args], {
      env: ownEnv,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stderr?.on("data", (chunk) => (this.#notes += chunk));
    this.child.stdout?.on("data", (chunk) => (this.#result += chunk));
  }

  get result(): string {
    return this.#result.trim();
  }

  get directory(): string {
    return /uses the directory (\S+)/.exec(this.#notes)?.[1] ?? "";
  }

  /** Port 1, which has no listener, until a port was chosen. */
  get port(): number {
    return Number(/on 127\.0\.0\.1:(\d+)/.exec(this.#notes)?.[1] ?? 1);
  }

  /** Waits until the harness has printed this. */
  async waitForOutput(text: string): Promise<void> {
    while (!this.#notes.includes(text)) {
      const ended = this.child.exitCode ?? this.child.signalCode;
      if (ended !== null)
        throw new Error(`the harness ended with ${ended} before it said "${text}":\n${this.#notes}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  kill(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.end();
  }

  end(): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null)
      return Promise.resolve(this.child.exitCode);
    return new Promise((resolve) => this.child.on("exit", resolve));
  }
}
