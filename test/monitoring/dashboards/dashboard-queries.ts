import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import type { KnownMetric } from "../exporter-metrics/index.ts";
import { expressionErrors } from "../rules/metric-references.ts";
import { parsePromql } from "../rules/promql.ts";
import { vectorMatchingErrors } from "../rules/vector-matching.ts";
import { panelsOf, targetsOf, withoutVariables } from "./dashboard-lint.ts";

/** A query of a dashboard and its location. */
interface DashboardQuery {
  /** Title of the dashboard and of the panel, annotation or variable. */
  readonly where: string;
  readonly expr: string;
  /** The legend template with labels such as `{{pod}}`. */
  readonly legend: string;
}

interface Annotation {
  readonly name?: string;
  readonly expr?: string;
  readonly textFormat?: string;
}

/** The query of a Grafana variable: `label_values(selector, label)`. */
const LABEL_VALUES = /^label_values\((.+), *(\w+)\)$/;

function variableQueries({ title, templating }: Dashboard): DashboardQuery[] {
  return (templating?.list ?? []).flatMap(({ name, query }) => {
    const asked = typeof query === "object" ? (query as { query?: string }).query : undefined;
    const [, expr, label] = LABEL_VALUES.exec(asked ?? "") ?? [];
    return expr === undefined ? [] : [{ where: `${title}: $${name}`, expr, legend: `{{${label}}}` }];
  });
}

/** All queries of a dashboard: panels, annotations, variables. */
export function dashboardQueries(dashboard: Dashboard): DashboardQuery[] {
  const { title, annotations } = dashboard;
  return [
    ...panelsOf(dashboard).flatMap((panel) =>
      targetsOf(panel).map(({ expr, legendFormat = "" }) => ({
        where: `${title}: ${panel.title}`,
        expr,
        legend: legendFormat,
      })),
    ),
    ...((annotations?.list ?? []) as readonly Annotation[]).map(({ name, expr = "", textFormat = "" }) => ({
      where: `${title}: ${name}`,
      expr,
      legend: textFormat,
    })),
    ...variableQueries(dashboard),
  ];
}

/** Labels of a legend that the query result does not have; Grafana would show the braces or nothing. */
function legendErrors({ expr, legend }: DashboardQuery, known: ReadonlyMap<string, KnownMetric>): string[] {
  const { selectors, groupingLabels } = parsePromql(withoutVariables(expr));
  // The labels of an unknown metric are unknown; expressionErrors reports the metric.
  if (selectors.some(({ metric }) => !known.has(metric))) return [];
  const grouped = /\b(?:sum|min|max|avg|count)\b/.test(expr);
  const labels = new Set(
    grouped ? groupingLabels : selectors.flatMap(({ metric }) => [...(known.get(metric)?.labels ?? [])]),
  );
  return [...legend.matchAll(/\{\{(\w+)\}\}/g)].flatMap(([, label = ""]) =>
    labels.has(label) ? [] : [`its legend names ${label}, which the answer does not have`],
  );
}

/** Unknown metrics and labels, one line each, with the panel, annotation or variable that uses them. */
export function dashboardQueryErrors(
  dashboard: Dashboard,
  known: ReadonlyMap<string, KnownMetric>,
): string[] {
  return dashboardQueries(dashboard).flatMap((question) =>
    [
      ...expressionErrors(withoutVariables(question.expr), known),
      ...vectorMatchingErrors(withoutVariables(question.expr), known),
      ...legendErrors(question, known),
    ].map((fault) => `${question.where}: ${fault}`),
  );
}
