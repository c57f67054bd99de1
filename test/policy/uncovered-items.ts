/**
 * Items of kind `policy` that no rule verifies yet, by the component that must exist first. When a rule is added,
 * remove its items here; a test compares this list with the checklist in both directions.
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
  "shipped logs": [
    "pre.high.audit-logging.alternative",
    "pre.monitoring.logs-shipped",
    "pre.monitoring.audit-log-apart",
  ],
  // Due a week after the deployment; until then the flags are off on purpose.
  "the second phase": ["follow-up.week-1.second-tier.routers"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
