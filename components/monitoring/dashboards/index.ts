import { type DashboardSpec, dashboardModel } from "./frame.ts";
import { httpApiOverview } from "./http-api-overview.ts";
import { operations } from "./operations.ts";
import { securityMonitoring } from "./security-monitoring.ts";
import { serverMeshing } from "./server-meshing.ts";
import { vrPerformance } from "./vr-performance.ts";

/** A dashboard as Grafana provisions it. */
export interface Dashboard {
  readonly fileName: `${string}.json`;
  /** Grafana's JSON model, indented, ended with a newline. */
  readonly json: string;
}

/** The dashboards, the one to begin with first. */
export const DASHBOARDS: readonly DashboardSpec[] = [
  operations,
  httpApiOverview,
  serverMeshing,
  vrPerformance,
  securityMonitoring,
];

/** The files that Grafana reads. */
export function dashboards(): readonly Dashboard[] {
  return DASHBOARDS.map((spec) => ({
    fileName: `${spec.uid}.json` as const,
    json: `${JSON.stringify(dashboardModel(spec), null, 2)}\n`,
  }));
}
