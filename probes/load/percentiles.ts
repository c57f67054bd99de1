import { z } from "zod";

const milliseconds = z.number().nonnegative();

/** Summary of a set of durations, in milliseconds. */
export const distributionSchema = z.strictObject({
  count: z.int().positive(),
  min: milliseconds,
  mean: milliseconds,
  p50: milliseconds,
  p90: milliseconds,
  p95: milliseconds,
  p99: milliseconds,
  max: milliseconds,
});

export type Distribution = z.infer<typeof distributionSchema>;

/**
 * Percentile by the nearest-rank method, so that the result is always a measured value.
 * @param sorted ascending and not empty
 * @param share above 0, at most 1
 */
export function percentile(sorted: readonly number[], share: number): number {
  // In floating point 0.07 × 100 is slightly above 7 and would yield the next rank.
  const rank = Math.ceil(sorted.length * share - 1e-9);
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1] ?? Number.NaN;
}

/** Rounds to microseconds, which is finer than the measurement. */
function roundToMicroseconds(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Summarizes durations. @returns undefined without values */
export function computeDistribution(values: readonly number[]): Distribution | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number => roundToMicroseconds(percentile(sorted, share));
  return {
    count: sorted.length,
    min: roundToMicroseconds(sorted[0] ?? 0),
    mean: roundToMicroseconds(sorted.reduce((sum, value) => sum + value, 0) / sorted.length),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}
