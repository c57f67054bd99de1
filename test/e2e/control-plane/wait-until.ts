import { setTimeout as sleep } from "node:timers/promises";
import { TestToolError } from "../go-build/errors.ts";

/** Options of a wait and what ends it early. */
export interface WaitOptions {
  /** Completes "timed out … waiting until …". */
  readonly what: string;
  readonly signal: AbortSignal;
  /** Returns why waiting is pointless. */
  readonly failure: () => Error | undefined;
  /** Details for the error, such as the end of a log. */
  readonly explain?: (() => string) | undefined;
}

// A start takes four seconds, and longer on a busy machine.
const timeoutMilliseconds = 120_000;
const pollMilliseconds = 50;

/** Polls until the result is neither false nor undefined. */
export async function waitUntil<T>(
  wait: WaitOptions,
  ask: () => T | Promise<T>,
): Promise<Exclude<T, false | undefined>> {
  const deadline = Date.now() + timeoutMilliseconds;
  for (;;) {
    wait.signal.throwIfAborted();
    const failure = wait.failure();
    if (failure !== undefined) throw failure;
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer as Exclude<T, false | undefined>;
    if (Date.now() > deadline) {
      const explanation = wait.explain?.() ?? "";
      throw new TestToolError(
        `timed out after ${timeoutMilliseconds / 1000} s waiting until ${wait.what}. ${explanation}`.trim(),
      );
    }
    await sleep(pollMilliseconds, undefined, { signal: wait.signal });
  }
}
