import type { CheckContext } from "../check-context.ts";
import type { ScrapedMetrics } from "../sources/exposition.ts";

/** Sufficient to measure a frame rate. */
const WINDOW_MS = 1000;

/** Number of measurements, because one may coincide with a load peak. */
export const MAX_WINDOWS = 3;

/** Two scrapes and the time between them. */
export interface MetricsWindow {
  readonly before: ScrapedMetrics;
  readonly after: ScrapedMetrics;
  readonly seconds: number;
}

export async function scrapeWindow({ metrics, pause }: CheckContext): Promise<MetricsWindow> {
  const before = await metrics("fresh");
  const startMs = performance.now();
  await pause(WINDOW_MS);
  const after = await metrics("fresh");
  // Includes the duration of the second scrape, because frames are counted until it is answered.
  return { before, after, seconds: Math.max(0.001, (performance.now() - startMs) / 1000) };
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

/** Returns why the metrics are not accessible; undefined if they are. */
export function hiddenMetricsReason({ target }: CheckContext): string | undefined {
  if (target.serverUrl !== undefined || target.environment === "local") return undefined;
  if (/^https?:\/\/(localhost|127\.)/.test(target.url)) return undefined;
  return "the gateway does not serve /metrics, by design; set --server-url or --prometheus-url";
}
