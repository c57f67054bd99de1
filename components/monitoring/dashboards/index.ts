import { buildDashboardModel, type DashboardSpec } from "./dashboard-model.ts";
import { httpApiOverviewDashboard } from "./http-api-overview.ts";
import { operationsDashboard } from "./operations.ts";
import { securityMonitoringDashboard } from "./security-monitoring.ts";
import { serverMeshingDashboard } from "./server-meshing.ts";
import { vrPerformanceDashboard } from "./vr-performance.ts";

/** A dashboard file for Grafana's provisioning. */
export interface DashboardFile {
  readonly fileName: `${string}.json`;
  /** Grafana's JSON model, indented, with a trailing newline. */
  readonly json: string;
}

/** The dashboards; the overview for daily use comes first. */
export const DASHBOARD_SPECS: readonly DashboardSpec[] = [
  operationsDashboard,
  httpApiOverviewDashboard,
  serverMeshingDashboard,
  vrPerformanceDashboard,
  securityMonitoringDashboard,
];

/** Renders the dashboard files that Grafana provisions. */
export function renderDashboards(): readonly DashboardFile[] {
  return DASHBOARD_SPECS.map((spec) => ({
    fileName: `${spec.uid}.json` as const,
    json: `${JSON.stringify(buildDashboardModel(spec), null, 2)}\n`,
  }));
}
