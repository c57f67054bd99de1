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
  /** Requests without a response or with a 5xx status. */
  failed: count,
  latencyMs: distributionSchema.optional(),
});

/** Result of the HTTP requests. Latencies are those of responses below 400, measured from the scheduled time. */
export const httpResultSchema = z.strictObject({
  sent: count,
  /** Requests that were due but not sent, because too many were already waiting for a connection. */
  notSent: count,
  answered: count,
  /** Responses by status. */
  statuses: z.record(z.string(), count),
  /** Requests without a response, by reason. */
  unanswered: z.record(z.string(), count),
  answeredPerSecond: z.number().nonnegative(),
  latencyMs: distributionSchema.optional(),
  rateLimited: rateLimitsSchema,
  /** Maximum delay of the load generator itself, which is part of the measured latencies. */
  generatorLagMs: z.number().nonnegative(),
  perSecond: z.array(secondSchema),
  histogram: z.array(z.strictObject({ from: z.number(), to: z.number(), count })),
});

export type HttpResult = z.infer<typeof httpResultSchema>;

export interface ResponseRecord {
  readonly key: string;
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Unix times in milliseconds: when the request was due, when it was sent, and when the response arrived. */
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

/** Collects the results of the requests. */
export class HttpStats {
  readonly rateLimits = new RateLimitTracker();
  readonly #seconds: SecondStats[] = [];
  readonly #statuses = new Map<string, number>();
  readonly #noResponseReasons = new Map<string, number>();
  readonly #startMs: number;
  sent = 0;
  notSent = 0;
  generatorLagMs = 0;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  recordResponse(response: ResponseRecord): void {
    const { status, nowMs, dueMs } = response;
    const second = this.#secondAt(nowMs);
    second.answered += 1;
    if (status === 429) second.rateLimited += 1;
    if (status >= 500) second.failed += 1;
    // Error responses are often faster than successful ones and would lower the percentiles.
    if (status < 400) second.latencies.push(nowMs - dueMs);
    increment(this.#statuses, String(status));
    this.rateLimits.recordResponse(response);
  }

  /** @param reason a system error code or a text of this library, never a text from the target */
  recordNoResponse(reason: string, nowMs: number): void {
    this.#secondAt(nowMs).failed += 1;
    increment(this.#noResponseReasons, reason);
  }

  /** @param seconds duration in which requests were sent */
  result(seconds: number): HttpResult {
    const latencies = this.#seconds.flatMap((second) => second.latencies);
    const answered = this.#seconds.reduce((sum, second) => sum + second.answered, 0);
    return {
      sent: this.sent,
      notSent: this.notSent,
      answered,
      statuses: Object.fromEntries([...this.#statuses].sort()),
      unanswered: Object.fromEntries([...this.#noResponseReasons].sort()),
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

  #secondAt(nowMs: number): SecondStats {
    const index = Math.max(0, Math.floor((nowMs - this.#startMs) / 1000));
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
