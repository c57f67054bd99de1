import { z } from "zod";
import { createBins } from "../html/histogram.ts";
import { computeDistribution, type Distribution, distributionSchema } from "./percentiles.ts";
import { RateLimitTracker, rateLimitsSchema } from "./rate-limit-tracker.ts";

const count = z.int().nonnegative();

const secondSchema = z.strictObject({
  /** Whole seconds since the start. */
  second: count,
  answered: count,
  rateLimited: count,
  /** No answer, or one of 5xx. */
  failed: count,
  latencyMs: distributionSchema.optional(),
});

/** What the HTTP part of a load came to. Latencies are those of answers below 400, from when a request was due. */
export const httpResultSchema = z.strictObject({
  sent: count,
  /** Due, but too many were waiting for a free connection already. */
  notSent: count,
  answered: count,
  /** Answers by status. */
  statuses: z.record(z.string(), count),
  /** Requests without an answer, by reason. */
  unanswered: z.record(z.string(), count),
  answeredPerSecond: z.number().nonnegative(),
  latencyMs: distributionSchema.optional(),
  rateLimited: rateLimitsSchema,
  /** How late this program itself was at most: above a few tens of milliseconds, latencies are its own. */
  generatorLagMs: z.number().nonnegative(),
  perSecond: z.array(secondSchema),
  histogram: z.array(z.strictObject({ from: z.number(), to: z.number(), count })),
});

export type HttpResult = z.infer<typeof httpResultSchema>;

export interface ResponseRecord {
  readonly key: string;
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Unix time in milliseconds: when it was due, when it was sent, and now. */
  readonly dueMs: number;
  readonly sentMs: number;
  readonly nowMs: number;
}

interface SecondStats {
  answered: number;
  rateLimited: number;
  failed: number;
  readonly latencies: number[];
}

/** Counts what happens to the requests of a load. */
export class HttpStats {
  readonly rateLimits = new RateLimitTracker();
  readonly #seconds: SecondStats[] = [];
  readonly #statuses = new Map<string, number>();
  readonly #unanswered = new Map<string, number>();
  readonly #beginMs: number;
  sent = 0;
  notSent = 0;
  generatorLagMs = 0;

  constructor(beginMs: number) {
    this.#beginMs = beginMs;
  }

  answered(answer: ResponseRecord): void {
    const { status, nowMs, dueMs } = answer;
    const second = this.#at(nowMs);
    second.answered += 1;
    if (status === 429) second.rateLimited += 1;
    if (status >= 500) second.failed += 1;
    // A refusal is quick and a failure may be: neither says how long the work takes.
    if (status < 400) second.latencies.push(nowMs - dueMs);
    increment(this.#statuses, String(status));
    this.rateLimits.answered(answer);
  }

  /** @param reason a system's error code or a word of ours; never a text that came from the target. */
  unanswered(reason: string, nowMs: number): void {
    this.#at(nowMs).failed += 1;
    increment(this.#unanswered, reason);
  }

  /** @param seconds how long requests were made */
  result(seconds: number): HttpResult {
    const latencies = this.#seconds.flatMap((second) => second.latencies);
    const answered = this.#seconds.reduce((sum, second) => sum + second.answered, 0);
    return {
      sent: this.sent,
      notSent: this.notSent,
      answered,
      statuses: Object.fromEntries([...this.#statuses].sort()),
      unanswered: Object.fromEntries([...this.#unanswered].sort()),
      answeredPerSecond: seconds > 0 ? Math.round((answered / seconds) * 10) / 10 : 0,
      ...withLatency(computeDistribution(latencies)),
      rateLimited: this.rateLimits.counts,
      generatorLagMs: Math.round(this.generatorLagMs),
      perSecond: this.#seconds.map((second, index) => ({
        second: index,
        answered: second.answered,
        rateLimited: second.rateLimited,
        failed: second.failed,
        ...withLatency(computeDistribution(second.latencies)),
      })),
      histogram: createBins(latencies, "log"),
    };
  }

  #at(nowMs: number): SecondStats {
    const index = Math.max(0, Math.floor((nowMs - this.#beginMs) / 1000));
    while (this.#seconds.length <= index) {
      this.#seconds.push({ answered: 0, rateLimited: 0, failed: 0, latencies: [] });
    }
    return this.#seconds[index] as SecondStats;
  }
}

function withLatency(latencyMs: Distribution | undefined): { latencyMs?: Distribution } {
  return latencyMs === undefined ? {} : { latencyMs };
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
