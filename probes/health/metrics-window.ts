import type { CheckContext } from "../check-context.ts";
import type { ScrapedMetrics } from "../sources/exposition.ts";

/** A second of frames: short enough to wait for, long enough for a rate. */
const WINDOW_MS = 1000;

/** Windows that are tried: one may fall into somebody else's burst of work. */
export const MAX_WINDOWS = 3;

/** Two scrapes and the time between them. */
export interface MetricsWindow {
  readonly before: ScrapedMetrics;
  readonly after: ScrapedMetrics;
  readonly seconds: number;
}

export async function scrapeWindow({ metrics, pause }: CheckContext): Promise<MetricsWindow> {
  const before = await metrics("fresh");
  const begin = performance.now();
  await pause(WINDOW_MS);
  const after = await metrics("fresh");
  // Frames may have been counted while the second scrape was on its way, and none is shorter than that.
  return { before, after, seconds: Math.max(0.001, (performance.now() - begin) / 1000) };
}

/** The server samples its gauges every few seconds; right after its start the first sample may be missing. */
const FIRST_SAMPLE_ATTEMPTS = 5;

/** Reads a value from fresh scrapes, and waits for its first sample; undefined if there is none after five seconds. */
export async function readFirstSample<Value>(
  { metrics, pause }: Pick<CheckContext, "metrics" | "pause">,
  read: (scraped: ScrapedMetrics) => Value | undefined,
): Promise<Value | undefined> {
  for (let attempt = 1; attempt < FIRST_SAMPLE_ATTEMPTS; attempt += 1) {
    const value = read(await metrics("fresh"));
    if (value !== undefined) return value;
    await pause(1000);
  }
  return read(await metrics("fresh"));
}

/** Why the metrics cannot be scraped here; undefined where they can. */
export function hiddenMetricsReason({ target }: CheckContext): string | undefined {
  if (target.serverUrl !== undefined || target.environment === "local") return undefined;
  if (/^https?:\/\/(localhost|127\.)/.test(target.url)) return undefined;
  return "the gateway does not serve /metrics, by design; set --server-url or --prometheus-url";
}
