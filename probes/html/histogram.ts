import { formatShortNumber, niceTicks, positionInRange, type Range } from "./axis-scale.ts";
import { type Html, html, joinHtml } from "./html-template.ts";
import {
  createTicks,
  formatCoordinate,
  renderPlotFrame,
  type Threshold,
  type Tick,
  verticalThresholds,
} from "./plot-frame.ts";

export interface HistogramOptions {
  readonly title: string;
  /** Unit of the values, such as `ms`. */
  readonly unit: string;
  /** The values, or their counts by bin. */
  readonly values: readonly number[] | { readonly bins: readonly Bin[] };
  /** Values to mark, such as percentiles. */
  readonly thresholds?: readonly Threshold[];
  /**
   * `log` shows a long tail next to typical values, and omits values of zero and below. Bins must have been created for
   * the same scale. Default `linear`.
   */
  readonly scale?: "linear" | "log";
}

/** The number of values in [from, to); the last bin includes its end. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Bars per power of ten, so that each bar is about 25 % above the previous one. */
const BARS_PER_DECADE = 10;

/** Number of bars that remain readable on a phone. */
const LINEAR_BAR_COUNT = 24;

function linearEdges(low: number, high: number): number[] {
  return niceTicks([low, high], LINEAR_BAR_COUNT);
}

/** Maximum ratio of a log scale; smaller values count in the first bar. */
const MAX_LOG_RATIO = 1e9;

/** Lower limit of a log scale, below the resolution of any clock (in milliseconds). */
const MIN_LOG_VALUE = 1e-6;

function logEdges(lowest: number, highest: number): number[] {
  const high = Math.max(highest, MIN_LOG_VALUE);
  const low = Math.max(lowest, high / MAX_LOG_RATIO, MIN_LOG_VALUE);
  const first = Math.floor(Math.log10(low) * BARS_PER_DECADE + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(high) * BARS_PER_DECADE - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** ((first + index) / BARS_PER_DECADE));
}

/** Finds the bin of a value by binary search: the last one that starts at or below it. */
function findBin(value: number, edges: readonly number[]): number {
  let [low, high] = [0, edges.length - 2];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((edges[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Counts values in bins that cover all of them; returns no bins without values. */
export function createBins(values: readonly number[], scale: "linear" | "log" = "linear"): Bin[] {
  const counted = values.filter((value) => Number.isFinite(value) && (scale === "linear" || value > 0));
  const low = counted.reduce((minimum, value) => Math.min(minimum, value), Number.POSITIVE_INFINITY);
  const high = counted.reduce((maximum, value) => Math.max(maximum, value), Number.NEGATIVE_INFINITY);
  if (counted.length === 0) return [];
  const edges = scale === "log" ? logEdges(low, high) : linearEdges(low, high);
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of counted) counts[findBin(value, edges)] = (counts[findBin(value, edges)] ?? 0) + 1;
  return counts.map((count, index) => ({ from: edges[index] ?? 0, to: edges[index + 1] ?? 0, count }));
}

/** Ticks at 1, 2 and 5 of each power of ten, or only at 1 for a wide range. */
function logTicks([low, high]: Range): number[] {
  const decades = Math.log10(high / low);
  const steps = decades > 2.5 ? [1] : [1, 2, 5];
  const first = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(decades) + 2 }, (_, index) => first + index);
  // Negative powers are divided instead of multiplied: 0.2, not 0.20000000000000001.
  return powers.flatMap((power) =>
    steps.map((step) => (power < 0 ? step / 10 ** -power : step * 10 ** power)),
  );
}

function createAxisTicks(
  range: Range,
  scale: "linear" | "log",
  positionOf: (value: number) => number,
): Tick[] {
  const values = scale === "log" ? logTicks(range) : niceTicks(range, 5);
  return values
    .filter((value) => value >= range[0] * (1 - 1e-9) && value <= range[1] * (1 + 1e-9))
    .map((value) => ({ at: positionOf(value), text: formatShortNumber(value) }));
}

/** Renders the distribution of values. */
export function renderHistogram(options: HistogramOptions): Html {
  const { title, unit, values, thresholds = [], scale = "linear" } = options;
  const bins = "bins" in values ? values.bins : createBins(values, scale);
  const [first, last] = [bins[0], bins.at(-1)];
  if (first === undefined || last === undefined) {
    return html`<figure><figcaption>${title} <small>(${unit})</small></figcaption><p class="empty">No values.</p></figure>`;
  }
  const range: Range = [first.from, last.to];
  const logRange: Range = [Math.log10(range[0]), Math.log10(range[1])];
  const positionOf = (value: number): number =>
    scale === "log" ? positionInRange(Math.log10(value), logRange) : positionInRange(value, range);
  const maxCount = Math.max(...bins.map(({ count }) => count));
  const yTicks = niceTicks([0, maxCount]).filter(Number.isInteger);
  const y: Range = [0, yTicks.at(-1) ?? maxCount];
  const bars = bins.map(({ from, to, count }) => {
    const [left, width] = [positionOf(from), positionOf(to) - positionOf(from)];
    const height = positionInRange(count, y);
    return html`<rect class="bar" x="${formatCoordinate(left + width * 0.06)}" y="${formatCoordinate(1 - height)}" width="${formatCoordinate(width * 0.88)}" height="${formatCoordinate(height)}"/>`;
  });
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return renderPlotFrame({
    title,
    unit: `count by ${unit}`,
    summary: `${total} values; ${thresholds.map(({ text }) => text).join(", ")}`,
    x: createAxisTicks(range, scale, positionOf),
    y: createTicks(yTicks, y),
    drawing: joinHtml(bars),
    overlay: verticalThresholds(
      thresholds.map((threshold) => ({ ...threshold, at: positionOf(threshold.value) })),
    ),
  });
}
