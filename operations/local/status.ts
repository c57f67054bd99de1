import { readJson } from "./files.ts";
import { localPaths } from "./paths.ts";
import { findOrphans } from "./processes/child-list.ts";
import { type CurrentRelease, readCurrent } from "./releases/history.ts";
import { type LockHolder, readLockState } from "./supervisor/lock.ts";
import type { RunningState } from "./supervisor/running-state.ts";

/** The status of the deployment. */
export type LocalStatus =
  | { readonly state: "up"; readonly supervisor: LockHolder; readonly running: RunningState }
  /** The supervisor was killed, and these of its child processes still run. */
  | { readonly state: "orphaned"; readonly left: readonly { readonly name: string; readonly pid: number }[] }
  | { readonly state: "down"; readonly current: CurrentRelease | undefined };

/** Reads the status from files and from the process table, without contacting the supervisor. */
export function localStatus(project: string): LocalStatus {
  const paths = localPaths(project);
  const lock = readLockState(paths.lock);
  const running = readJson<RunningState>(paths.running);
  if (lock.kind === "held" && running !== undefined) return { state: "up", supervisor: lock.holder, running };
  const left = findOrphans(paths.children);
  if (lock.kind !== "held" && left.length > 0) return { state: "orphaned", left };
  return { state: "down", current: readCurrent(paths) };
}
