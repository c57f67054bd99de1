import { z } from "zod";

const count = z.int().nonnegative();

/** What the rate limits did, and whether `Retry-After` told the truth. */
export const rateLimitsSchema = z.strictObject({
  /** Answers with 429. */
  refused: count,
  /** Of these without a Retry-After that can be read: a client cannot know when to come back. */
  withoutRetryAfter: count,
  /** Requests that were due but not sent, because their client was told to wait. */
  heldBack: count,
  /** Clients that came back after the time they were told: let in, and refused once more. */
  letInAfterwards: count,
  refusedAfterwards: count,
  /** Seconds, of all that were told. */
  shortestRetryAfter: z.number().nonnegative().optional(),
  longestRetryAfter: z.number().nonnegative().optional(),
});

export type RateLimitCounts = z.infer<typeof rateLimitsSchema>;

/** A wait beyond this is no rate limit but a mistake; a client would be gone. */
const MAX_RETRY_AFTER_SECONDS = 86_400;

/**
 * `Retry-After` (RFC 9110, 10.2.3) in seconds: a whole number of them, or a date.
 * @returns undefined when it is neither, or beyond a day.
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
 * Keeps the rests of well-behaved clients. Each key (a client and a path) has limits of its own: after a 429 it rests as
 * long as it was told, and its next answer shows whether that was enough.
 */
export class RateLimitTracker {
  readonly #rests = new Map<string, Backoff>();
  readonly #counts = {
    refused: 0,
    withoutRetryAfter: 0,
    heldBack: 0,
    letInAfterwards: 0,
    refusedAfterwards: 0,
  };
  #shortest: number | undefined;
  #longest: number | undefined;

  /** Whether a key's client would wait now. */
  rests(key: string, nowMs: number): boolean {
    const rest = this.#rests.get(key);
    return rest !== undefined && nowMs < rest.untilMs;
  }

  holdBack(): void {
    this.#counts.heldBack += 1;
  }

  /** Takes an answer. @param sentMs when its request was sent: one from before the rest says nothing about it. */
  answered(answer: {
    readonly key: string;
    readonly status: number;
    readonly retryAfter: string | undefined;
    readonly sentMs: number;
    readonly nowMs: number;
  }): void {
    const { key, status, retryAfter, sentMs, nowMs } = answer;
    const rest = this.#rests.get(key);
    const isAfterRest = rest !== undefined && sentMs >= rest.untilMs;
    if (isAfterRest) this.#rests.delete(key);
    if (status !== 429) {
      if (isAfterRest) this.#counts.letInAfterwards += 1;
      return;
    }
    this.#counts.refused += 1;
    if (isAfterRest) this.#counts.refusedAfterwards += 1;
    const seconds = parseRetryAfter(retryAfter, nowMs);
    if (seconds === undefined) {
      this.#counts.withoutRetryAfter += 1;
      return;
    }
    this.#shortest = Math.min(this.#shortest ?? seconds, seconds);
    this.#longest = Math.max(this.#longest ?? seconds, seconds);
    const untilMs = nowMs + seconds * 1000;
    // Answers of one wave tell the same end a little differently: the latest counts.
    const before = this.#rests.get(key)?.untilMs ?? 0;
    this.#rests.set(key, { untilMs: Math.max(before, untilMs) });
  }

  get counts(): RateLimitCounts {
    return {
      ...this.#counts,
      ...(this.#shortest === undefined ? {} : { shortestRetryAfter: this.#shortest }),
      ...(this.#longest === undefined ? {} : { longestRetryAfter: this.#longest }),
    };
  }
}
