import { randomUUID } from "node:crypto";
import { linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { errorCode } from "../../../components/shared/error-code.ts";
import { fileError, PRIVATE_FILE_MODE, readStateFile } from "../files.ts";
import { identifyProcess, isAlive, type ProcessIdentity } from "../processes/process-identity.ts";

/** The content of the lock file: its holder. */
export interface LockHolder extends ProcessIdentity {
  /** Distinguishes this lock from any later one of the same process. */
  readonly nonce: string;
  /** ISO 8601. */
  readonly since: string;
}

type LockState =
  | { readonly kind: "free" }
  | { readonly kind: "held"; readonly holder: LockHolder }
  /** Left by a process that has ended, or damaged. */
  | { readonly kind: "stale" };

/** Reads who holds the lock. */
export function readLockState(path: string): LockState {
  const text = readStateFile(path);
  if (text === undefined) return { kind: "free" };
  const holder = parseHolder(text);
  return holder !== undefined && isAlive(holder) ? { kind: "held", holder } : { kind: "stale" };
}

/** A lock that this process holds. */
export interface Lock {
  readonly release: () => void;
}

/** Acquires the lock and takes over a stale one. @returns undefined if a running process holds it. */
export function acquireLock(path: string): { readonly lock: Lock; readonly wasStale: boolean } | undefined {
  const own = identifyProcess(process.pid);
  if (own === undefined) throw new Error("This process cannot identify itself.");
  const holder: LockHolder = { ...own, nonce: randomUUID(), since: new Date().toISOString() };
  let wasStale = false;
  // Each iteration acquires the lock, finds a running holder, or removes a stale file; other processes may win in
  // between.
  for (let turn = 0; turn < 10; turn += 1) {
    if (createLockFile(path, holder)) return { lock: { release: () => releaseLock(path, holder) }, wasStale };
    const text = readStateFile(path);
    if (text === undefined) continue;
    const found = parseHolder(text);
    if (found !== undefined && isAlive(found)) return undefined;
    wasStale = removeStaleLock(path, text) || wasStale;
  }
  return undefined;
}

/** The complete file is linked into place, because a partially written lock would look stale. */
function createLockFile(path: string, holder: LockHolder): boolean {
  const whole = `${path}.${holder.nonce}`;
  try {
    writeFileSync(whole, `${JSON.stringify(holder)}\n`, { flag: "wx", mode: PRIVATE_FILE_MODE });
    linkSync(whole, path);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw fileError(error, path);
  } finally {
    rmSync(whole, { force: true });
  }
}

/** Moves a stale file away and compares its content, because another process may have replaced it in the meantime. */
function removeStaleLock(path: string, stale: string): boolean {
  const aside = `${path}.${randomUUID()}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return false;
  }
  const moved = readStateFile(aside);
  if (moved === stale) {
    rmSync(aside, { force: true });
    return true;
  }
  renameSync(aside, path);
  return false;
}

function releaseLock(path: string, { nonce }: LockHolder): void {
  const text = readStateFile(path);
  if (text !== undefined && parseHolder(text)?.nonce === nonce) rmSync(path, { force: true });
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const value = JSON.parse(text) as Partial<LockHolder>;
    return typeof value.pid === "number" &&
      typeof value.started === "string" &&
      typeof value.program === "string"
      ? (value as LockHolder)
      : undefined;
  } catch {
    return undefined;
  }
}
