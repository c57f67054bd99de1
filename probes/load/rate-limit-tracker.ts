import { z } from "zod";

const count = z.int().nonnegative();

/** Counts of rate-limited requests, and whether waiting for `Retry-After` was sufficient. */
export const rateLimitsSchema = z.strictObject({
  /** Responses with status 429. */
  refused: count,
  /** 429 responses without a valid Retry-After, so that a client cannot know when to retry. */
  withoutRetryAfter: count,
  /** Requests that were due but not sent, because their client was waiting for Retry-After. */
  heldBack: count,
  /** Requests sent after Retry-After had elapsed: accepted, and rejected again. */
  letInAfterwards: count,
  refusedAfterwards: count,
  /** Shortest and longest Retry-After, in seconds. */
  shortestRetryAfter: z.number().nonnegative().optional(),
  longestRetryAfter: z.number().nonnegative().optional(),
});

export type RateLimitCounts = z.infer<typeof rateLimitsSchema>;

/** A longer Retry-After cannot be a rate limit and counts as invalid. */
const MAX_RETRY_AFTER_SECONDS = 86_400;

/**
 * Parses `Retry-After` (RFC 9110, section 10.2.3), which is a number of seconds or a date.
 * @returns seconds; undefined if the header is invalid or longer than a day
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  const isDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text);
  const seconds = /^\d{1,9}$/.test(text)
    ? Number(text)
    : isDate
      ? Math.max(0, (Date.parse(text) - nowMs) / 1000)
      : Number.NaN;
  return seconds <= MAX_RETRY_AFTER_SECONDS ? seconds : undefined;
}

interface Backoff {
  readonly untilMs: number;
}

/**
 * Tracks the backoff of simulated clients. Each key (client and path) has its own limit: after a 429 the client waits for
 * Retry-After, and its next response shows whether that was long enough.
 */
export class RateLimitTracker {
  readonly #backoffs = new Map<string, Backoff>();
  readonly #counts = {
    refused: 0,
    withoutRetryAfter: 0,
    heldBack: 0,
    letInAfterwards: 0,
    refusedAfterwards: 0,
  };
  #shortestSeconds: number | undefined;
  #longestSeconds: number | undefined;

  /** Whether the client of this key is waiting for Retry-After. */
  isBackingOff(key: string, nowMs: number): boolean {
    const backoff = this.#backoffs.get(key);
    return backoff !== undefined && nowMs < backoff.untilMs;
  }

  countDelayed(): void {
    this.#counts.heldBack += 1;
  }

  /** Records a response; it shows whether the backoff was sufficient only if it was sent after it (`sentMs`). */
  recordResponse(response: {
    readonly key: string;
    readonly status: number;
    readonly retryAfter: string | undefined;
    readonly sentMs: number;
    readonly nowMs: number;
  }): void {
    const { key, status, retryAfter, sentMs, nowMs } = response;
    const backoff = this.#backoffs.get(key);
    const isAfterBackoff = backoff !== undefined && sentMs >= backoff.untilMs;
    if (isAfterBackoff) this.#backoffs.delete(key);
    if (status !== 429) {
      if (isAfterBackoff) this.#counts.letInAfterwards += 1;
      return;
    }
    this.#counts.refused += 1;
    if (isAfterBackoff) this.#counts.refusedAfterwards += 1;
    const seconds = parseRetryAfter(retryAfter, nowMs);
    if (seconds === undefined) {
      this.#counts.withoutRetryAfter += 1;
      return;
    }
    this.#shortestSeconds = Math.min(this.#shortestSeconds ?? seconds, seconds);
    this.#longestSeconds = Math.max(this.#longestSeconds ?? seconds, seconds);
    const untilMs = nowMs + seconds * 1000;
    // Concurrent 429 responses have slightly different end times; the latest one applies.
    const earlierUntilMs = this.#backoffs.get(key)?.untilMs ?? 0;
    this.#backoffs.set(key, { untilMs: Math.max(earlierUntilMs, untilMs) });
  }

  get counts(): RateLimitCounts {
    return {
      ...this.#counts,
      ...(this.#shortestSeconds === undefined ? {} : { shortestRetryAfter: this.#shortestSeconds }),
      ...(this.#longestSeconds === undefined ? {} : { longestRetryAfter: this.#longestSeconds }),
    };
  }
}
