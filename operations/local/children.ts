import { readJson, writeJson } from "./files.ts";
import { type Identity, identify, isAlive } from "./identity.ts";

/** A child of the supervisor as it is written down, so that whoever comes after a killed supervisor can end it. */
export interface Child extends Identity {
  readonly name: string;
}

/** Keeps the list of the supervisor's children on disk. */
export class ChildList {
  readonly #path: string;
  readonly #children = new Map<number, Child>();

  constructor(path: string) {
    this.#path = path;
  }

  /** Writes a process down that was started just now. */
  add(name: string, pid: number): void {
    const identity = identify(pid);
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
const GRACE_MS = 5000;

const LOOK_MS = 50;

/** The children of a supervisor that is gone and that still run: proven by number, begin and program, never by name. */
export function leftOver(path: string): Child[] {
  const known = readJson<readonly Child[]>(path);
  return Array.isArray(known) ? known.filter((child: Child) => isAlive(child)) : [];
}

/** Ends what a killed supervisor left. @returns what was ended. */
export async function endLeftOver(path: string): Promise<Child[]> {
  const children = leftOver(path);
  // The last that was started is the first to go: nginx before the server, the server before its database.
  for (const child of [...children].reverse()) await end(child);
  return children;
}

async function end(child: Child): Promise<void> {
  // A Postgres waits for its clients on SIGTERM and not on SIGINT.
  signal(child, child.name === "postgres" ? "SIGINT" : "SIGTERM");
  const deadline = Date.now() + GRACE_MS;
  while (isAlive(child)) {
    if (Date.now() > deadline) signal(child, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function signal(child: Child, name: NodeJS.Signals): void {
  try {
    if (isAlive(child)) process.kill(child.pid, name);
  } catch {
    // It ended between the two.
  }
}
