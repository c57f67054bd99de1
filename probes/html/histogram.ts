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
  /** Of the values: `ms`. */
  readonly unit: string;
  /** The values themselves, or how many there are of each size. */
  readonly values: readonly number[] | { readonly bins: readonly Bin[] };
  /** Values to mark, such as percentiles. */
  readonly thresholds?: readonly Threshold[];
  /**
   * `log` shows a long tail beside what is usual; values of zero and below are not drawn then. Bins are drawn by
   * the scale they were made for. Default `linear`.
   */
  readonly scale?: "linear" | "log";
}

/** How many values lie in [from, to); the last bin has its end, too. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Bars per power of ten: the next bar's values are about a quarter larger. */
const BARS_PER_DECADE = 10;

/** About as many bars as fit a phone at a readable width. */
const LINEAR_BAR_COUNT = 24;

function linearEdges(low: number, high: number): number[] {
  return niceTicks([low, high], LINEAR_BAR_COUNT);
}

/** A log scale shows no more than this below its largest value; what is smaller still counts in its first bar. */
const MAX_LOG_RATIO = 1e9;

/** Nothing smaller is measured: a millionth of a millisecond is below any clock. */
const MIN_LOG_VALUE = 1e-6;

function logEdges(lowest: number, highest: number): number[] {
  const high = Math.max(highest, MIN_LOG_VALUE);
  const low = Math.max(lowest, high / MAX_LOG_RATIO, MIN_LOG_VALUE);
  const first = Math.floor(Math.log10(low) * BARS_PER_DECADE + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(high) * BARS_PER_DECADE - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** ((first + index) / BARS_PER_DECADE));
}

/** The place of a value among rising edges: the last bin that begins at or below it. */
function findBin(value: number, edges: readonly number[]): number {
  let [low, high] = [0, edges.length - 2];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((edges[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Counts values in bins that cover them all; without values there are none. */
export function createBins(values: readonly number[], scale: "linear" | "log" = "linear"): Bin[] {
  const counted = values.filter((value) => Number.isFinite(value) && (scale === "linear" || value > 0));
  const low = counted.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = counted.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (counted.length === 0) return [];
  const edges = scale === "log" ? logEdges(low, high) : linearEdges(low, high);
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of counted) counts[findBin(value, edges)] = (counts[findBin(value, edges)] ?? 0) + 1;
  return counts.map((count, index) => ({ from: edges[index] ?? 0, to: edges[index + 1] ?? 0, count }));
}

/** 1, 2 and 5 of every power of ten that the bins reach; where those are many, 1 alone. */
function logTicks([low, high]: Range): number[] {
  const decades = Math.log10(high / low);
  const steps = decades > 2.5 ? [1] : [1, 2, 5];
  const first = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(decades) + 2 }, (_, index) => first + index);
  // Powers below one are divided, not multiplied: 0.2, not 0.20000000000000001.
  return powers.flatMap((power) =>
    steps.map((step) => (power < 0 ? step / 10 ** -power : step * 10 ** power)),
  );
}

function createAxisTicks(range: Range, scale: "linear" | "log", place: (value: number) => number): Tick[] {
  const values = scale === "log" ? logTicks(range) : niceTicks(range, 5);
  return values
    .filter((value) => value >= range[0] * (1 - 1e-9) && value <= range[1] * (1 + 1e-9))
    .map((value) => ({ at: place(value), text: formatShortNumber(value) }));
}

/** How often which value was seen. */
export function renderHistogram(options: HistogramOptions): Html {
  const { title, unit, values, thresholds = [], scale = "linear" } = options;
  const found = "bins" in values ? values.bins : createBins(values, scale);
  const [first, last] = [found[0], found.at(-1)];
  if (first === undefined || last === undefined) {
    return html`<figure><figcaption>${title} <small>(${unit})</small></figcaption><p class="empty">No values.</p></figure>`;
  }
  const range: Range = [first.from, last.to];
  const logRange: Range = [Math.log10(range[0]), Math.log10(range[1])];
  const place = (value: number): number =>
    scale === "log" ? positionInRange(Math.log10(value), logRange) : positionInRange(value, range);
  const most = Math.max(...found.map(({ count }) => count));
  const yTicks = niceTicks([0, most]).filter(Number.isInteger);
  const y: Range = [0, yTicks.at(-1) ?? most];
  const bars = found.map(({ from, to, count }) => {
    const [left, width] = [place(from), place(to) - place(from)];
    const height = positionInRange(count, y);
    return html`<rect class="bar" x="${formatCoordinate(left + width * 0.06)}" y="${formatCoordinate(1 - height)}" width="${formatCoordinate(width * 0.88)}" height="${formatCoordinate(height)}"/>`;
  });
  const seen = found.reduce((total, { count }) => total + count, 0);
  return renderPlotFrame({
    title,
    unit: `how many by ${unit}`,
    summary: `${seen} values; ${thresholds.map(({ text }) => text).join(", ")}`,
    x: createAxisTicks(range, scale, place),
    y: createTicks(yTicks, y),
    drawing: joinHtml(bars),
    over: verticalThresholds(thresholds.map((threshold) => ({ ...threshold, at: place(threshold.value) }))),
  });
}
