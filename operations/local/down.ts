import { rmSync } from "node:fs";
import { endLeftOver, leftOver } from "./children.ts";
import { askSupervisor } from "./control.ts";
import { isAlive } from "./identity.ts";
import { type LockHolder, lockState } from "./lock.ts";
import { localPaths } from "./paths.ts";
import type { Hear } from "./up.ts";

/** What there was to stop. */
export type Down =
  | { readonly kind: "stopped" }
  /** The supervisor was gone; its children were not. */
  | { readonly kind: "cleared"; readonly ended: readonly string[] }
  | { readonly kind: "nothing" };

/** Time for the supervisor to end after it was told by a signal: a drain and the stores' shutdown. */
const SIGNAL_MS = 60_000;

/** Time for its process to go after it has said that everything is stopped. */
const LEAVE_MS = 10_000;

/** Stops the deployment in order; after a killed supervisor it ends what that one left. */
export async function stopDeployment(project: string, hear: Hear): Promise<Down> {
  const paths = localPaths(project);
  const state = lockState(paths.lock);
  if (state.kind !== "held") {
    const ended = (await endLeftOver(paths.children)).map(({ name, pid }) => `${name} (process ${pid})`);
    if (state.kind === "stale") rmSync(paths.lock, { force: true });
    return ended.length > 0 ? { kind: "cleared", ended } : { kind: "nothing" };
  }
  try {
    await askSupervisor(paths.control, { do: "stop" }, hear);
    await leaves(state.holder, LEAVE_MS);
  } catch {
    hear({
      at: new Date().toISOString(),
      level: "warning",
      words: "the supervisor does not answer: ending it",
    });
    await endBySignal(state.holder);
  }
  if (leftOver(paths.children).length > 0) await endLeftOver(paths.children);
  if (lockState(paths.lock).kind === "stale") rmSync(paths.lock, { force: true });
  return { kind: "stopped" };
}

async function endBySignal(holder: LockHolder): Promise<void> {
  for (const [signal, ms] of [
    ["SIGTERM", SIGNAL_MS],
    ["SIGKILL", LEAVE_MS],
  ] as const) {
    if (!isAlive(holder)) return;
    process.kill(holder.pid, signal);
    if (await leaves(holder, ms)) return;
  }
}

async function leaves(holder: LockHolder, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (isAlive(holder)) {
    // A foreground `up` prints its last words after everything is stopped, perhaps to somebody else's slow terminal.
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
