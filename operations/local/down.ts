import { rmSync } from "node:fs";
import { pollUntil } from "../poll-until.ts";
import { localPaths } from "./paths.ts";
import { findOrphans, stopOrphans } from "./processes/child-list.ts";
import { isAlive } from "./processes/process-identity.ts";
import { requestSupervisor } from "./supervisor/control-channel.ts";
import { type LockHolder, readLockState } from "./supervisor/lock.ts";
import type { OnEvent } from "./up.ts";

/** What was stopped. */
export type StopResult =
  | { readonly kind: "stopped" }
  /** The supervisor had been killed, but its child processes were running. */
  | { readonly kind: "cleared"; readonly ended: readonly string[] }
  | { readonly kind: "nothing" };

/** Time for the supervisor to exit after SIGTERM: a drain and the shutdown of the data services. */
const SIGTERM_TIMEOUT_MS = 60_000;

/**
 * Time for the supervisor to exit after it has reported that all processes are stopped. A foreground `up` still prints
 * its last lines then, perhaps to a slow terminal.
 */
const EXIT_TIMEOUT_MS = 10_000;

const POLL_INTERVAL_MS = 50;

/** Stops the deployment in order, or the orphaned processes of a killed supervisor. */
export async function stopDeployment(project: string, onEvent: OnEvent): Promise<StopResult> {
  const paths = localPaths(project);
  const state = readLockState(paths.lock);
  if (state.kind !== "held") {
    const ended = (await stopOrphans(paths.children)).map(({ name, pid }) => `${name} (process ${pid})`);
    if (state.kind === "stale") rmSync(paths.lock, { force: true });
    return ended.length > 0 ? { kind: "cleared", ended } : { kind: "nothing" };
  }
  try {
    await requestSupervisor(paths.control, { do: "stop" }, onEvent);
    await waitForExit(state.holder, EXIT_TIMEOUT_MS);
  } catch {
    onEvent({
      at: new Date().toISOString(),
      level: "warning",
      message: "the supervisor does not answer: stopping it",
    });
    await terminate(state.holder);
  }
  if (findOrphans(paths.children).length > 0) await stopOrphans(paths.children);
  if (readLockState(paths.lock).kind === "stale") rmSync(paths.lock, { force: true });
  return { kind: "stopped" };
}

async function terminate(holder: LockHolder): Promise<void> {
  for (const [signal, ms] of [
    ["SIGTERM", SIGTERM_TIMEOUT_MS],
    ["SIGKILL", EXIT_TIMEOUT_MS],
  ] as const) {
    if (!isAlive(holder)) return;
    process.kill(holder.pid, signal);
    if (await waitForExit(holder, ms)) return;
  }
}

function waitForExit(holder: LockHolder, timeoutMs: number): Promise<boolean> {
  return pollUntil(() => !isAlive(holder), { timeoutMs, intervalMs: POLL_INTERVAL_MS });
}
