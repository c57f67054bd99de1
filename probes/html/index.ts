/** The page that all reports share: see `renderPage`. */
export type { Threshold } from "./plot-frame.ts";
export { type HistogramOptions, renderHistogram as histogram } from "./histogram.ts";
export { Html, type HtmlValue, html, joinHtml as join, EMPTY_HTML as NOTHING } from "./html-template.ts";
export { type PageOptions, renderPage } from "./render-page.ts";
export type { Tone } from "./palette.ts";
export {
  badge,
  type Cell,
  type Column,
  type Stat as KeyFigure,
  statList as keyFigures,
  paragraphs as prose,
  section,
  toneIcon as sign,
  type TableOptions,
  table,
} from "./components.ts";
export { type LinePlotOptions, renderLinePlot as linePlot, type Point, type Series, renderSparkline as sparkline } from "./line-plot.ts";
