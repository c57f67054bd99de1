import { randomUUID } from "node:crypto";
import { open, rename, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "./errors.ts";

/** Options of a lock. */
interface LockOptions {
  /** Called once if another process holds the lock. */
  readonly onWait?: () => void;
  /** Time without a refresh after which a holder counts as dead. @default 15 s */
  readonly staleMilliseconds?: number;
  readonly signal?: AbortSignal | undefined;
}

const pollMilliseconds = 500;

/**
 * Runs `work` while holding the lock file. The holder refreshes the file's time, so a killed holder is replaced after
 * `staleMilliseconds`. Two holders are possible in theory (after a suspend), so `work` must tolerate that.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const stale = options.staleMilliseconds ?? 15_000;
  await acquireLock(file, stale, options);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, stale / 6);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(file, { force: true });
  }
}

async function acquireLock(file: string, stale: number, options: LockOptions): Promise<void> {
  for (let attempt = 0; !(await createLockFile(file)); attempt++) {
    if (attempt === 0) options.onWait?.();
    if (await isOlderThan(file, stale)) await removeStaleLock(file);
    else await sleep(pollMilliseconds, undefined, { signal: options.signal });
  }
}

async function createLockFile(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx", 0o600);
    await handle.writeFile(`${process.pid}\n`);
    await handle.close();
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

async function isOlderThan(file: string, milliseconds: number): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > milliseconds;
}

/**
 * The lock is renamed first: only one of two waiting processes gets the stale lock, and the other one does not delete
 * the new lock.
 */
async function removeStaleLock(file: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
  await rm(aside, { force: true });
}
