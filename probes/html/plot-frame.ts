import { formatShortNumber, positionInRange, type Range } from "./axis-scale.ts";
import { EMPTY_HTML, type Html, html, joinHtml } from "./html-template.ts";
import type { Tone } from "./palette.ts";

/** A value that matters, drawn as a dotted line across a plot with its name. */
export interface Threshold {
  readonly value: number;
  readonly text: string;
  readonly tone?: Tone;
}

/** Where a value is written along an axis, 0 to 1. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface PlotFrameOptions {
  readonly title: string;
  readonly unit: string;
  /** What a screen reader says in place of the drawing. */
  readonly summary: string;
  readonly x: readonly Tick[];
  readonly y: readonly Tick[];
  /** Drawn in a square of 1000 by 1000 that is stretched over the plot; y points down. */
  readonly drawing: Html;
  /** Drawn over it in percent, so that text keeps its size at every width. */
  readonly over?: Html;
  readonly legend?: Html;
}

/** The side of the square that drawings are made in. */
export const VIEW_BOX_SIZE = 1000;

/** A coordinate with the precision that a screen can show. */
export function formatCoordinate(part: number): string {
  return (part * VIEW_BOX_SIZE).toFixed(1);
}

export function formatPercent(part: number): string {
  return `${(part * 100).toFixed(2)}%`;
}

/** Ticks of values of an axis; what lies outside of it has none. */
export function createTicks(values: readonly number[], range: Range, text = formatShortNumber): Tick[] {
  return values
    .filter((value) => value >= range[0] && value <= range[1])
    .map((value) => ({ at: positionInRange(value, range), text: text(value) }));
}

/** The first label stands right of its place and the last left of it, so that neither leaves the plot. */
function textAnchor(at: number): string {
  if (at < 0.04) return "start";
  return at > 0.96 ? "end" : "middle";
}

/**
 * Axes, grid and labels around a drawing. Only the drawing is stretched; labels are placed in percent by SVGs without a
 * viewBox. So a plot fills a phone as well as a wide screen without a script.
 */
export function renderPlotFrame(options: PlotFrameOptions): Html {
  const { title, unit, summary, x, y, drawing, over = EMPTY_HTML, legend = EMPTY_HTML } = options;
  const down = (at: number): string => formatPercent(1 - at);
  const yLabels = y.map(
    ({ at, text }) => html`<text x="84%" y="${down(at)}" dy=".32em" text-anchor="end">${text}</text>`,
  );
  const xLabels = x.map(
    ({ at, text }) =>
      html`<text x="${formatPercent(at)}" y="1.2em" text-anchor="${textAnchor(at)}">${text}</text>`,
  );
  const grid = y.map(
    ({ at }, index) =>
      html`<line class="${index === 0 ? "axis" : "grid"}" x1="0" x2="100%" y1="${down(at)}" y2="${down(at)}"/>`,
  );
  return html`<figure><figcaption>${title} <small>(${unit})</small></figcaption><div class="plot"><svg aria-hidden="true">${yLabels}</svg><svg role="img" aria-label="${title}: ${summary}">${grid}<svg viewBox="0 0 ${VIEW_BOX_SIZE} ${VIEW_BOX_SIZE}" width="100%" height="100%" preserveAspectRatio="none">${drawing}</svg>${over}</svg><span></span><svg aria-hidden="true">${xLabels}</svg></div>${legend}</figure>`;
}

/** Horizontal lines with their names above them; at the top of the plot below, where the caption is not. */
export function horizontalThresholds(thresholds: readonly Threshold[], range: Range): Html {
  return joinHtml(
    thresholds.map(({ value, text, tone = "warn" }) => {
      const at = positionInRange(value, range);
      const y = formatPercent(1 - at);
      const dy = at > 0.9 ? "1.2em" : "-.45em";
      return html`<line class="bound ${tone}" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="bound-text ${tone}" x="6" y="${y}" dy="${dy}">${text}</text>`;
    }),
  );
}

/** Vertical lines with their names; lines close to each other have them at different heights. */
export function verticalThresholds(thresholds: readonly (Threshold & { readonly at: number })[]): Html {
  return joinHtml(
    thresholds.map(({ text, tone = "neutral", at }, index) => {
      const x = formatPercent(at);
      const right = at > 0.7;
      const dy = `${(1 + index * 1.25).toFixed(2)}em`;
      return html`<line class="bound ${tone}" x1="${x}" x2="${x}" y1="0" y2="100%"/><text class="bound-text ${tone}" x="${x}" y="0" dx="${right ? "-.4em" : ".4em"}" dy="${dy}" text-anchor="${right ? "end" : "start"}">${text}</text>`;
    }),
  );
}
