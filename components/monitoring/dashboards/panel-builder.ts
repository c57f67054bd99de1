import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TimeSeriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";

/** Grafana's names of the units that panels use; one name for one quantity, on every dashboard. */
export const UNITS = {
  bytes: "decbytes",
  bytesPerSecond: "Bps",
  count: "short",
  cores: "none",
  datagramsPerSecond: "pps",
  eventsPerSecond: "cps",
  hertz: "hertz",
  ratio: "percentunit",
  requestsPerSecond: "reqps",
  seconds: "s",
} as const;

export type Unit = keyof typeof UNITS;

/** The data source selected by the variable `environment`. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana puts the variable in
export const DATA_SOURCE = { type: "prometheus", uid: "${environment}" } as const;

/** A query of a panel. */
export interface PanelQuery {
  readonly expr: string;
  /** Grafana's template over the series' labels. */
  readonly legend: string;
}

/** A line that an alert draws as well: the same constant of ../rules/thresholds.ts. */
export interface ThresholdLine {
  readonly value: number;
  readonly severity: "warning" | "critical";
}

interface PanelSpec {
  readonly title: string;
  /** What the panel shows, and what to do if a value is abnormal. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly [PanelQuery, ...PanelQuery[]];
  /** Beyond an upper limit or below a lower one the value is bad. */
  readonly above?: readonly ThresholdLine[];
  readonly below?: readonly ThresholdLine[];
  /** Columns of the dashboard's 24. */
  readonly width: number;
}

export interface TimeSeriesSpec extends PanelSpec {
  readonly kind: "time-series";
  /** Upper end of the axis, where the quantity has one. */
  readonly max?: number;
}

export interface StatSpec extends PanelSpec {
  readonly kind: "stat";
}

export type Panel = TimeSeriesSpec | StatSpec;

const SEVERITY_COLORS = { good: "green", warning: "orange", critical: "red" } as const;
const PANEL_HEIGHTS = { stat: 4, "time-series": 8 } as const;

/** Grafana's threshold steps are ascending: each colour applies from its value upwards. */
export function thresholdSteps({ above = [], below = [] }: Pick<PanelSpec, "above" | "below">): Threshold[] {
  const rising = above.map(({ value, severity }) => ({ value, color: SEVERITY_COLORS[severity] }));
  const lower = below.toSorted((one, other) => one.value - other.value);
  const base = lower[0] === undefined ? SEVERITY_COLORS.good : SEVERITY_COLORS[lower[0].severity];
  const falling = lower.map(({ value }, index) => {
    const next = lower[index + 1];
    return { value, color: next === undefined ? SEVERITY_COLORS.good : SEVERITY_COLORS[next.severity] };
  });
  const all = [...falling, ...rising].toSorted((one, other) => one.value - other.value);
  // The SDK's type wants a number for the first step; Grafana's JSON has null for "from the lowest value on".
  return [{ value: null as unknown as number, color: base }, ...all];
}

function buildThresholds(spec: Panel): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(thresholdSteps(spec));
}

function buildQuery({ expr, legend }: PanelQuery, index: number): DataqueryBuilder {
  const refId = String.fromCharCode("A".charCodeAt(0) + index);
  return new DataqueryBuilder().refId(refId).datasource(DATA_SOURCE).expr(expr).legendFormat(legend);
}

function buildTimeSeries(spec: TimeSeriesSpec): TimeSeriesBuilder {
  const limited = [...(spec.above ?? []), ...(spec.below ?? [])].length > 0;
  const builder = new TimeSeriesBuilder()
    .thresholds(buildThresholds(spec))
    .thresholdsStyle(
      new GraphThresholdsStyleConfigBuilder().mode(
        limited ? GraphThresholdsStyleMode.Dashed : GraphThresholdsStyleMode.Off,
      ),
    )
    .lineWidth(1)
    .fillOpacity(8)
    .axisSoftMin(0)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(["lastNotNull", "max"]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  return spec.max === undefined ? builder : builder.max(spec.max);
}

function buildStat(spec: StatSpec): StatBuilder {
  return new StatBuilder()
    .thresholds(buildThresholds(spec))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .noValue("no data");
}

/** A panel as the SDK builds it. */
export function buildPanel(spec: Panel): TimeSeriesBuilder | StatBuilder {
  const builder = spec.kind === "stat" ? buildStat(spec) : buildTimeSeries(spec);
  return builder
    .title(spec.title)
    .description(spec.description)
    .datasource(DATA_SOURCE)
    .unit(UNITS[spec.unit])
    .span(spec.width)
    .height(PANEL_HEIGHTS[spec.kind])
    .targets(spec.queries.map(buildQuery));
}
