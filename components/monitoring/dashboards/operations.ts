import { SLO_NAMES } from "../rules/slo.ts";
import { POSTGRES, SERVER } from "../rules/thresholds.ts";
import type { DashboardRow, DashboardSpec } from "./dashboard-model.ts";
import type { Panel } from "./panel-builder.ts";
import { ALL_SERVERS_MATCHER } from "./promql.ts";

const budgetPanels: readonly Panel[] = SLO_NAMES.map((slo) => ({
  kind: "stat",
  title: `Budget: ${slo}`,
  description: "What is left of 30 days' error budget. When it is gone, changes wait until it has recovered.",
  unit: "ratio",
  queries: [{ expr: `slo:error_budget_remaining:ratio{slo="${slo}"}`, legend: slo }],
  below: [
    { value: 0, severity: "critical" },
    { value: 0.25, severity: "warning" },
  ],
  width: 24 / SLO_NAMES.length,
}));

const objectivesRow: DashboardRow = {
  title: "Service level objectives",
  panels: [
    ...budgetPanels,
    {
      kind: "time-series",
      title: "Bad events",
      description: "Share of events that break a promise, over five minutes.",
      unit: "ratio",
      queries: [{ expr: "slo:errors:ratio_rate5m", legend: "{{slo}}" }],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Budget over time",
      description:
        "What is left of each budget; steps follow deployments and rollbacks (the vertical lines).",
      unit: "ratio",
      queries: [{ expr: "slo:error_budget_remaining:ratio", legend: "{{slo}}" }],
      max: 1,
      width: 12,
    },
  ],
};

const releasesRow: DashboardRow = {
  title: "Deployments",
  panels: [
    {
      kind: "time-series",
      title: "Servers by version",
      description: "A deployment crosses two lines; two that stay side by side are a rollout that hangs.",
      unit: "count",
      queries: [
        { expr: `count by (version) (spacetime_build_info{${ALL_SERVERS_MATCHER}})`, legend: "{{version}}" },
      ],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Restarts",
      description: "Starts of containers within an hour, by pod.",
      unit: "count",
      queries: [
        {
          expr: 'sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total{job="kube-state-metrics",namespace=~"spacetime.*"}[1h])) > 0',
          legend: "{{namespace}}/{{pod}}",
        },
      ],
      above: [{ value: SERVER.restartsPerHour, severity: "warning" }],
      width: 12,
    },
  ],
};

const dataStoresRow: DashboardRow = {
  title: "Stores and alerts",
  panels: [
    {
      kind: "time-series",
      title: "Statement time",
      description: "Postgres as the servers see it, at the 99th percentile.",
      unit: "seconds",
      queries: [
        {
          expr: `job:spacetime_database_query_duration_seconds:p99_rate5m{${ALL_SERVERS_MATCHER}}`,
          legend: "p99",
        },
      ],
      above: [{ value: POSTGRES.querySeconds, severity: "warning" }],
      width: 8,
    },
    {
      kind: "time-series",
      title: "Age of the last snapshot",
      description: "Time since each server's world was last saved whole.",
      unit: "seconds",
      queries: [
        {
          expr: `time() - (spacetime_world_last_snapshot_timestamp_seconds{${ALL_SERVERS_MATCHER}} > 0)`,
          legend: "{{pod}}",
        },
      ],
      above: [{ value: SERVER.snapshotAgeSeconds, severity: "warning" }],
      width: 8,
    },
    {
      kind: "time-series",
      title: "Alerts firing",
      description: "By severity; the Watchdog fires always and is left out.",
      unit: "count",
      queries: [
        {
          expr: 'count by (severity) (ALERTS{alertstate="firing",alertname!="Watchdog"})',
          legend: "{{severity}}",
        },
      ],
      width: 8,
    },
  ],
};

export const operationsDashboard: DashboardSpec = {
  uid: "spacetime-operations",
  title: "Operations",
  description: "Promises and what is left of them, deployments, stores, and what is wrong right now.",
  rows: [objectivesRow, releasesRow, dataStoresRow],
  perServer: false,
};
