import type { CheckContext } from "./check-context.ts";
import type { HttpResponse } from "./client/http.ts";

/** What came of more requests than one client may send. */
export interface RateLimitBurst {
  readonly sent: number;
  readonly served: number;
  /** The first 429 of the server itself. */
  readonly refused?: HttpResponse;
  /** Seconds of its Retry-After; 0 when it says none. */
  readonly retryAfter: number;
  /** The statuses that were seen, for a report. */
  readonly seen: string;
}

/** Sent at once: few enough for the gateway's shield, which bursts to 100. */
const BATCH_SIZE = 8;

/** Requests beyond the limit until "never refused" is believed. */
const EXTRA_REQUESTS = 3;

/**
 * Reads the scene until it is refused, in a bucket that this run made up: nobody else's limit is used. Reading changes
 * nothing, and the limit of scene reads is the lowest that a reader has.
 */
export async function sendUntilRateLimited(
  { http, run, target }: CheckContext,
  purpose: string,
): Promise<RateLimitBurst> {
  const bucket = `${run}-${purpose}`.slice(0, 40);
  const most = target.expected.sceneReadsPerMinute + EXTRA_REQUESTS;
  const replies: HttpResponse[] = [];
  while (replies.length < most && !replies.some(({ status }) => status === 429)) {
    const size = Math.min(BATCH_SIZE, most - replies.length);
    replies.push(...(await Promise.all(Array.from({ length: size }, () => http("/scene", { bucket })))));
  }
  const refused = replies.find(({ status }) => status === 429);
  const counts = new Map<number, number>();
  for (const { status } of replies) counts.set(status, (counts.get(status) ?? 0) + 1);
  const seconds = Number(refused?.headers["retry-after"] ?? 0);
  return {
    sent: replies.length,
    served: counts.get(200) ?? 0,
    ...(refused === undefined ? {} : { refused }),
    retryAfter: Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600 ? seconds : 0,
    seen: [...counts].map(([status, count]) => `${count} × ${status}`).join(", "),
  };
}
