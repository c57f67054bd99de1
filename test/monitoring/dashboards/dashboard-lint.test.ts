import type { Dashboard, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { describe, expect, test } from "@jest/globals";
import { renderDashboards } from "../../../components/monitoring/dashboards/index.ts";
import { LINT_RULES, lintDashboard, panelsOf } from "./dashboard-lint.ts";

const renderedDashboards = renderDashboards().map(({ fileName, json }) => ({
  fileName,
  model: JSON.parse(json) as Dashboard,
}));

test("the five dashboards exist", () => {
  expect(renderedDashboards.map(({ model }) => model.title)).toEqual([
    "Operations",
    "HTTP API Overview",
    "Server Meshing",
    "VR Performance",
    "Security Monitoring",
  ]);
});

test.each(renderedDashboards)("$fileName passes the dashboard linter", ({ model }) => {
  expect(lintDashboard(model)).toEqual([]);
});

test.each(renderedDashboards)("$fileName marks deployments and rollbacks", ({ model }) => {
  expect(model.annotations?.list?.map(({ name }) => name)).toEqual(["Deployments", "Rollbacks"]);
});

// biome-ignore lint/suspicious/noExplicitAny: the violations are values that the type does not allow
type Violation = (model: any, panel: any) => void;

const VIOLATIONS: Readonly<Record<string, Violation>> = {
  uneditable: (model) => Object.assign(model, { editable: true }),
  "stable-uid": (model) => Object.assign(model, { uid: "x" }),
  "template-datasource": (model) => model.templating.list.shift(),
  "template-on-time-change-reload": (model) => Object.assign(model.templating.list[1], { refresh: 1 }),
  "unique-titles": (model, panel) => Object.assign(model.panels.at(-1), { title: panel.title }),
  "unique-ids": (model, panel) => Object.assign(panel, { id: model.panels[0].id }),
  "no-overlap": (model, panel) => Object.assign(panel, { gridPos: model.panels.at(-1).gridPos }),
  "within-24-columns": (_, panel) => Object.assign(panel.gridPos, { w: 25 }),
  "panel-title-description": (_, panel) => Object.assign(panel, { description: "" }),
  "panel-units": (_, panel) => Object.assign(panel.fieldConfig.defaults, { unit: "" }),
  "panel-datasource": (_, panel) => Object.assign(panel, { datasource: { uid: "prometheus" } }),
  "panel-no-targets": (_, panel) => Object.assign(panel, { targets: [] }),
  "target-datasource": (_, panel) => Object.assign(panel.targets[0], { datasource: { uid: "prometheus" } }),
  "target-legend": (_, panel) => Object.assign(panel.targets[0], { legendFormat: "" }),
  "target-rate-interval": (_, panel) =>
    Object.assign(panel.targets[0], { expr: 'rate(a_total{job="game-server"}[5m])' }),
  "target-counter-agg": (_, panel) =>
    Object.assign(panel.targets[0], { expr: 'sum(a_total{job="game-server"})' }),
  "target-promql": (_, panel) => Object.assign(panel.targets[0], { expr: 'sum(up{job="game-server"}' }),
  "target-job": (_, panel) => Object.assign(panel.targets[0], { expr: 'up{pod="a"}' }),
};

describe("the linter", () => {
  test("has a violating dashboard for each rule", () => {
    expect(Object.keys(VIOLATIONS).sort()).toEqual([...LINT_RULES].sort());
  });

  test.each(Object.entries(VIOLATIONS))("reports a violation of %s", (rule, change) => {
    const model = structuredClone(renderedDashboards[1]?.model) as Dashboard;
    change(model, panelsOf(model)[0] as Panel);
    expect(lintDashboard(model).map((finding) => finding.rule)).toContain(rule);
  });
});
