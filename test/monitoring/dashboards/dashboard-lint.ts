import type { Dashboard, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { parsePromql } from "../rules/promql.ts";

/**
 * The rules of Grafana's dashboard-linter (https://github.com/grafana/dashboard-linter/tree/main/docs/rules), reimplemented because
 * the linter is not available in a package registry. Two rules differ on purpose: the job is a fixed matcher, because each
 * Prometheus serves one product, and the variable `server` replaces `instance`.
 */
interface LintFinding {
  /** Title of the panel or of the dashboard. */
  readonly where: string;
  readonly rule: string;
}

interface Target {
  readonly expr: string;
  readonly legendFormat?: string;
  readonly datasource?: { readonly uid?: string };
}

/** The panels of a dashboard, without rows. */
export function panelsOf(dashboard: Dashboard): readonly Panel[] {
  return (dashboard.panels ?? []).filter((panel): panel is Panel => panel.type !== "row");
}

/** The queries of a panel. */
export function targetsOf(panel: Panel): readonly Target[] {
  return (panel.targets ?? []) as unknown as readonly Target[];
}

/** Replaces Grafana's variables in an expression, so that it is valid PromQL. */
export function withoutVariables(expr: string): string {
  return expr.replaceAll("$__rate_interval", "5m").replaceAll("$server", ".+");
}

const ENVIRONMENT_VARIABLE = "$" + "{environment}";

type PanelRule = (panel: Panel) => boolean;

/** Each rule returns whether a panel complies. */
const PANEL_RULES: Readonly<Record<string, PanelRule>> = {
  "panel-title-description": ({ title, description }) => !!title && (description ?? "").length >= 20,
  "panel-units": ({ fieldConfig }) => !!fieldConfig?.defaults?.unit,
  "panel-datasource": ({ datasource }) => datasource?.uid === ENVIRONMENT_VARIABLE,
  "panel-no-targets": (panel) => targetsOf(panel).length > 0,
  "target-datasource": (panel) =>
    targetsOf(panel).every(({ datasource }) => datasource?.uid === ENVIRONMENT_VARIABLE),
  "target-legend": (panel) => targetsOf(panel).every(({ legendFormat }) => !!legendFormat),
  // A rate over a fixed window shows nothing when zoomed in and misses peaks when zoomed out.
  "target-rate-interval": (panel) =>
    targetsOf(panel).every(({ expr }) =>
      [...expr.matchAll(/\brate\([^[]*\[([^\]]+)\]/g)].every(([, window]) => window === "$__rate_interval"),
    ),
  // A raw counter only increases, so it must be used in a rate or an increase.
  "target-counter-agg": (panel) =>
    targetsOf(panel).every(({ expr }) =>
      [...expr.matchAll(/(\w*)\(\s*\w+_total\b/g)].every(([, fn]) =>
        ["rate", "increase", "irate"].includes(fn ?? ""),
      ),
    ),
  // Recorded series, which have colons in their names, come from one job; ALERTS has no job.
  "target-job": (panel) =>
    targetsOf(panel)
      .flatMap(({ expr }) => parsePromql(withoutVariables(expr)).selectors)
      .filter(({ metric }) => !metric.includes(":") && metric !== "ALERTS")
      .every(({ matchers }) => matchers.some(({ label, operator }) => label === "job" && operator === "=")),
  "target-promql": (panel) =>
    targetsOf(panel).every(({ expr }) => parsePromql(withoutVariables(expr)).faults.length === 0),
};

const DASHBOARD_RULES: Readonly<Record<string, (dashboard: Dashboard) => boolean>> = {
  uneditable: ({ editable }) => editable === false,
  "stable-uid": ({ uid }) => /^spacetime-[a-z-]{3,40}$/.test(uid ?? ""),
  "template-datasource": ({ templating }) =>
    templating?.list?.[0]?.type === "datasource" && templating.list[0].name === "environment",
  "template-on-time-change-reload": ({ templating }) =>
    (templating?.list ?? []).filter(({ type }) => type === "query").every(({ refresh }) => refresh === 2),
  "unique-titles": (dashboard) => {
    const titles = panelsOf(dashboard).map(({ title }) => title);
    return new Set(titles).size === titles.length;
  },
  "unique-ids": ({ panels = [] }) => new Set(panels.map(({ id }) => id)).size === panels.length,
  "no-overlap": (dashboard) => overlappingPanels(dashboard.panels as readonly Panel[]).length === 0,
  "within-24-columns": ({ panels = [] }) =>
    (panels as readonly Panel[]).every(({ gridPos }) => gridPos !== undefined && gridPos.x + gridPos.w <= 24),
};

function overlappingPanels(panels: readonly Panel[]): string[] {
  return panels.flatMap((one, index) =>
    panels.slice(index + 1).flatMap((other) => {
      const [a, b] = [one.gridPos, other.gridPos];
      if (a === undefined || b === undefined) return ["no place"];
      const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
      return apart ? [] : [`${one.title} lies on ${other.title}`];
    }),
  );
}

/** Returns the rule violations of a dashboard. */
export function lintDashboard(dashboard: Dashboard): LintFinding[] {
  const whole = Object.entries(DASHBOARD_RULES)
    .filter(([, complies]) => !complies(dashboard))
    .map(([rule]) => ({ where: dashboard.title ?? "", rule }));
  const parts = panelsOf(dashboard).flatMap((panel) =>
    Object.entries(PANEL_RULES)
      .filter(([, complies]) => !complies(panel))
      .map(([rule]) => ({ where: panel.title ?? "", rule })),
  );
  return [...whole, ...parts];
}

/** The names of all rules, so that a test can check that each rule can fail. */
export const LINT_RULES = [...Object.keys(DASHBOARD_RULES), ...Object.keys(PANEL_RULES)];
