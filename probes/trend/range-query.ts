import { NoResponseError } from "../client/http.ts";
import type { FetchJson } from "../sources/monitoring-client.ts";

/** The periods that checklist items ask about, in seconds. */
export const TREND_WINDOWS = { "1h": 3600, "4h": 14_400, "24h": 86_400 } as const;

export type TrendWindow = keyof typeof TREND_WINDOWS;

/** A value at a time, in seconds since the epoch. */
export interface Sample {
  readonly time: number;
  readonly value: number;
}

/** Samples per window: enough to see a spike of a few minutes within a day. */
const STEPS = 240;

/** The shortest step, the scrape interval. */
const MIN_STEP_SECONDS = 15;

/** The samples of the last window and how many there should be. */
export interface RangeResult {
  readonly samples: readonly Sample[];
  readonly expected: number;
}

/** Runs a range query over the last window; the expression must return one series or none. */
export async function queryRange(
  prometheus: FetchJson,
  expression: string,
  window: TrendWindow,
  nowSeconds: number,
): Promise<RangeResult> {
  const seconds = TREND_WINDOWS[window];
  const step = Math.max(MIN_STEP_SECONDS, seconds / STEPS);
  const parameters = new URLSearchParams({
    query: expression,
    start: String(nowSeconds - seconds),
    end: String(nowSeconds),
    step: String(step),
  });
  const body = (await prometheus(`/api/v1/query_range?${parameters}`)) as {
    readonly data?: {
      readonly result?: readonly { readonly values: readonly (readonly [number, string])[] }[];
    };
  };
  const result = body.data?.result;
  if (!Array.isArray(result)) throw new NoResponseError("Prometheus returned no result for a range query");
  if (result.length > 1) throw new NoResponseError("Prometheus returned several series for a trend");
  const values: readonly (readonly [number, string])[] = result[0]?.values ?? [];
  return {
    samples: values.map(([time, text]) => ({ time, value: Number(text) })),
    expected: Math.floor(seconds / step) + 1,
  };
}

/** The change of the least-squares line over the whole period, in the unit of the values. */
export function changeOverPeriod(samples: readonly Sample[]): number {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 2) return 0;
  const meanTime = average(samples.map(({ time }) => time));
  const meanValue = average(samples.map(({ value }) => value));
  const sum = (of: (sample: Sample) => number): number =>
    samples.reduce((total, sample) => total + of(sample), 0);
  const slope =
    sum(({ time, value }) => (time - meanTime) * (value - meanValue)) /
    sum(({ time }) => (time - meanTime) ** 2);
  return slope * (last.time - first.time);
}

function average(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
