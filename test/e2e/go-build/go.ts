import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { errorCode, TestToolError } from "./errors.ts";

/** The installed Go and its target platform. */
export interface GoTool {
  readonly version: string;
  readonly os: string;
  readonly arch: string;
}

/** Options for running `go`. */
interface GoRun {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** The environment of every `go` call: only dependencies from go.mod and go.sum, and no C compiler. */
export function goEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { GOOS: _os, GOARCH: _arch, ...rest } = env;
  return { ...rest, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" };
}

/** The Go that a build needs, for its error messages. */
export interface GoRequirement {
  /** What is built: "test control plane". */
  readonly name: string;
  /** The oldest version that builds it, as in `1.26.0`. */
  readonly goVersion: string;
  /** A folder with a go.mod that requires this version. */
  readonly goModule: string;
  /** What can be used instead, as the end of a sentence; empty if nothing can. */
  readonly alternative: string;
}

/** Finds Go; throws if it is missing or too old. */
export async function findGo(
  { name, goVersion, goModule, alternative }: GoRequirement,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<GoTool> {
  const variables = ["GOVERSION", "GOOS", "GOARCH"];
  // Called inside the module, so that GOTOOLCHAIN has already selected a newer Go if needed.
  const run = { args: ["env", ...variables], cwd: goModule, env: goEnvironment(env), signal };
  const output = await runGo(run).catch((error: unknown) => {
    if (errorCode(error) !== "ENOENT") throw error;
    throw new TestToolError(
      `Go was not found on PATH; the ${name} is built with Go ${goVersion} or newer. ` +
        `Install it from go.dev/dl${alternative === "" ? "" : `, or ${alternative}`}.`,
      3,
      { cause: error },
    );
  });
  const [version = "", os = "", arch = ""] = output.trim().split("\n");
  if (!isAtLeast(version, goVersion)) {
    throw new TestToolError(
      `Go is ${version}; the ${name} needs ${goVersion} or newer. ` +
        "Install it from go.dev/dl and put it on PATH.",
      3,
    );
  }
  return { version, os, arch };
}

/** Whether a Go version such as `go1.26.8` or `1.26` is the wanted one or a newer one. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [have, want] = [version, wanted].map((text) => (text.match(/\d+/g) ?? []).map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (have?.[index] ?? 0) - (want?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Runs `go` in its own process group and returns its output; an abort ends the whole group. */
export function runGo(run: GoRun): Promise<string> {
  run.signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn("go", run.args, {
      cwd: run.cwd,
      env: run.env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    const abort = () => killGroup(child.pid);
    run.signal?.addEventListener("abort", abort, { once: true });
    lowerPriority(child.pid);
    child.stdout.on("data", (chunk) => (output.stdout += chunk));
    child.stderr.on("data", (chunk) => (output.stderr = (output.stderr + chunk).slice(-8_000)));
    child.on("error", (error) => reject(error));
    child.on("close", (code) => {
      run.signal?.removeEventListener("abort", abort);
      if (code === 0) resolve(output.stdout);
      else if (run.signal?.aborted) reject(run.signal.reason);
      else
        reject(
          new TestToolError(`"go ${run.args.join(" ")}" in ${run.cwd} failed:\n${output.stderr.trim()}`),
        );
    });
  });
}

/** A build uses every core for minutes, so it runs with low priority. */
function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // The process has already ended.
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}
