/** Multiples of a power of ten that are easy to read as axis steps. */
const NICE_STEPS = [1, 2, 5, 10];

/** A range of finite values. */
export type Range = readonly [low: number, high: number];

/** Smaller differences are rounding errors. */
const MIN_SPAN = 1e-9;

function niceStep(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * (NICE_STEPS.find((step) => step * power >= rough * 0.999_999) ?? 10);
}

/**
 * Returns evenly spaced round values that cover a range, with about `count` steps and at least two ticks.
 */
export function niceTicks([low, high]: Range, count = 4): number[] {
  // A constant needs a span, too; for large numbers it must be large enough to be visible in floating point.
  const minSpan = Math.max(Math.abs(low), Math.abs(high)) * 1e-6;
  const span = high === low ? Math.max(1, minSpan) : Math.max(high - low, minSpan, MIN_SPAN);
  const step = niceStep(span, count);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  // Multiples instead of sums, rounded to the decimals of the step: 0.3, not 0.30000000000000004.
  const decimals = Math.min(100, Math.max(0, -Math.floor(Math.log10(step))));
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toFixed(decimals)),
  );
}

/** Returns the position of a value in a range from 0 to 1, clamped to the range. */
export function positionInRange(value: number, [low, high]: Range): number {
  return high === low ? 0 : Math.min(1, Math.max(0, (value - low) / (high - low)));
}

const MAGNITUDE_SUFFIXES = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** Formats a number with three significant digits, and with a suffix such as k from 10 000. */
export function formatShortNumber(value: number): string {
  const size = Math.abs(value);
  const [divisor, letter] = (size >= 10_000
    ? MAGNITUDE_SUFFIXES.find(([limit]) => size >= limit)
    : undefined) ?? [1, ""];
  const scaled = value / divisor;
  const digits = Math.abs(scaled) >= 1000 ? scaled.toFixed(0) : Number(scaled.toPrecision(3)).toString();
  return digits + letter;
}
