import type { CheckContext } from "./check-context.ts";
import type { HttpResponse } from "./client/http.ts";

/** Result of a burst of requests above the rate limit. */
export interface RateLimitBurst {
  readonly sent: number;
  readonly served: number;
  /** The first 429 response of the server. */
  readonly rejected?: HttpResponse;
  /** Its Retry-After in seconds; 0 if it is missing or invalid. */
  readonly retryAfterSeconds: number;
  /** Count of each response status, for a report. */
  readonly statusCounts: string;
}

/** Concurrent requests, well below the burst of 100 that the gateway allows. */
const BATCH_SIZE = 8;

/** Requests above the limit before it counts as not enforced. */
const EXTRA_REQUESTS = 3;

/**
 * Reads the scene until a request is rejected, in a rate-limit bucket of this run, so that no other client's limit is used.
 * Scene reads have no side effects and the lowest limit of all read requests.
 */
export async function sendUntilRateLimited(
  { http, run, target }: CheckContext,
  purpose: string,
): Promise<RateLimitBurst> {
  const bucket = `${run}-${purpose}`.slice(0, 40);
  const maxRequests = target.expected.sceneReadsPerMinute + EXTRA_REQUESTS;
  const replies: HttpResponse[] = [];
  while (replies.length < maxRequests && !replies.some(({ status }) => status === 429)) {
    const size = Math.min(BATCH_SIZE, maxRequests - replies.length);
    replies.push(...(await Promise.all(Array.from({ length: size }, () => http("/scene", { bucket })))));
  }
  const rejected = replies.find(({ status }) => status === 429);
  const counts = new Map<number, number>();
  for (const { status } of replies) counts.set(status, (counts.get(status) ?? 0) + 1);
  const seconds = Number(rejected?.headers["retry-after"] ?? 0);
  return {
    sent: replies.length,
    served: counts.get(200) ?? 0,
    ...(rejected === undefined ? {} : { rejected }),
    retryAfterSeconds: Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600 ? seconds : 0,
    statusCounts: [...counts].map(([status, count]) => `${count} × ${status}`).join(", "),
  };
}
