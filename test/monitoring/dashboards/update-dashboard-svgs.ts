import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { renderDashboards } from "../../../components/monitoring/dashboards/index.ts";
import { renderDashboardSvg } from "./dashboard-svg.ts";

/** The directory of the pictures in the documentation. */
const DIRECTORY = "docs/images/dashboards";

mkdirSync(DIRECTORY, { recursive: true });
for (const { fileName, json } of renderDashboards()) {
  const path = join(DIRECTORY, fileName.replace(/json$/, "svg"));
  writeFileSync(path, renderDashboardSvg(JSON.parse(json) as Dashboard));
  process.stdout.write(`${path}\n`);
}
