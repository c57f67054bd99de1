import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { errorCode } from "../../components/shared/error-code.ts";
import { fileError, PRIVATE } from "./files.ts";
import { type Identity, identify, isAlive } from "./identity.ts";

/** What stands in the lock file: who holds it. */
export interface LockHolder extends Identity {
  /** Tells this holding from every other. */
  readonly nonce: string;
  /** ISO 8601. */
  readonly since: string;
}

export type LockState =
  | { readonly kind: "free" }
  | { readonly kind: "held"; readonly holder: LockHolder }
  /** Left behind by a process that is gone, or damaged. */
  | { readonly kind: "stale" };

/** Whether somebody owns the deployment right now. */
export function lockState(path: string): LockState {
  const text = readText(path);
  if (text === undefined) return { kind: "free" };
  const holder = parse(text);
  return holder !== undefined && isAlive(holder) ? { kind: "held", holder } : { kind: "stale" };
}

/** A lock that this process holds. */
export interface Lock {
  readonly release: () => void;
}

/** Takes the lock; a stale one is taken over. @returns undefined when somebody alive holds it. */
export function takeLock(path: string): { readonly lock: Lock; readonly wasStale: boolean } | undefined {
  const own = identify(process.pid);
  if (own === undefined) throw new Error("This process cannot identify itself.");
  const holder: LockHolder = { ...own, nonce: randomUUID(), since: new Date().toISOString() };
  let wasStale = false;
  // Each turn either wins, meets somebody alive, or removes one stale file; others may win between two turns.
  for (let turn = 0; turn < 10; turn += 1) {
    if (create(path, holder)) return { lock: { release: () => release(path, holder) }, wasStale };
    const text = readText(path);
    if (text === undefined) continue;
    const found = parse(text);
    if (found !== undefined && isAlive(found)) return undefined;
    wasStale = setAside(path, text) || wasStale;
  }
  return undefined;
}

/** Linked into its place when it is whole: a lock that is still being written would be taken for a stale one. */
function create(path: string, holder: LockHolder): boolean {
  const whole = `${path}.${holder.nonce}`;
  try {
    writeFileSync(whole, `${JSON.stringify(holder)}\n`, { flag: "wx", mode: PRIVATE });
    linkSync(whole, path);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw fileError(error, path);
  } finally {
    rmSync(whole, { force: true });
  }
}

/** Moves a stale file away. What was moved is looked at again: another process may have put its own in place meanwhile. */
function setAside(path: string, stale: string): boolean {
  const aside = `${path}.${randomUUID()}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return false;
  }
  const moved = readText(aside);
  if (moved === stale) {
    rmSync(aside, { force: true });
    return true;
  }
  renameSync(aside, path);
  return false;
}

function release(path: string, { nonce }: LockHolder): void {
  const text = readText(path);
  if (text !== undefined && parse(text)?.nonce === nonce) rmSync(path, { force: true });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function parse(text: string): LockHolder | undefined {
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
