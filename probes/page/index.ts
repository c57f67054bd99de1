/** The page that all reports share: see `renderPage`. */
export type { Threshold } from "./frame.ts";
export { type HistogramOptions, histogram } from "./histogram.ts";
export { Html, type HtmlValue, html, join, NOTHING } from "./html.ts";
export { type PageOptions, renderPage } from "./page.ts";
export type { Tone } from "./palette.ts";
export {
  badge,
  type Cell,
  type Column,
  type KeyFigure,
  keyFigures,
  prose,
  section,
  sign,
  type TableOptions,
  table,
} from "./parts.ts";
export { type LinePlotOptions, linePlot, type Point, type Series, sparkline } from "./plots.ts";
