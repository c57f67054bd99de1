import { setTimeout as pause } from "node:timers/promises";

interface PollOptions {
  readonly timeoutMs: number;
  readonly intervalMs: number;
}

/** Polls until the check returns true. @returns false if the timeout expires first. */
export async function pollUntil(
  check: () => boolean | Promise<boolean>,
  { timeoutMs, intervalMs }: PollOptions,
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!(await check())) {
    if (Date.now() > deadline) return false;
    await pause(intervalMs);
  }
  return true;
}
