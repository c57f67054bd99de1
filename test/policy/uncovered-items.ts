/**
 * Checklist items that a policy rule should verify and that have no rule yet, by what they depend on. Remove an item
 * when its rule exists; a test compares this list with the checklist in both directions.
 */
export const UNCOVERED_ITEMS = {
  "backup jobs": ["pre.backup.schedules"],
  "the monitoring stack": [
    "pre.high.monitoring.prometheus",
    "pre.high.monitoring.grafana",
    "pre.high.monitoring.health-alerts",
    "pre.high.monitoring.error-alerts",
    "pre.high.monitoring.dashboards",
    "pre.monitoring.targets",
    "pre.monitoring.receivers",
    "pre.monitoring.watchdog",
    "pre.monitoring.retention",
  ],
  "shipped logs": ["pre.high.audit-logging.alternative", "pre.monitoring.logs-shipped"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
