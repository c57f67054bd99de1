import { formatShortNumber, niceTicks, positionInRange, type Range } from "./axis-scale.ts";
import { EMPTY_HTML, type Html, html, joinHtml } from "./html-template.ts";
import { LIGHT_PALETTE } from "./palette.ts";
import {
  createTicks,
  formatCoordinate,
  horizontalThresholds,
  renderPlotFrame,
  type Threshold,
  type Tick,
  VIEW_BOX_SIZE,
} from "./plot-frame.ts";

/** A point; a missing value leaves a gap in the line. */
export type Point = readonly [x: number, y: number | undefined];

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface LinePlotOptions {
  readonly title: string;
  /** Unit of the values, such as `ms` or `requests/s`. */
  readonly unit: string;
  /** At most six series, one for each colour of the palette. */
  readonly series: readonly Series[];
  readonly thresholds?: readonly Threshold[];
  /** Unit of x: `seconds` since the start (default), or `time` for Unix time in milliseconds. */
  readonly x?: "seconds" | "time";
}

function extent(values: readonly number[]): Range | undefined {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return undefined;
  // Not Math.min(...values), because a long run has more values than a call may have arguments.
  return finite.reduce<Range>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

const isDrawn = ([x, y]: Point): boolean => Number.isFinite(x) && y !== undefined && Number.isFinite(y);

/** Returns the SVG path of a series, with a new stroke after each gap and a dot for an isolated point. */
function linePath(points: readonly Point[], x: Range, y: Range): string {
  let text = "";
  points.forEach((point, index) => {
    if (!isDrawn(point)) return;
    const before = points[index - 1];
    const after = points[index + 1];
    const starts = before === undefined || !isDrawn(before);
    const at = `${formatCoordinate(positionInRange(point[0], x))} ${formatCoordinate(1 - positionInRange(point[1] ?? 0, y))}`;
    text += `${starts ? "M" : "L"}${at}`;
    if (starts && (after === undefined || !isDrawn(after))) text += "h0.1";
  });
  return text;
}

function formatTime(time: number, span: number): string {
  const [day, hour] = new Date(time).toISOString().split("T");
  return span > 2 * 86_400_000 ? (day ?? "").slice(5) : (hour ?? "").slice(0, span < 180_000 ? 8 : 5);
}

/** Returns the ticks of the x axis; times have no round decimal steps, so they divide the range into thirds. */
function xTicks(range: Range, kind: "seconds" | "time"): Tick[] {
  const span = range[1] - range[0];
  if (kind === "seconds") {
    const values = niceTicks(range, 5).filter((value) => value <= range[1]);
    return createTicks(values, range, (value) => `${formatShortNumber(value)} s`);
  }
  if (span === 0) return createTicks([range[0]], range, (time) => formatTime(time, span));
  const times = [0, 1 / 3, 2 / 3, 1].map((part) => range[0] + part * span);
  return createTicks(times, range, (time) => formatTime(time, span));
}

function renderLegend(series: readonly Series[]): Html {
  const items = series.map(
    ({ name }, index) =>
      html`<li><svg viewBox="0 0 30 12" aria-hidden="true"><path class="curve series-${index} dash-${index}" d="M1 6h28"/></svg>${name}</li>`,
  );
  return html`<ul class="legend">${items}</ul>`;
}

function describeSeries({ name, points }: Series, unit: string): string {
  const range = extent(
    points.flatMap((point) => (isDrawn(point) && point[1] !== undefined ? [point[1]] : [])),
  );
  return range === undefined
    ? `${name} has no values`
    : `${name} from ${formatShortNumber(range[0])} to ${formatShortNumber(range[1])} ${unit}`;
}

/** Renders series over time. The y axis includes zero, and series differ in colour and dash pattern. */
export function renderLinePlot(options: LinePlotOptions): Html {
  const { title, unit, thresholds = [], x: kind = "seconds" } = options;
  const series = options.series.slice(0, LIGHT_PALETTE.series.length);
  const points = series.flatMap((one) => one.points.filter(isDrawn));
  const x = extent(points.map(([at]) => at));
  const values = extent([...points.map(([, y]) => y ?? 0), ...thresholds.map(({ value }) => value)]);
  if (x === undefined || values === undefined) {
    return html`<figure><figcaption>${title} <small>(${unit})</small></figcaption><p class="empty">No values.</p></figure>`;
  }
  const ticks = niceTicks([Math.min(0, values[0]), values[1]]);
  const y: Range = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const curves = series.map(
    (one, index) =>
      html`<path class="curve series-${index} dash-${index}" d="${linePath(one.points, x, y)}"/>`,
  );
  return renderPlotFrame({
    title,
    unit: kind === "time" ? `${unit}, times in UTC` : unit,
    summary: series.map((one) => describeSeries(one, unit)).join("; "),
    x: xTicks(x, kind),
    y: createTicks(ticks, y),
    drawing: joinHtml(curves),
    overlay: horizontalThresholds(thresholds, y),
    legend: series.length > 1 ? renderLegend(series) : EMPTY_HTML,
  });
}

/** Renders a line at text size, for a table or a sentence, with a label for screen readers. */
export function renderSparkline(values: readonly number[], label: string): Html {
  const drawn = values.filter(Number.isFinite);
  const range = extent(drawn);
  if (range === undefined) return html`<span class="empty">${label}: no values</span>`;
  // The margin centres a constant and keeps the stroke inside the box.
  const margin = (range[1] - range[0]) * 0.12 || 1;
  const y: Range = [range[0] - margin, range[1] + margin];
  const x: Range = [0, Math.max(1, drawn.length - 1)];
  const line = linePath(
    drawn.map((value, index) => [index, value]),
    x,
    y,
  );
  const last = drawn.at(-1) ?? 0;
  const dot = `M${formatCoordinate(positionInRange(drawn.length - 1, x))} ${formatCoordinate(1 - positionInRange(last, y))}h0.1`;
  const description = `${label}: ${drawn.length} values, from ${formatShortNumber(range[0])} to ${formatShortNumber(range[1])}, last ${formatShortNumber(last)}`;
  return html`<svg class="sparkline" viewBox="0 0 ${VIEW_BOX_SIZE} ${VIEW_BOX_SIZE}" preserveAspectRatio="none" role="img" aria-label="${description}"><path class="curve" d="${line}"/><path class="last" d="${dot}"/></svg>`;
}
