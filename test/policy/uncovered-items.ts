/**
 * Items that a policy rule is to prove and none does yet, by what has to exist first. Whoever builds it
 * writes the rule and takes the item off; a test compares this list with the checklist both ways.
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
  // Due a week after the deployment: until then the flags are off on purpose.
  "the second phase": ["follow-up.week-1.second-tier.routers"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
