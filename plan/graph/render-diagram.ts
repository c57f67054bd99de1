import {
  type Arrow,
  BOX_PADDING,
  type Box,
  type BoxTone,
  type Diagram,
  FONT_SIZES,
  FRAME_PADDING,
  type Frame,
  type Label,
  LINE_HEIGHT,
  right,
} from "./diagram.ts";
import { escapeXml } from "./html-labels.ts";

interface Theme {
  readonly background: string;
  readonly edge: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly frame: string;
  /** Fill and border of each tone. */
  readonly tones: Readonly<Record<BoxTone, readonly [fill: string, border: string]>>;
}

/** GitHub's palettes. */
export const LIGHT: Theme = {
  background: "#ffffff",
  edge: "#d1d9e0",
  text: "#1f2328",
  muted: "#4d5661",
  line: "#59636e",
  frame: "#f6f8fa",
  tones: {
    external: ["#fff8c5", "#d4a72c"],
    entry: ["#dafbe1", "#4ac26b"],
    compute: ["#ddf4ff", "#54aeff"],
    data: ["#fbefff", "#c297ff"],
    service: ["#eff2f5", "#818b98"],
    passed: ["#dafbe1", "#1a7f37"],
    failed: ["#ffebe9", "#cf222e"],
  },
};

export const DARK: Theme = {
  background: "#0d1117",
  edge: "#3d444d",
  text: "#f0f6fc",
  muted: "#b7bdc8",
  line: "#9198a1",
  frame: "#151b23",
  tones: {
    external: ["#3a2d12", "#bb8009"],
    entry: ["#12301f", "#2ea043"],
    compute: ["#122d4a", "#388bfd"],
    data: ["#2e2150", "#ab7df8"],
    service: ["#262c36", "#656c76"],
    passed: ["#12301f", "#3fb950"],
    failed: ["#45191c", "#f85149"],
  },
};

const FONT_FAMILY = "Helvetica, Arial, 'Liberation Sans', sans-serif";

/** Renders a diagram as an SVG with its own background that supports light and dark mode. */
export function renderDiagramSvg(diagram: Diagram): string {
  const { title, description, width, height, frames, boxes, arrows, notes } = diagram;
  const box = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" ${box} role="img" aria-labelledby="title description" font-family="${FONT_FAMILY}">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<desc id="description">${escapeXml(description)}</desc>`,
    `<style>${styleRules(LIGHT)}@media (prefers-color-scheme: dark){${styleRules(DARK)}}</style>`,
    `<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="head" d="M0 1L9 5L0 9z"/></marker></defs>`,
    `<rect class="background" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    renderText("heading", { text: title, x: 20, y: 34, anchor: "start" }),
    ...frames.map(renderFrame),
    ...arrows.map(renderArrow),
    ...boxes.map(renderBox),
    ...notes.map((note) => renderText("note", note)),
    "</svg>",
  ].join("\n")}\n`;
}

function styleRules({ background, edge, text, muted, line, frame, tones }: Theme): string {
  const rules = [
    `.background{fill:${background};stroke:${edge}}`,
    `.frame{fill:${frame};stroke:${edge}}`,
    `.heading,.box-title{fill:${text};font-weight:bold}`,
    `.heading{font-size:${FONT_SIZES.heading}px}`,
    `.box-title{font-size:${FONT_SIZES.boxTitle}px}`,
    `.box-line{fill:${text};font-size:${FONT_SIZES.boxLine}px}`,
    `.frame-title{fill:${muted};font-size:${FONT_SIZES.frameTitle}px}`,
    // The halo keeps a label readable if the border of a frame crosses it.
    `.label{fill:${muted};font-size:${FONT_SIZES.label}px;paint-order:stroke;stroke:${frame};stroke-width:4px}`,
    `.note{fill:${muted};font-size:${FONT_SIZES.note}px}`,
    `.arrow{fill:none;stroke:${line};stroke-width:1.5}`,
    `.head{fill:${line}}`,
    ...Object.entries(tones).map(([tone, [fill, border]]) => `.${tone}{fill:${fill};stroke:${border}}`),
  ];
  return rules.join("");
}

function renderText(style: string, { text, x, y, anchor }: Label): string {
  return `<text class="${style}" x="${x}" y="${y}" text-anchor="${anchor}">${escapeXml(text)}</text>`;
}

function renderFrame(frame: Frame): string {
  const { title, titleAlign, x, y, width, height } = frame;
  const label: Label = {
    text: title,
    x: titleAlign === "left" ? x + FRAME_PADDING : right(frame) - FRAME_PADDING,
    y: y + 19,
    anchor: titleAlign === "left" ? "start" : "end",
  };
  const area = `<rect class="frame" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`;
  return `${area}\n${renderText("frame-title", label)}`;
}

function renderArrow({ points, labels, dashed = false }: Arrow): string {
  const path = points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
  const dash = dashed ? ` stroke-dasharray="5 4"` : "";
  const line = `<path class="arrow" d="${path}" marker-end="url(#head)"${dash}/>`;
  return [line, ...labels.map((label) => renderText("label", label))].join("\n");
}

/** The text is centred vertically, so that boxes in a row look consistent with any number of lines. */
function renderBox({ tone, title, lines, x, y, width, height }: Box): string {
  const top = y + (height - (lines.length + 1) * LINE_HEIGHT) / 2;
  const at = (line: number) => ({
    x: x + BOX_PADDING,
    y: top + line * LINE_HEIGHT + 13,
    anchor: "start" as const,
  });
  return [
    `<rect class="${tone}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    renderText("box-title", { text: title, ...at(0) }),
    ...lines.map((text, index) => renderText("box-line", { text, ...at(index + 1) })),
  ].join("\n");
}
