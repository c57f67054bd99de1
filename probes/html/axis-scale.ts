/** Steps that people read without thinking: 1, 2 and 5 of a power of ten. */
const NICE_STEPS = [1, 2, 5, 10];

/** From a lowest to a highest value; the values are finite. */
export type Range = readonly [low: number, high: number];

/** Differences below this are rounding, not measurement. */
const MIN_SPAN = 1e-9;

function niceStep(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * (NICE_STEPS.find((step) => step * power >= rough * 0.999_999) ?? 10);
}

/**
 * Round values that cover a range: the first is at or below it, the last at or above. About `count` steps, at least two
 * ticks, evenly spaced.
 */
export function niceTicks([low, high]: Range, count = 4): number[] {
  // A constant still needs room around it; large numbers need more than one unit of it to be told apart.
  const least = Math.max(Math.abs(low), Math.abs(high)) * 1e-6;
  const span = high === low ? Math.max(1, least) : Math.max(high - low, least, MIN_SPAN);
  const step = niceStep(span, count);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  // Multiples rather than sums, and rounded to the step's own decimals: 0.3, not 0.30000000000000004.
  const decimals = Math.min(100, Math.max(0, -Math.floor(Math.log10(step))));
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toFixed(decimals)),
  );
}

/** Where a value stands in a range, 0 to 1; outside of it at its ends. */
export function positionInRange(value: number, [low, high]: Range): number {
  return high === low ? 0 : Math.min(1, Math.max(0, (value - low) / (high - low)));
}

const MAGNITUDE_SUFFIXES = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** A number in few characters: three significant digits, thousands as k from 10 000 on. */
export function formatShortNumber(value: number): string {
  const size = Math.abs(value);
  const [divisor, letter] = (size >= 10_000
    ? MAGNITUDE_SUFFIXES.find(([limit]) => size >= limit)
    : undefined) ?? [1, ""];
  const scaled = value / divisor;
  const digits = Math.abs(scaled) >= 1000 ? scaled.toFixed(0) : Number(scaled.toPrecision(3)).toString();
  return digits + letter;
}
