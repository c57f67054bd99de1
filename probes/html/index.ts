/** Components of the HTML reports; `renderPage` renders a whole page. */

export {
  badge,
  type Cell,
  type Column,
  paragraphs,
  type Stat,
  section,
  statList,
  type TableOptions,
  table,
  toneIcon,
} from "./components.ts";
export { type HistogramOptions, renderHistogram } from "./histogram.ts";
export { EMPTY_HTML, Html, type HtmlValue, html, joinHtml } from "./html-template.ts";
export {
  type LinePlotOptions,
  type Point,
  renderLinePlot,
  renderSparkline,
  type Series,
} from "./line-plot.ts";
export type { Tone } from "./palette.ts";
export type { Threshold } from "./plot-frame.ts";
export { type PageOptions, renderPage } from "./render-page.ts";
