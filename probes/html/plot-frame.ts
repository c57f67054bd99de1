import { formatShortNumber, positionInRange, type Range } from "./axis-scale.ts";
import { EMPTY_HTML, type Html, html, joinHtml } from "./html-template.ts";
import type { Tone } from "./palette.ts";

/** A value that is drawn as a labelled dotted line across a plot. */
export interface Threshold {
  readonly value: number;
  readonly text: string;
  readonly tone?: Tone;
}

/** A label on an axis; `at` is its position from 0 to 1. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface PlotFrameOptions {
  readonly title: string;
  readonly unit: string;
  /** Description of the drawing for screen readers. */
  readonly summary: string;
  readonly x: readonly Tick[];
  readonly y: readonly Tick[];
  /** Markup in a view box of 1000 by 1000 that is stretched to the plot; y points fromTop. */
  readonly drawing: Html;
  /** Markup on top of the drawing, positioned in percent, so that text is not stretched. */
  readonly overlay?: Html;
  readonly legend?: Html;
}

/** Width and height of the view box of drawings. */
export const VIEW_BOX_SIZE = 1000;

/** Formats a position from 0 to 1 as a view box coordinate. */
export function formatCoordinate(part: number): string {
  return (part * VIEW_BOX_SIZE).toFixed(1);
}

export function formatPercent(part: number): string {
  return `${(part * 100).toFixed(2)}%`;
}

/** Creates ticks for the values that are inside the range. */
export function createTicks(values: readonly number[], range: Range, text = formatShortNumber): Tick[] {
  return values
    .filter((value) => value >= range[0] && value <= range[1])
    .map((value) => ({ at: positionInRange(value, range), text: text(value) }));
}

/** Returns the anchor of a label; the first and the last one must not extend beyond the plot. */
function textAnchor(at: number): string {
  if (at < 0.04) return "start";
  return at > 0.96 ? "end" : "middle";
}

/**
 * Renders axes, grid and labels around a drawing. Only the drawing is stretched; labels are positioned in percent in SVGs
 * without a view box, so that a plot adapts to any width without a script.
 */
export function renderPlotFrame(options: PlotFrameOptions): Html {
  const { title, unit, summary, x, y, drawing, overlay = EMPTY_HTML, legend = EMPTY_HTML } = options;
  const fromTop = (at: number): string => formatPercent(1 - at);
  const yLabels = y.map(
    ({ at, text }) => html`<text x="84%" y="${fromTop(at)}" dy=".32em" text-anchor="end">${text}</text>`,
  );
  const xLabels = x.map(
    ({ at, text }) =>
      html`<text x="${formatPercent(at)}" y="1.2em" text-anchor="${textAnchor(at)}">${text}</text>`,
  );
  const grid = y.map(
    ({ at }, index) =>
      html`<line class="${index === 0 ? "axis" : "grid"}" x1="0" x2="100%" y1="${fromTop(at)}" y2="${fromTop(at)}"/>`,
  );
  return html`<figure><figcaption>${title} <small>(${unit})</small></figcaption><div class="plot"><svg aria-hidden="true">${yLabels}</svg><svg role="img" aria-label="${title}: ${summary}">${grid}<svg viewBox="0 0 ${VIEW_BOX_SIZE} ${VIEW_BOX_SIZE}" width="100%" height="100%" preserveAspectRatio="none">${drawing}</svg>${overlay}</svg><span></span><svg aria-hidden="true">${xLabels}</svg></div>${legend}</figure>`;
}

/** Renders horizontal lines with their labels above, or below near the top of the plot, where they would cover the caption. */
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

/** Renders vertical lines with labels at different heights, so that labels of close lines do not overlap. */
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
