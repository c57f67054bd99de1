import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { ControlPlaneError, errorCode } from "./errors.ts";
import { isAtLeast, moduleDirectory, readVersions } from "./versions.ts";

/** The installed Go and its target platform. */
export interface GoTool {
  readonly version: string;
  readonly os: string;
  readonly arch: string;
}

/** Options for running `go`. */
export interface GoRun {
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

/** Finds Go; throws if it is missing or too old. */
export async function findGo(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<GoTool> {
  const wanted = readVersions().go;
  const names = ["GOVERSION", "GOOS", "GOARCH"];
  // Called inside the module, so that GOTOOLCHAIN has already selected a newer Go if needed.
  const cwd = moduleDirectory("kubernetes");
  const output = await runGo({ args: ["env", ...names], cwd, env: goEnvironment(env), signal });
  const [version = "", os = "", arch = ""] = output.trim().split("\n");
  if (!isAtLeast(version, wanted)) {
    throw new ControlPlaneError(
      `Go is ${version}; the test control plane needs ${wanted} or newer. ` +
        "Install it from go.dev/dl and put it on PATH.",
      3,
    );
  }
  return { version, os, arch };
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
    child.on("error", (error) => reject(explainMissing(error)));
    child.on("close", (code) => {
      run.signal?.removeEventListener("abort", abort);
      if (code === 0) resolve(output.stdout);
      else if (run.signal?.aborted) reject(run.signal.reason);
      else
        reject(
          new ControlPlaneError(`"go ${run.args.join(" ")}" in ${run.cwd} failed:\n${output.stderr.trim()}`),
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

function explainMissing(error: Error): Error {
  if (errorCode(error) !== "ENOENT") return error;
  const { go, kubernetes } = readVersions();
  return new ControlPlaneError(
    `Go was not found on PATH; the test control plane builds Kubernetes ${kubernetes} ` +
      `with Go ${go} or newer. ` +
      "Install it from go.dev/dl, or select an existing cluster with KUBECONFIG.",
    3,
    { cause: error },
  );
}
