import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { expect, test } from "@jest/globals";
import { renderDashboards } from "../../../components/monitoring/dashboards/index.ts";
import * as thresholds from "../../../components/monitoring/rules/thresholds.ts";
import { parsePromql } from "../rules/promql.ts";
import { panelsOf, targetsOf, withoutVariables } from "./dashboard-lint.ts";

const panels = renderDashboards()
  .map(({ json }) => JSON.parse(json) as Dashboard)
  .flatMap((model) => panelsOf(model).map((panel) => ({ name: `${model.title}: ${panel.title}`, panel })));

/** Threshold lines that no alert uses. */
const UNALERTED_THRESHOLDS: Readonly<Record<string, readonly number[]>> = {
  // The remaining budget limits changes: caution at a quarter, none at 0. Alerts use the burn rate instead.
  "Operations: Budget": [0, 0.25],
  // A single server that enforces its limits without the shared counters is too many.
  "Security Monitoring: Limits kept alone": [1],
};

test.each(panels)("$name uses the alert thresholds for its lines", ({ name, panel }) => {
  const values: readonly number[] = Object.values(thresholds).flatMap((family) => Object.values(family));
  const own = Object.entries(UNALERTED_THRESHOLDS).flatMap(([prefix, lines]) =>
    name.startsWith(prefix) ? lines : [],
  );
  const drawn = (panel.fieldConfig?.defaults?.thresholds?.steps ?? []).flatMap(({ value }) => value ?? []);
  expect(drawn.filter((value) => !values.includes(value) && !own.includes(value))).toEqual([]);
});

test("every metric has the same unit on all dashboards", () => {
  const units = new Map<string, Set<string>>();
  for (const { panel } of panels) {
    const [target] = targetsOf(panel);
    const unit = panel.fieldConfig?.defaults?.unit ?? "";
    units.set(target?.expr ?? "", (units.get(target?.expr ?? "") ?? new Set()).add(unit));
  }
  expect([...units].filter(([, names]) => names.size > 1)).toEqual([]);
});

test("panels with a server variable filter by the selected servers", () => {
  const asked = panels.flatMap(({ name, panel }) =>
    targetsOf(panel).flatMap(({ expr }) =>
      parsePromql(withoutVariables(expr)).selectors.map(({ matchers }) => ({ name, matchers, expr })),
    ),
  );
  const chosen = asked.filter(({ expr }) => expr.includes("$server"));
  expect(chosen.length).toBeGreaterThan(20);
  expect(chosen.filter(({ matchers }) => !matchers.some(({ label }) => label === "pod"))).toEqual([]);
});
