import { pollUntil } from "../../poll-until.ts";
import { readJson, writeJson } from "../files.ts";
import { groupMembers, killGroup } from "./process-group.ts";
import { identifyProcess, isAlive, type ProcessIdentity } from "./process-identity.ts";

/** A recorded child process of the supervisor, so that it can be stopped if the supervisor is killed. */
interface ChildRecord extends ProcessIdentity {
  readonly name: string;
}

/** Stores the list of the supervisor's child processes. */
export class ChildList {
  readonly #path: string;
  readonly #children = new Map<number, ChildRecord>();

  constructor(path: string) {
    this.#path = path;
  }

  /** Adds a process that was just started. */
  add(name: string, pid: number): void {
    const identity = identifyProcess(pid);
    if (identity === undefined) return;
    this.#children.set(pid, { name, ...identity });
    this.#write();
  }

  remove(pid: number): void {
    if (this.#children.delete(pid)) this.#write();
  }

  #write(): void {
    try {
      writeJson(this.#path, [...this.#children.values()]);
    } catch {
      // If the disk is full, the old list remains. A wrong entry is harmless, because each process is identified
      // before it is stopped.
    }
  }
}

/** Time for a child process to exit after SIGTERM before it is killed. */
const STOP_GRACE_MS = 5000;

const POLL_INTERVAL_MS = 50;

/**
 * Returns the child processes of a supervisor that has ended and that still run, or whose own children still run. They are identified by
 * PID, start time and program, never by name.
 */
export function findOrphans(path: string): ChildRecord[] {
  const known = readJson<readonly ChildRecord[]>(path);
  return Array.isArray(known)
    ? known.filter((child: ChildRecord) => isAlive(child) || hasMembers(child))
    : [];
}

/** Whether processes of the same program remain in the session that the child led, such as nginx workers without their master. */
function hasMembers({ pid, program }: ChildRecord): boolean {
  return groupMembers(pid).some((member) => identifyProcess(member)?.program === program);
}

/** Stops the orphaned processes of a killed supervisor. @returns the stopped processes. */
export async function stopOrphans(path: string): Promise<ChildRecord[]> {
  const children = findOrphans(path);
  // In reverse start order: nginx before the server, the server before its database.
  for (const child of [...children].reverse()) {
    await stopChild(child);
    if (hasMembers(child)) killGroup(child.pid);
  }
  return children;
}

async function stopChild(child: ChildRecord): Promise<void> {
  // Postgres waits for its clients to disconnect on SIGTERM, but not on SIGINT.
  sendSignal(child, child.name === "postgres" ? "SIGINT" : "SIGTERM");
  const hasExited = (): boolean => !isAlive(child);
  if (await pollUntil(hasExited, { timeoutMs: STOP_GRACE_MS, intervalMs: POLL_INTERVAL_MS })) return;
  sendSignal(child, "SIGKILL");
  await pollUntil(hasExited, { timeoutMs: Number.POSITIVE_INFINITY, intervalMs: POLL_INTERVAL_MS });
}

function sendSignal(child: ChildRecord, name: NodeJS.Signals): void {
  try {
    if (isAlive(child)) process.kill(child.pid, name);
  } catch {
    // The process exited in the meantime.
  }
}
