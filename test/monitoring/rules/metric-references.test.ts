import { describe, expect, test } from "@jest/globals";
import type { Rule } from "../../../components/monitoring/rules/index.ts";
import { METRICS } from "../../../reference-server/contract/metrics.ts";
import { EXPORTERS, gameServerMetrics, knownMetrics } from "../exporter-metrics/index.ts";
import { FAILURE_ONLY_SELECTORS, HEALTHY_SERIES } from "./healthy-series.ts";
import { alertsUsing, metricReferenceErrors } from "./metric-references.ts";
import { RULES } from "./production-rules.ts";
import { matchesSeries, parsePromql, parseSeries, type Selector } from "./promql.ts";

const KNOWN_METRICS = knownMetrics();

const HEALTHY_SERIES_SELECTORS = Object.keys(HEALTHY_SERIES).map(parseSeries);

function selectorText({ metric, matchers }: Selector): string {
  const parts = matchers.map(({ label, operator, value }) => `${label}${operator}${JSON.stringify(value)}`);
  return `${metric}{${parts.join(",")}}`;
}

function errorsIn(expr: string): string[] {
  const rule: Rule = { record: "job:broken:rule", expr };
  return metricReferenceErrors([rule], KNOWN_METRICS);
}

/** The contract with one renamed metric. */
function withRenamedMetric(from: string): ReturnType<typeof knownMetrics> {
  const contract = METRICS.map((metric) =>
    metric.name === from ? { ...metric, name: `${from}_renamed` } : metric,
  );
  return knownMetrics([...EXPORTERS, gameServerMetrics(contract)]);
}

describe("rules use only existing metrics and labels", () => {
  test("every metric, label and job in every expression is in the contract or in an exporter's list", () => {
    expect(metricReferenceErrors(RULES, KNOWN_METRICS)).toEqual([]);
  });

  test.each([
    ["sum(rate(up{", "is not PromQL"],
    ['spacetime_frame_rate{job="game-server"}', "no exporter has spacetime_frame_rate"],
    ['redis_up{job="redis",shard="1"}', "redis_up has no label shard"],
    ['sum by (region) (redis_up{job="redis"})', "groups by region, which nothing has"],
    ['pg_up{job="redis"}', "job redis has no pg_up"],
    ["redis_up", "redis_up of no job"],
  ])("%s is rejected", (expr, fault) => {
    expect(errorsIn(expr).join("\n")).toContain(fault);
  });
});

describe("renaming a metric of the contract reports the alerts that would no longer fire", () => {
  test("the frame rate", () => {
    expect(metricReferenceErrors(RULES, withRenamedMetric("spacetime_frame_rate_hertz"))).toEqual([
      "FrameRateCritical: no exporter has spacetime_frame_rate_hertz",
      "FrameRateLow: no exporter has spacetime_frame_rate_hertz",
      "FrameRateUnlimited: no exporter has spacetime_frame_rate_hertz",
    ]);
  });

  test("a metric that alerts read through a recording rule", () => {
    expect(metricReferenceErrors(RULES, withRenamedMetric("spacetime_auth_failures_total"))).toEqual([
      "job_reason:spacetime_auth_failures:rate5m (read by AuthenticationFailuresHigh, AuthenticationBruteForce, RolesOverstepped): no exporter has spacetime_auth_failures_total",
    ]);
  });

  test.each(METRICS.map(({ name }) => name))("%s", (name) => {
    const parts = [name, `${name}_bucket`, `${name}_sum`, `${name}_count`];
    const silenced = parts.flatMap((part) => alertsUsing(RULES, part));
    const faults = metricReferenceErrors(RULES, withRenamedMetric(name));
    for (const fault of faults) expect(fault).toContain(`no exporter has ${name}`);
    expect(silenced.filter((alert) => !faults.some((fault) => fault.includes(alert)))).toEqual([]);
  });
});

describe("the healthy series are complete", () => {
  test("every selector of every rule matches a healthy series, except those that exist only during failures", () => {
    const recorded = new Set(RULES.flatMap((rule) => ("record" in rule ? [rule.record as string] : [])));
    const missing = RULES.flatMap(({ expr }) => parsePromql(expr).selectors)
      .filter(({ metric }) => !recorded.has(metric))
      .filter((selector) => !HEALTHY_SERIES_SELECTORS.some((series) => matchesSeries(selector, series)))
      .map(selectorText);
    expect([...new Set(missing)].sort()).toEqual(FAILURE_ONLY_SELECTORS);
  });

  test("every healthy series is one that an exporter has", () => {
    const foreign = HEALTHY_SERIES_SELECTORS.filter(({ name, labels }) => {
      const metric = KNOWN_METRICS.get(name);
      return metric === undefined || Object.keys(labels).some((label) => !metric.labels.has(label));
    });
    expect(foreign).toEqual([]);
  });
});
