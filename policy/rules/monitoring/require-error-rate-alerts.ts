import { alertRules, monitoringRule } from "../../lib/monitoring-rule.ts";

/** Matches a threshold on the share of failed HTTP requests. */
const ERROR_RATIO = /spacetime_http_(errors:ratio|requests_total\{[^}]*status=~"5)[^>]*>/;

export const requireErrorRateAlerts = monitoringRule({
  name: "require-error-rate-alerts",
  items: ["pre.high.monitoring.error-alerts"],
  description: "An alert has a threshold on the HTTP error rate.",
  explanation: "A server can respond to health checks and fail the requests of players.",
  remediation: "Restore the alert HttpErrorsHigh in components/monitoring/rules/alerts.",
  workload: "prometheus",
  file: "rules.yml",
  problems: (rules) =>
    alertRules(rules).some(({ expression }) => ERROR_RATIO.test(expression))
      ? []
      : ["no alert has a threshold on the HTTP error rate"],
});
