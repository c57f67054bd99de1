import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { describe, expect, test } from "@jest/globals";
import { renderDashboards } from "../../../components/monitoring/dashboards/index.ts";
import { METRICS } from "../../../reference-server/contract/metrics.ts";
import { EXPORTERS, gameServerMetrics, knownMetrics } from "../exporter-metrics/index.ts";
import { addRecordedMetrics, expressionErrors } from "../rules/metric-references.ts";
import { RECORDINGS } from "../rules/production-rules.ts";
import { parsePromql } from "../rules/promql.ts";
import { withoutVariables } from "./dashboard-lint.ts";
import { dashboardQueries, dashboardQueryErrors } from "./dashboard-queries.ts";

const DASHBOARD_MODELS = renderDashboards().map(({ json }) => JSON.parse(json) as Dashboard);

const KNOWN_METRICS = addRecordedMetrics(RECORDINGS, knownMetrics());

/** The known metrics after a rename of one metric. */
function withoutMetric(name: string): typeof KNOWN_METRICS {
  const contract = METRICS.map((metric) =>
    metric.name === name ? { ...metric, name: `${name}_renamed` } : metric,
  );
  const exporters = EXPORTERS.map((exporter) => ({
    ...exporter,
    metrics: Object.fromEntries(Object.entries(exporter.metrics).filter(([metric]) => metric !== name)),
  }));
  const known = knownMetrics([...exporters, gameServerMetrics(contract)]);
  // A recording rule without its input records nothing, so rules that read it have no input either.
  let left = RECORDINGS.filter(({ record }) => record !== name);
  for (;;) {
    const all = addRecordedMetrics(left, known);
    const whole = left.filter(({ expr }) => expressionErrors(expr, all).length === 0);
    if (whole.length === left.length) return all;
    left = whole;
  }
}

/** A metric, its histogram series, and the recording rules that depend on it. */
function metricDependencies(name: string): ReadonlySet<string> {
  const made = new Set([name, `${name}_bucket`, `${name}_sum`, `${name}_count`]);
  for (let before = 0; before < made.size; ) {
    before = made.size;
    const reads = ({ expr }: { expr: string }): boolean =>
      parsePromql(expr).selectors.some(({ metric }) => made.has(metric));
    for (const { record } of RECORDINGS) {
      // The SLOs record under the same name, which exists as long as one of them is recorded.
      if (RECORDINGS.filter((other) => other.record === record).every(reads)) made.add(record);
    }
  }
  return made;
}

const queryErrors = (known: typeof KNOWN_METRICS): string[] =>
  DASHBOARD_MODELS.flatMap((model) => dashboardQueryErrors(model, known));

/** Every query with the metrics that it reads. */
const METRIC_READS = DASHBOARD_MODELS.flatMap(dashboardQueries).map(({ where, expr }) => ({
  where,
  metrics: parsePromql(withoutVariables(expr)).selectors.map(({ metric }) => metric),
}));

test.each(DASHBOARD_MODELS.map((model) => [model.title ?? "", model] as const))(
  "%s uses only existing metrics and labels in panels, annotations and variables",
  (_title, model) => {
    expect(dashboardQueryErrors(model, KNOWN_METRICS)).toEqual([]);
  },
);

test("panels, both annotations and the variable are checked", () => {
  const [first] = DASHBOARD_MODELS.flatMap(dashboardQueries).filter(
    ({ where }) => where === "VR Performance: $server",
  );
  expect(first).toEqual({
    where: "VR Performance: $server",
    expr: 'spacetime_build_info{job="game-server"}',
    legend: "{{pod}}",
  });
  expect(METRIC_READS.filter(({ where }) => /: (Deployments|Rollbacks)$/.test(where))).toHaveLength(
    2 * DASHBOARD_MODELS.length,
  );
  expect(METRIC_READS.length).toBeGreaterThan(70);
  expect(METRIC_READS.filter(({ metrics }) => metrics.length === 0)).toEqual([]);
});

describe("renaming a metric reports every panel that would be empty", () => {
  test("the frame rate", () => {
    expect(queryErrors(withoutMetric("spacetime_frame_rate_hertz"))).toEqual([
      "VR Performance: Slowest server: no exporter has spacetime_frame_rate_hertz",
      "VR Performance: Frame rate by server: no exporter has spacetime_frame_rate_hertz",
    ]);
  });

  test("a metric that a panel reads through a recording rule", () => {
    expect(queryErrors(withoutMetric("spacetime_database_query_duration_seconds"))).toEqual([
      "Operations: Statement time: no exporter has job:spacetime_database_query_duration_seconds:p99_rate5m",
    ]);
  });

  const contract = METRICS.map(({ name }) => name);
  const others = [...new Set(METRIC_READS.flatMap(({ metrics }) => metrics))].filter(
    (metric) => metric !== "ALERTS" && metric !== "up" && !contract.some((name) => metric.startsWith(name)),
  );
  test.each([...contract, ...others])("%s", (name) => {
    const made = metricDependencies(name);
    const readers = METRIC_READS.filter(({ metrics }) => metrics.some((metric) => made.has(metric)));
    const faults = queryErrors(withoutMetric(name));
    for (const fault of faults) expect(made).toContain(/no exporter has (\S+)$/.exec(fault)?.[1]);
    const named = ({ where }: { where: string }): boolean =>
      faults.some((fault) => fault.startsWith(`${where}: `));
    expect(readers.filter((reader) => !named(reader))).toEqual([]);
  });
});

test.each([
  [
    "a legend's label that the sum does not keep",
    'sum by (job) (up{job="game-server"})',
    "{{pod}}",
    "legend names pod",
  ],
  [
    "a legend's label that the metric never had",
    'nginx_up{job="gateway"}',
    "{{route}}",
    "legend names route",
  ],
  ["a metric of an exporter that has none of it", 'pg_up{job="redis"}', "", "job redis has no pg_up"],
])("%s is reported", (_title, expr, legendFormat, fault) => {
  const model = structuredClone(DASHBOARD_MODELS[1]) as Dashboard;
  const panel = model.panels?.find(({ type }) => type !== "row") as { targets: object[] };
  panel.targets = [{ expr, legendFormat }];
  expect(dashboardQueryErrors(model, KNOWN_METRICS).join("\n")).toContain(fault);
});
