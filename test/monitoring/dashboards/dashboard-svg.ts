import type { Dashboard, Panel, RowPanel } from "@grafana/grafana-foundation-sdk/dashboard";
import { escapeXml } from "../../../plan/graph/html-labels.ts";
import { panelsOf, targetsOf } from "./dashboard-lint.ts";

/**
 * Draws a dashboard's layout with sample data: positions, titles, units, legends and thresholds are those of the dashboard.
 * It replaces a screenshot, because Grafana is not available from a package registry.
 */
const COLUMN_WIDTH = 50;
const ROW_HEIGHT = 30;
const MARGIN = 16;
const HEADER_HEIGHT = 64;
const PALETTE = ["#73bf69", "#5794f2", "#ff9830", "#b877d9", "#f2495c", "#37872d"];
const SAMPLES = 48;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

function boxOf({ gridPos }: Pick<Panel | RowPanel, "gridPos">): Box {
  const { x = 0, y = 0, w = 24, h = 1 } = gridPos ?? {};
  return {
    x: MARGIN + x * COLUMN_WIDTH + 3,
    y: HEADER_HEIGHT + y * ROW_HEIGHT + 3,
    w: w * COLUMN_WIDTH - 6,
    h: h * ROW_HEIGHT - 6,
  };
}

function svgText(x: number, y: number, content: string, style: string): string {
  return `<text x="${x}" y="${y}" ${style}>${escapeXml(content)}</text>`;
}

/** Truncates a text to a width. */
function truncateToWidth(content: string, width: number, perCharacter: number): string {
  const room = Math.floor(width / perCharacter);
  return content.length <= room ? content : `${content.slice(0, Math.max(1, room - 1))}…`;
}

/** The threshold steps with a value, which the panel draws as lines. */
function thresholdLines(panel: Panel): { value: number; color: string }[] {
  const steps = panel.fieldConfig?.defaults?.thresholds?.steps ?? [];
  return steps.flatMap(({ value, color }) => (value === null || value <= 0 ? [] : [{ value, color }]));
}

const DEFAULT_AXIS_MAX: Readonly<Record<string, number>> = {
  percentunit: 1,
  hertz: 100,
  decbytes: 500e6,
  s: 0.04,
};

/** The maximum of the axis: above the highest threshold, or a typical value for the unit. */
function axisMax(panel: Panel): number {
  const { unit = "", max } = panel.fieldConfig?.defaults ?? {};
  const highest = Math.max(0, ...thresholdLines(panel).map(({ value }) => value));
  return max ?? (highest > 0 ? highest * 1.25 : (DEFAULT_AXIS_MAX[unit] ?? 60));
}

export function formatValue(value: number, unit: string): string {
  const rounded = (number: number): string => String(Number(number.toPrecision(3)));
  switch (unit) {
    case "percentunit":
      return `${rounded(value * 100)}%`;
    case "s":
      return value < 1 ? `${rounded(value * 1000)} ms` : `${rounded(value)} s`;
    case "decbytes":
    case "Bps":
      return `${value >= 1e6 ? `${rounded(value / 1e6)} MB` : `${rounded(value)} B`}${unit === "Bps" ? "/s" : ""}`;
    case "hertz":
      return `${rounded(value)} Hz`;
    case "reqps":
      return `${rounded(value)} req/s`;
    case "cps":
      return `${rounded(value)} c/s`;
    case "pps":
      return `${rounded(value)} p/s`;
    default:
      return rounded(value);
  }
}

/** A deterministic sample value between 0 and 1, so that a dashboard always has the same picture. */
function sampleValue(seed: number, at: number): number {
  return (
    0.5 + 0.16 * Math.sin(at / 5 + seed) + 0.08 * Math.sin(at / 1.7 + seed * 3) + 0.08 * ((seed * 7) % 3)
  );
}

function renderChart(panel: Panel, box: Box): string {
  const unit = panel.fieldConfig?.defaults?.unit ?? "";
  const plot = { x: box.x + 62, y: box.y + 34, w: box.w - 76, h: box.h - 76 };
  const end = axisMax(panel);
  const usual = Math.min(end, 1.25 * Math.max(0, ...thresholdLines(panel).map(({ value }) => value)) || end);
  const y = (value: number): number => plot.y + plot.h * (1 - value / end);
  const grid = [0, 0.5, 1].map((share) => {
    const at = y(end * share);
    const line = `<path d="M${plot.x} ${at}h${plot.w}" stroke="#2c3235"/>`;
    return (
      line + svgText(plot.x - 6, at + 4, formatValue(end * share, unit), 'text-anchor="end" class="small"')
    );
  });
  // Sample data is above a lower limit and below an upper limit.
  const isFloor = panel.fieldConfig?.defaults?.thresholds?.steps?.[0]?.color === "red";
  const series = targetsOf(panel).map((_, index) => {
    const points = Array.from({ length: SAMPLES }, (__, at) => {
      const share = isFloor
        ? 0.82 + 0.04 * sampleValue(index, at)
        : 0.72 * sampleValue(index + (panel.title ?? "").length, at) * (0.5 + index / 6);
      return `${(plot.x + (plot.w * at) / (SAMPLES - 1)).toFixed(1)} ${y(usual * Math.min(share, 1)).toFixed(1)}`;
    });
    return `<path d="M${points.join("L")}" fill="none" stroke="${PALETTE[index % PALETTE.length]}" stroke-width="1.5"/>`;
  });
  const lines = thresholdLines(panel).map(({ value, color }) => {
    const stroke = color === "green" ? "#ff9830" : color === "red" ? "#f2495c" : "#ff9830";
    return `<path d="M${plot.x} ${y(value)}h${plot.w}" stroke="${stroke}" stroke-dasharray="6 4"/>`;
  });
  const legend = targetsOf(panel).map(({ legendFormat = "" }, index) => {
    const x = plot.x + index * Math.min(130, plot.w / targetsOf(panel).length);
    const mark = `<path d="M${x} ${box.y + box.h - 18}h12" stroke="${PALETTE[index % PALETTE.length]}" stroke-width="3"/>`;
    return (
      mark + svgText(x + 16, box.y + box.h - 14, truncateToWidth(legendFormat, 110, 6.4), 'class="small"')
    );
  });
  return [...grid, ...series, ...lines, ...legend].join("");
}

function renderStat(panel: Panel, box: Box): string {
  const unit = panel.fieldConfig?.defaults?.unit ?? "";
  const isFloor = ["red", "orange"].includes(
    panel.fieldConfig?.defaults?.thresholds?.steps?.[0]?.color ?? "",
  );
  const value = isFloor ? axisMax(panel) * 0.84 : axisMax(panel) * 0.3;
  const style = 'text-anchor="middle" font-size="30" font-weight="600" fill="#73bf69"';
  return svgText(box.x + box.w / 2, box.y + box.h / 2 + 22, formatValue(value, unit), style);
}

function renderPanel(panel: Panel): string {
  const box = boxOf(panel);
  const frame = `<rect x="${box.x}" y="${box.y}" width="${box.w}" height="${box.h}" rx="3" fill="#181b1f" stroke="#2c3235"/>`;
  const title = svgText(
    box.x + 10,
    box.y + 21,
    truncateToWidth(panel.title ?? "", box.w - 20, 7.4),
    'class="title"',
  );
  return `<g><title>${escapeXml(panel.description ?? "")}</title>${frame}${title}${panel.type === "stat" ? renderStat(panel, box) : renderChart(panel, box)}</g>`;
}

/** Renders the picture of a dashboard as SVG. */
export function renderDashboardSvg(dashboard: Dashboard): string {
  const rows = (dashboard.panels ?? []).filter(({ type }) => type === "row") as readonly RowPanel[];
  const last = Math.max(...panelsOf(dashboard).map(({ gridPos }) => (gridPos?.y ?? 0) + (gridPos?.h ?? 0)));
  const [width, height] = [2 * MARGIN + 24 * COLUMN_WIDTH, HEADER_HEIGHT + last * ROW_HEIGHT + MARGIN];
  const variables = (dashboard.templating?.list ?? []).map(
    ({ label, name }) => `${label}: ${name === "server" ? "All" : "production"}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">
<style>text{fill:#d8d9da}.small{font-size:11px;fill:#9fa3a7}.title{font-weight:500}</style>
<rect width="${width}" height="${height}" fill="#111217"/>
${svgText(MARGIN + 3, 28, dashboard.title ?? "", 'font-size="18" font-weight="600"')}
${svgText(MARGIN + 3, 50, `${variables.join("   ")}   ·   layout with sample data`, 'class="small"')}
${rows.map((row) => svgText(boxOf(row).x + 4, boxOf(row).y + 17, `▾ ${row.title}`, 'font-weight="600"')).join("\n")}
${panelsOf(dashboard).map(renderPanel).join("\n")}
</svg>
`;
}
