import type { AlertDefinition } from "../alert-definition.ts";
import { MONITORING } from "../thresholds.ts";
import type { RuleOptions } from "../types.ts";

const PROMETHEUS_JOB = 'job="prometheus"';

/** The scrape jobs that alerts of other families depend on. */
const REQUIRED_JOBS = [
  "gateway",
  "node",
  "kubelet",
  "cadvisor",
  "kube-state-metrics",
  "blackbox",
  "alertmanager",
  "grafana",
] as const;

function scrapeTargetAlerts(jobs: readonly string[]): AlertDefinition[] {
  return [
    {
      name: "TargetMissing",
      expr: jobs.map((job) => `absent(up{job="${job}"})`).join(" or "),
      for: "10m",
      severity: "critical",
      team: "platform",
      summary: "Scrape job {{ $labels.job }} has no targets",
      description: "No alert that uses its metrics can fire.",
    },
    {
      name: "TargetDown",
      expr: 'up{job!~"game-server|fluent-bit"} == 0',
      for: "10m",
      severity: "warning",
      team: "platform",
      summary: "Prometheus cannot scrape {{ $labels.job }} at {{ $labels.instance }}",
      description: "Its metrics are missing from alerts and dashboards.",
    },
    {
      name: "GrafanaDown",
      expr: 'absent(up{job="grafana"} == 1)',
      for: "5m",
      severity: "warning",
      team: "platform",
      summary: "Grafana does not respond",
      description: "Dashboards are unavailable. Alerts still work.",
    },
  ];
}

function prometheusAlerts(): AlertDefinition[] {
  return [
    {
      name: "PrometheusConfigRejected",
      expr: `prometheus_config_last_reload_successful{${PROMETHEUS_JOB}} == 0`,
      for: "5m",
      severity: "critical",
      team: "platform",
      summary: "Prometheus rejected its configuration",
      description: "It keeps the old configuration, without the new targets and rules.",
    },
    {
      name: "PrometheusRulesFail",
      expr: `increase(prometheus_rule_evaluation_failures_total{${PROMETHEUS_JOB}}[5m]) > 0`,
      for: "5m",
      severity: "critical",
      team: "platform",
      summary: "Rules of {{ $labels.rule_group }} fail to evaluate",
      description: "Their alerts cannot fire.",
    },
    {
      name: "PrometheusRulesSlow",
      expr: `prometheus_rule_group_last_duration_seconds{${PROMETHEUS_JOB}}
        / prometheus_rule_group_interval_seconds{${PROMETHEUS_JOB}} > ${MONITORING.evaluationShare}`,
      for: "10m",
      severity: "warning",
      team: "platform",
      summary: "Rules of {{ $labels.rule_group }} take {{ $value | humanizePercentage }} of their interval",
      description: "Above 100%, evaluations are skipped and alerts are late.",
    },
    {
      name: "PrometheusNotificationsFail",
      expr: `rate(prometheus_notifications_errors_total{${PROMETHEUS_JOB}}[5m])
        / (rate(prometheus_notifications_sent_total{${PROMETHEUS_JOB}}[5m]) > 0) > ${MONITORING.failedNotifications}`,
      for: "10m",
      severity: "critical",
      team: "platform",
      summary: "{{ $value | humanizePercentage }} of alerts do not reach {{ $labels.alertmanager }}",
      description: "Alerts fire without notifications, unless another Alertmanager receives them.",
    },
    {
      name: "PrometheusWithoutAlertmanager",
      expr: `prometheus_notifications_alertmanagers_discovered{${PROMETHEUS_JOB}} == 0`,
      for: "5m",
      severity: "critical",
      team: "platform",
      summary: "Prometheus has discovered no Alertmanager",
      description: "Alerts fire, but no notifications are sent.",
    },
    {
      name: "PrometheusStorageCorrupt",
      expr: `increase(prometheus_tsdb_wal_corruptions_total{${PROMETHEUS_JOB}}[1h]) > 0`,
      for: "0s",
      severity: "warning",
      team: "platform",
      summary: "Prometheus found a corrupt write-ahead log",
      description: "Samples are lost; the volume may be failing.",
    },
    {
      name: "PrometheusCompactionsFail",
      expr: `increase(prometheus_tsdb_compactions_failed_total{${PROMETHEUS_JOB}}[3h]) > 0`,
      for: "15m",
      severity: "warning",
      team: "platform",
      summary: "Prometheus cannot compact its storage",
      description: "Its volume is full or broken; queries become slower until Prometheus stops.",
    },
    {
      name: "PrometheusSeriesMany",
      expr: `prometheus_tsdb_head_series{${PROMETHEUS_JOB}} > ${MONITORING.headSeries}`,
      for: "15m",
      severity: "warning",
      team: "platform",
      summary: "Prometheus has {{ $value | humanize }} series in memory",
      description: "A label has too many values; Prometheus will run out of memory.",
    },
  ];
}

function alertmanagerAlerts(replicas: number): AlertDefinition[] {
  return [
    {
      name: "AlertmanagerConfigRejected",
      expr: 'alertmanager_config_last_reload_successful{job="alertmanager"} == 0',
      for: "5m",
      severity: "critical",
      team: "platform",
      summary: "Alertmanager {{ $labels.pod }} rejected its configuration",
      description: "It keeps the old routes; after a restart it does not start.",
    },
    {
      name: "AlertmanagerNotificationsFail",
      // Only the failure metric has the label `reason`; without the sums, the two metrics would not match.
      expr: `sum by (job, pod, integration) (rate(alertmanager_notifications_failed_total{job="alertmanager"}[5m]))
        / (sum by (job, pod, integration) (rate(alertmanager_notifications_total{job="alertmanager"}[5m])) > 0)
        > ${MONITORING.failedNotifications}`,
      for: "5m",
      severity: "critical",
      team: "platform",
      summary: "{{ $value | humanizePercentage }} of notifications through {{ $labels.integration }} fail",
      description: "Alerts fire, but their notifications do not arrive. Other integrations may still work.",
    },
    ...(replicas < 2
      ? []
      : [
          {
            name: "AlertmanagerClusterSplit",
            expr: `alertmanager_cluster_members{job="alertmanager"} < ${replicas}`,
            for: "10m",
            severity: "warning",
            team: "platform",
            summary: `Alertmanager {{ $labels.pod }} sees {{ $value }} of ${replicas} members`,
            description:
              "The replicas do not see each other: notifications are sent twice, and silences apply to one replica only.",
          } as const,
        ]),
  ];
}

/** Alerts on scrape targets, Prometheus and Alertmanager. */
export function monitoringAlerts(
  options: Pick<RuleOptions, "alertmanagerReplicas" | "logShipping" | "database" | "redis">,
): AlertDefinition[] {
  const jobs = [
    ...REQUIRED_JOBS,
    ...(options.redis.kind === "in-cluster" ? ["redis"] : []),
    ...(options.database.kind === "in-cluster" ? ["postgres"] : []),
    ...(options.logShipping ? ["fluent-bit"] : []),
  ];
  return [
    ...scrapeTargetAlerts(jobs),
    ...prometheusAlerts(),
    ...alertmanagerAlerts(options.alertmanagerReplicas),
  ];
}
