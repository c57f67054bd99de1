import { isAlert, type Rule } from "../../../components/monitoring/rules/index.ts";
import type { KnownMetric } from "../exporter-metrics/index.ts";
import { type ParsedPromql, parsePromql, type Selector } from "./promql.ts";

/** A rule's name; for a recording rule, with the alerts that depend on it. */
function ruleName(rule: Rule, rules: readonly Rule[]): string {
  if (isAlert(rule)) return rule.alert;
  const readers = alertsUsing(rules, rule.record);
  return readers.length === 0 ? rule.record : `${rule.record} (read by ${readers.join(", ")})`;
}

/** The labels of recorded series: those that the rule groups by and those that it adds. */
function recordedLabels(rule: Rule): readonly string[] {
  if (isAlert(rule)) return [];
  return [...parsePromql(rule.expr).groupingLabels, ...Object.keys(rule.labels ?? {})];
}

/** The series in which Prometheus stores alerts; it has no job. */
const ALERT_SERIES = "ALERTS";
const ALERT_LABELS = ["alertname", "alertstate", "severity", "team"];

/** Adds the recorded series and ALERTS to the metrics of the exporters. */
export function addRecordedMetrics(
  rules: readonly Rule[],
  known: ReadonlyMap<string, KnownMetric>,
): ReadonlyMap<string, KnownMetric> {
  const recorded = rules.flatMap((rule): [string, KnownMetric][] =>
    isAlert(rule) ? [] : [[rule.record, { jobs: [], labels: new Set(["job", ...recordedLabels(rule)]) }]],
  );
  return new Map([...known, ...recorded, [ALERT_SERIES, { jobs: [], labels: new Set(ALERT_LABELS) }]]);
}

/** Syntax errors of an expression, and the metrics and labels that are not in `known`. */
export function expressionErrors(expr: string, known: ReadonlyMap<string, KnownMetric>): string[] {
  const parsed = parsePromql(expr);
  const faults = [
    ...parsed.faults.map((at) => `is not PromQL at character ${at}`),
    ...parsed.selectors.flatMap((selector) => selectorErrors(selector, known)),
    ...groupingErrors(parsed, known),
  ];
  return [...new Set(faults)];
}

/**
 * References of the rules that no exporter documents, one line each with the rule: invalid PromQL, unknown metrics, unknown
 * labels of matchers or groupings, and jobs without the metric.
 */
export function metricReferenceErrors(
  rules: readonly Rule[],
  known: ReadonlyMap<string, KnownMetric>,
): string[] {
  const all = addRecordedMetrics(rules, known);
  return rules.flatMap((rule) =>
    expressionErrors(rule.expr, all).map((fault) => `${ruleName(rule, rules)}: ${fault}`),
  );
}

function selectorErrors({ metric, matchers }: Selector, known: ReadonlyMap<string, KnownMetric>): string[] {
  const found = known.get(metric);
  if (found === undefined) return [`no exporter has ${metric}`];
  const job = matchers.find(({ label, operator }) => label === "job" && operator === "=")?.value;
  const isForeign = job !== undefined && found.jobs.length > 0 && !found.jobs.includes(job);
  return [
    ...matchers
      .filter(({ label }) => !found.labels.has(label))
      .map(({ label }) => `${metric} has no label ${label}`),
    ...(isForeign ? [`job ${job} has no ${metric}`] : []),
    // Without a job matcher, the same metric of another application would raise the alert.
    ...(metric.startsWith("slo:") || metric === ALERT_SERIES || matchers.some(({ label }) => label === "job")
      ? []
      : [`${metric} of no job`]),
  ];
}

function groupingErrors(
  { selectors, groupingLabels }: ParsedPromql,
  known: ReadonlyMap<string, KnownMetric>,
): string[] {
  // The labels of an unknown metric are unknown; the metric itself is already reported.
  if (selectors.some(({ metric }) => !known.has(metric))) return [];
  const labels = new Set(selectors.flatMap(({ metric }) => [...(known.get(metric)?.labels ?? [])]));
  return groupingLabels
    .filter((label) => !labels.has(label))
    .map((label) => `groups by ${label}, which nothing has`);
}

/** The alerts that use a metric, directly or through recording rules. */
export function alertsUsing(rules: readonly Rule[], metric: string): string[] {
  const reads = (rule: Rule, name: string): boolean =>
    parsePromql(rule.expr).selectors.some((selector) => selector.metric === name);
  const recorded = rules.flatMap((rule) => (!isAlert(rule) && reads(rule, metric) ? [rule.record] : []));
  const all = new Set([
    ...rules.flatMap((rule) => (isAlert(rule) && reads(rule, metric) ? [rule.alert] : [])),
    ...recorded.flatMap((record) => alertsUsing(rules, record)),
  ]);
  return [...all];
}
