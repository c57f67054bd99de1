import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { errorCode, TestToolError } from "../go-build/errors.ts";
import { cacheDirectory } from "../go-build/go-build.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { RemoveLeftovers } from "./supervisor-protocol.ts";

/** A control plane in the background, as described by its state file. */
interface DetachedControlPlane {
  readonly kubeconfig: string;
  readonly server: string;
  readonly directory: string;
  /** The supervisor first, then its child processes. */
  readonly pids: readonly number[];
}

const stopTimeoutMs = 15_000;

/** The default path of the state file in the background, in a folder of the cache. */
export function defaultStateFile(folder: string, env: NodeJS.ProcessEnv): string {
  return path.join(cacheDirectory(folder, env), "detached.json");
}

/** Writes the state file and lets the control plane outlive this process. */
export async function detach(plane: ControlPlane, stateFile: string): Promise<void> {
  const { kubeconfig, server, directory, pids } = plane;
  await mkdir(path.dirname(stateFile), { recursive: true, mode: 0o700 });
  try {
    // An existing file is not overwritten, because it may be the only reference to another control plane.
    await writeFile(stateFile, `${JSON.stringify({ kubeconfig, server, directory, pids }, undefined, 2)}\n`, {
      flag: "wx",
      mode: 0o600,
    });
  } catch (error) {
    await plane.stop();
    if (errorCode(error) !== "EEXIST") throw error;
    throw new TestToolError(
      `${stateFile} was created by another control plane in the meantime. ` +
        'Use that one, or stop it with "down".',
    );
  }
  await plane.release(stateFile);
}

/** Reads the control plane in the background from its state file; undefined if there is none. */
export async function readDetached(stateFile: string): Promise<DetachedControlPlane | undefined> {
  const text = await readFile(stateFile, "utf8").catch((error) => {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const state = parseState(text);
  if (state !== undefined) return state;
  const remedy = 'It is written by "up --detach"; delete it when no control plane is running.';
  throw new TestToolError(`${stateFile} is not a state file of the control plane. ${remedy}`, 2);
}

function parseState(text: string): DetachedControlPlane | undefined {
  try {
    const { kubeconfig, server, directory, pids } = JSON.parse(text) as Record<string, unknown>;
    const texts = [kubeconfig, server, directory].every((value) => typeof value === "string");
    const numbers = Array.isArray(pids) && pids.every((pid) => Number.isInteger(pid) && pid > 1);
    return texts && numbers ? ({ kubeconfig, server, directory, pids } as DetachedControlPlane) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether its supervisor is running. */
export async function isAlive(detached: DetachedControlPlane): Promise<boolean> {
  const [supervisor] = detached.pids;
  return supervisor !== undefined && (await isProcessOf(supervisor, detached.directory));
}

/** Ends it, waits until everything is removed, and deletes the state file. */
export async function stopDetached(
  detached: DetachedControlPlane,
  stateFile: string,
  removeLeftovers: RemoveLeftovers = async () => {},
): Promise<void> {
  const { directory, pids } = detached;
  const [supervisor] = pids;
  if (supervisor !== undefined && (await sendSignal(supervisor, "SIGTERM", directory))) {
    const deadline = Date.now() + stopTimeoutMs;
    while (Date.now() < deadline && (await isProcessOf(supervisor, directory))) await sleep(50);
  }
  // Needed only if the supervisor was killed or does not respond.
  for (const pid of pids) await sendSignal(pid, "SIGKILL", directory);
  if (isControlPlaneDirectory(directory)) {
    await removeLeftovers(directory);
    await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
  await rm(stateFile, { force: true });
}

/** The state file is untrusted: the path in it is removed only if it is a directory of this harness. */
function isControlPlaneDirectory(directory: string): boolean {
  return /^spacetime-vr-control-plane-[0-9a-f]{12}$/.test(path.basename(directory)) && existsSync(directory);
}

async function sendSignal(pid: number, name: NodeJS.Signals, directory: string): Promise<boolean> {
  if (!(await isProcessOf(pid, directory))) return false;
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
    throw error;
  }
}

/** A PID may have been reused, but the command line contains the random directory name. */
async function isProcessOf(pid: number, directory: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => readCommandLine(pid));
  return command.includes(directory);
}

async function readCommandLine(pid: number): Promise<string> {
  const asked = promisify(execFile)("ps", ["-ww", "-o", "command=", "-p", String(pid)]);
  return await asked.then((result) => result.stdout).catch(() => "");
}
