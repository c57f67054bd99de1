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

/** The Grafana unit ids that panels use, so that every dashboard shows a quantity in the same unit. */
const UNITS = {
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

type Unit = keyof typeof UNITS;

/** The data source selected by the variable `environment`. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana replaces the variable
export const DATA_SOURCE = { type: "prometheus", uid: "${environment}" } as const;

/** A query of a panel. */
interface PanelQuery {
  readonly expr: string;
  /** Grafana's legend template, which may contain labels. */
  readonly legend: string;
}

/** A threshold line with a constant of ../rules/thresholds.ts, which the alerts use too. */
interface ThresholdLine {
  readonly value: number;
  readonly severity: "warning" | "critical";
}

interface PanelSpec {
  readonly title: string;
  /** What the panel shows, and what to do if a value is abnormal. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly [PanelQuery, ...PanelQuery[]];
  /** Upper limits; `below` has the lower limits. */
  readonly above?: readonly ThresholdLine[];
  readonly below?: readonly ThresholdLine[];
  /** Width in columns; a dashboard has 24. */
  readonly width: number;
}

interface TimeSeriesSpec extends PanelSpec {
  readonly kind: "time-series";
  /** Maximum of the axis, if the quantity has one. */
  readonly max?: number;
}

interface StatSpec extends PanelSpec {
  readonly kind: "stat";
}

export type Panel = TimeSeriesSpec | StatSpec;

const SEVERITY_COLORS = { good: "green", warning: "orange", critical: "red" } as const;
const PANEL_HEIGHTS = { stat: 4, "time-series": 8 } as const;

/** Grafana's threshold steps are ascending: each colour applies from its value upwards. */
function thresholdSteps({ above = [], below = [] }: Pick<PanelSpec, "above" | "below">): Threshold[] {
  const rising = above.map(({ value, severity }) => ({ value, color: SEVERITY_COLORS[severity] }));
  const lower = below.toSorted((one, other) => one.value - other.value);
  const base = lower[0] === undefined ? SEVERITY_COLORS.good : SEVERITY_COLORS[lower[0].severity];
  const falling = lower.map(({ value }, index) => {
    const next = lower[index + 1];
    return { value, color: next === undefined ? SEVERITY_COLORS.good : SEVERITY_COLORS[next.severity] };
  });
  const all = [...falling, ...rising].toSorted((one, other) => one.value - other.value);
  // The SDK's type requires a number, but Grafana's JSON model has null as the value of the base step.
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

/** Creates the SDK builder of a panel. */
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
