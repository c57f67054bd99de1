/** The page that all reports share: see `renderPage`. */

export {
  badge,
  type Cell,
  type Column,
  paragraphs as prose,
  type Stat as KeyFigure,
  section,
  statList as keyFigures,
  type TableOptions,
  table,
  toneIcon as sign,
} from "./components.ts";
export { type HistogramOptions, renderHistogram as histogram } from "./histogram.ts";
export { EMPTY_HTML as NOTHING, Html, type HtmlValue, html, joinHtml as join } from "./html-template.ts";
export {
  type LinePlotOptions,
  type Point,
  renderLinePlot as linePlot,
  renderSparkline as sparkline,
  type Series,
} from "./line-plot.ts";
export type { Tone } from "./palette.ts";
export type { Threshold } from "./plot-frame.ts";
export { type PageOptions, renderPage } from "./render-page.ts";
