import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { expect, test } from "@jest/globals";
import { renderDashboards } from "../../../components/monitoring/dashboards/index.ts";
import { formatValue, renderDashboardSvg } from "./dashboard-svg.ts";

test.each(renderDashboards())("the documented image of $fileName is up to date", ({ fileName, json }) => {
  const path = join("docs", "images", "dashboards", fileName.replace(/json$/, "svg"));
  // To update the pictures: npm run dashboards:pictures.
  expect(readFileSync(path, "utf8")).toBe(renderDashboardSvg(JSON.parse(json) as Dashboard));
});

test.each([
  [0.05, "percentunit", "5%"],
  [0.0167, "s", "16.7 ms"],
  [3600, "s", "3600 s"],
  [400e6, "decbytes", "400 MB"],
  [90, "hertz", "90 Hz"],
])("%s in %s is formatted as %s", (value, unit, shown) => {
  expect(formatValue(value, unit)).toBe(shown);
});
