import { readJson, writeJson } from "../files.ts";
import { identifyProcess, isAlive, type ProcessIdentity } from "./process-identity.ts";

/** A child of the supervisor as it is written down, so that whoever comes after a killed supervisor can end it. */
export interface ChildRecord extends ProcessIdentity {
  readonly name: string;
}

/** Keeps the list of the supervisor's children on disk. */
export class ChildList {
  readonly #path: string;
  readonly #children = new Map<number, ChildRecord>();

  constructor(path: string) {
    this.#path = path;
  }

  /** Writes a process down that was started just now. */
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
      // On a full disk the old list stands; a wrong entry harms nobody, because each is proven before it is ended.
    }
  }
}

/** How long a child may take to end after SIGTERM, before it is killed. */
const STOP_GRACE_MS = 5000;

const POLL_INTERVAL_MS = 50;

/** The children of a supervisor that is gone and that still run: proven by number, begin and program, never by name. */
export function findOrphans(path: string): ChildRecord[] {
  const known = readJson<readonly ChildRecord[]>(path);
  return Array.isArray(known) ? known.filter((child: ChildRecord) => isAlive(child)) : [];
}

/** Ends what a killed supervisor left. @returns what was ended. */
export async function stopOrphans(path: string): Promise<ChildRecord[]> {
  const children = findOrphans(path);
  // The last that was started is the first to go: nginx before the server, the server before its database.
  for (const child of [...children].reverse()) await stopChild(child);
  return children;
}

async function stopChild(child: ChildRecord): Promise<void> {
  // A Postgres waits for its clients on SIGTERM and not on SIGINT.
  sendSignal(child, child.name === "postgres" ? "SIGINT" : "SIGTERM");
  const deadline = Date.now() + STOP_GRACE_MS;
  while (isAlive(child)) {
    if (Date.now() > deadline) sendSignal(child, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
}

function sendSignal(child: ChildRecord, name: NodeJS.Signals): void {
  try {
    if (isAlive(child)) process.kill(child.pid, name);
  } catch {
    // It ended between the two.
  }
}
