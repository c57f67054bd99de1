import type { AlertCase } from "../rule-case.ts";

export const MONITORING_CASES: readonly AlertCase[] = [
  {
    alert: "TargetMissing",
    series: {
      'up{job="redis"}': "1",
      'up{job="postgres"}': "1",
      'up{job="node"}': "1",
      'up{job="kubelet"}': "1",
      'up{job="cadvisor"}': "1",
      'up{job="kube-state-metrics"}': "1",
      'up{job="blackbox"}': "1",
      'up{job="alertmanager"}': "1",
      'up{job="grafana"}': "1",
      'up{job="fluent-bit"}': "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "gateway",
      severity: "critical",
      team: "platform",
    },
    summary: "Scrape job gateway has no targets",
    description: "No alert that uses its metrics can fire.",
    runbook: "monitoring.md#targetmissing",
    notFiring: [
      {
        why: "every job has a target",
        series: {
          'up{job="gateway"}': "1",
          'up{job="redis"}': "1",
          'up{job="postgres"}': "1",
          'up{job="node"}': "1",
          'up{job="kubelet"}': "1",
          'up{job="cadvisor"}': "1",
          'up{job="kube-state-metrics"}': "1",
          'up{job="blackbox"}': "1",
          'up{job="alertmanager"}': "1",
          'up{job="grafana"}': "1",
          'up{job="fluent-bit"}': "1",
        },
      },
    ],
  },
  {
    alert: "TargetMissing",
    series: {
      'up{job="gateway"}': "1",
      'up{job="postgres"}': "1",
      'up{job="node"}': "1",
      'up{job="kubelet"}': "1",
      'up{job="cadvisor"}': "1",
      'up{job="kube-state-metrics"}': "1",
      'up{job="blackbox"}': "1",
      'up{job="alertmanager"}': "1",
      'up{job="grafana"}': "1",
      'up{job="fluent-bit"}': "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "redis",
      severity: "critical",
      team: "platform",
    },
    summary: "Scrape job redis has no targets",
    description: "No alert that uses its metrics can fire.",
    runbook: "monitoring.md#targetmissing",
    notFiring: [],
  },
  {
    alert: "TargetMissing",
    series: {
      'up{job="gateway"}': "1",
      'up{job="redis"}': "1",
      'up{job="node"}': "1",
      'up{job="kubelet"}': "1",
      'up{job="cadvisor"}': "1",
      'up{job="kube-state-metrics"}': "1",
      'up{job="blackbox"}': "1",
      'up{job="alertmanager"}': "1",
      'up{job="grafana"}': "1",
      'up{job="fluent-bit"}': "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "postgres",
      severity: "critical",
      team: "platform",
    },
    summary: "Scrape job postgres has no targets",
    description: "No alert that uses its metrics can fire.",
    runbook: "monitoring.md#targetmissing",
    notFiring: [],
  },
  {
    alert: "TargetMissing",
    series: {
      'up{job="gateway"}': "1",
      'up{job="redis"}': "1",
      'up{job="postgres"}': "1",
      'up{job="kubelet"}': "1",
      'up{job="cadvisor"}': "1",
      'up{job="kube-state-metrics"}': "1",
      'up{job="blackbox"}': "1",
      'up{job="alertmanager"}': "1",
      'up{job="grafana"}': "1",
      'up{job="fluent-bit"}': "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "node",
      severity: "critical",
      team: "platform",
    },
    summary: "Scrape job node has no targets",
    description: "No alert that uses its metrics can fire.",
    runbook: "monitoring.md#targetmissing",
    notFiring: [],
  },
  {
    alert: "TargetMissing",
    series: {
      'up{job="gateway"}': "1",
      'up{job="redis"}': "1",
      'up{job="postgres"}': "1",
      'up{job="node"}': "1",
      'up{job="cadvisor"}': "1",
      'up{job="kube-state-metrics"}': "1",
      'up{job="blackbox"}': "1",
      'up{job="alertmanager"}': "1",
      'up{job="grafana"}': "1",
      'up{job="fluent-bit"}': "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "kubelet",
      severity: "critical",
      team: "platform",
    },
    summary: "Scrape job kubelet has no targets",
    description: "No alert that uses its metrics can fire.",
    runbook: "monitoring.md#targetmissing",
    notFiring: [],
  },
  {
    alert: "TargetMissing",
    series: {
      'up{job="gateway"}': "1",
      'up{job="redis"}': "1",
      'up{job="postgres"}': "1",
      'up{job="node"}': "1",
      'up{job="kubelet"}': "1",
      'up{job="kube-state-metrics"}': "1",
      'up{job="blackbox"}': "1",
      'up{job="alertmanager"}': "1",
      'up{job="grafana"}': "1",
      'up{job="fluent-bit"}': "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "cadvisor",
      severity: "critical",
      team: "platform",
    },
    summary: "Scrape job cadvisor has no targets",
    description: "No alert that uses its metrics can fire.",
    runbook: "monitoring.md#targetmissing",
    notFiring: [],
  },
  {
    alert: "TargetMissing",
    series: {
      'up{job="gateway"}': "1",
      'up{job="redis"}': "1",
      'up{job="postgres"}': "1",
      'up{job="node"}': "1",
      'up{job="kubelet"}': "1",
      'up{job="cadvisor"}': "1",
      'up{job="blackbox"}': "1",
      'up{job="alertmanager"}': "1",
      'up{job="grafana"}': "1",
      'up{job="fluent-bit"}': "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "kube-state-metrics",
      severity: "critical",
      team: "platform",
    },
    summary: "Scrape job kube-state-metrics has no targets",
    description: "No alert that uses its metrics can fire.",
    runbook: "monitoring.md#targetmissing",
    notFiring: [],
  },
  {
    alert: "TargetMissing",
    series: {
      'up{job="gateway"}': "1",
      'up{job="redis"}': "1",
      'up{job="postgres"}': "1",
      'up{job="node"}': "1",
      'up{job="kubelet"}': "1",
      'up{job="cadvisor"}': "1",
      'up{job="kube-state-metrics"}': "1",
      'up{job="alertmanager"}': "1",
      'up{job="grafana"}': "1",
      'up{job="fluent-bit"}': "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "blackbox",
      severity: "critical",
      team: "platform",
    },
    summary: "Scrape job blackbox has no targets",
    description: "No alert that uses its metrics can fire.",
    runbook: "monitoring.md#targetmissing",
    notFiring: [],
  },
  {
    alert: "TargetMissing",
    series: {
      'up{job="gateway"}': "1",
      'up{job="redis"}': "1",
      'up{job="postgres"}': "1",
      'up{job="node"}': "1",
      'up{job="kubelet"}': "1",
      'up{job="cadvisor"}': "1",
      'up{job="kube-state-metrics"}': "1",
      'up{job="blackbox"}': "1",
      'up{job="grafana"}': "1",
      'up{job="fluent-bit"}': "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "alertmanager",
      severity: "critical",
      team: "platform",
    },
    summary: "Scrape job alertmanager has no targets",
    description: "No alert that uses its metrics can fire.",
    runbook: "monitoring.md#targetmissing",
    notFiring: [],
  },
  {
    alert: "TargetMissing",
    series: {
      'up{job="gateway"}': "1",
      'up{job="redis"}': "1",
      'up{job="postgres"}': "1",
      'up{job="node"}': "1",
      'up{job="kubelet"}': "1",
      'up{job="cadvisor"}': "1",
      'up{job="kube-state-metrics"}': "1",
      'up{job="blackbox"}': "1",
      'up{job="alertmanager"}': "1",
      'up{job="fluent-bit"}': "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "grafana",
      severity: "critical",
      team: "platform",
    },
    summary: "Scrape job grafana has no targets",
    description: "No alert that uses its metrics can fire.",
    runbook: "monitoring.md#targetmissing",
    notFiring: [],
  },
  {
    alert: "TargetMissing",
    series: {
      'up{job="gateway"}': "1",
      'up{job="redis"}': "1",
      'up{job="postgres"}': "1",
      'up{job="node"}': "1",
      'up{job="kubelet"}': "1",
      'up{job="cadvisor"}': "1",
      'up{job="kube-state-metrics"}': "1",
      'up{job="blackbox"}': "1",
      'up{job="alertmanager"}': "1",
      'up{job="grafana"}': "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "fluent-bit",
      severity: "critical",
      team: "platform",
    },
    summary: "Scrape job fluent-bit has no targets",
    description: "No alert that uses its metrics can fire.",
    runbook: "monitoring.md#targetmissing",
    notFiring: [],
  },
  {
    alert: "TargetDown",
    series: {
      'up{job="redis",instance="redis"}': "0",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      instance: "redis",
      job: "redis",
      severity: "warning",
      team: "platform",
    },
    summary: "Prometheus cannot scrape redis at redis",
    description: "Its metrics are missing from alerts and dashboards.",
    runbook: "monitoring.md#targetdown",
    notFiring: [
      {
        why: "it answers",
        series: {
          'up{job="redis",instance="redis"}': "1",
        },
      },
      {
        why: "game servers and log shippers have alerts of their own",
        series: {
          'up{job="game-server",pod="game-server-0"}': "0",
          'up{job="fluent-bit",pod="fluent-bit-0"}': "0",
        },
      },
    ],
  },
  {
    alert: "GrafanaDown",
    series: {
      'up{job="grafana"}': "0",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      severity: "warning",
      team: "platform",
    },
    summary: "Grafana does not respond",
    description: "Dashboards are unavailable. Alerts still work.",
    runbook: "monitoring.md#grafanadown",
    notFiring: [
      {
        why: "it answers",
        series: {
          'up{job="grafana"}': "1",
        },
      },
    ],
  },
  {
    alert: "PrometheusConfigRejected",
    series: {
      'prometheus_config_last_reload_successful{job="prometheus",pod="prometheus-0"}': "0",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "prometheus",
      pod: "prometheus-0",
      severity: "critical",
      team: "platform",
    },
    summary: "Prometheus rejected its configuration",
    description: "It keeps the old configuration, without the new targets and rules.",
    runbook: "monitoring.md#prometheusconfigrejected",
    notFiring: [
      {
        why: "it was taken",
        series: {
          'prometheus_config_last_reload_successful{job="prometheus",pod="prometheus-0"}': "1",
        },
      },
    ],
  },
  {
    alert: "PrometheusRulesFail",
    series: {
      'prometheus_rule_evaluation_failures_total{job="prometheus",pod="prometheus-0",rule_group="slo"}': "+1",
    },
    evaluationInterval: "15s",
    notYetAt: "5m",
    firesAt: "5m15s",
    labels: {
      job: "prometheus",
      pod: "prometheus-0",
      rule_group: "slo",
      severity: "critical",
      team: "platform",
    },
    summary: "Rules of slo fail to evaluate",
    description: "Their alerts cannot fire.",
    runbook: "monitoring.md#prometheusrulesfail",
    notFiring: [
      {
        why: "they failed long ago",
        series: {
          'prometheus_rule_evaluation_failures_total{job="prometheus",pod="prometheus-0",rule_group="slo"}':
            "2",
        },
      },
    ],
  },
  {
    alert: "PrometheusRulesSlow",
    series: {
      'prometheus_rule_group_last_duration_seconds{job="prometheus",pod="prometheus-0",rule_group="slo"}':
        "27.5",
      'prometheus_rule_group_interval_seconds{job="prometheus",pod="prometheus-0",rule_group="slo"}': "30",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "prometheus",
      pod: "prometheus-0",
      rule_group: "slo",
      severity: "warning",
      team: "platform",
    },
    summary: "Rules of slo take 91.67% of their interval",
    description: "Above 100%, evaluations are skipped and alerts are late.",
    runbook: "monitoring.md#prometheusrulesslow",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'prometheus_rule_group_last_duration_seconds{job="prometheus",pod="prometheus-0",rule_group="slo"}':
            "26.9",
          'prometheus_rule_group_interval_seconds{job="prometheus",pod="prometheus-0",rule_group="slo"}':
            "30",
        },
      },
    ],
  },
  {
    alert: "PrometheusNotificationsFail",
    series: {
      'prometheus_notifications_errors_total{job="prometheus",pod="prometheus-0",alertmanager="https://alertmanager-0:9093/api/v2/alerts"}':
        "+1.05",
      'prometheus_notifications_sent_total{job="prometheus",pod="prometheus-0",alertmanager="https://alertmanager-0:9093/api/v2/alerts"}':
        "+100",
    },
    evaluationInterval: "30s",
    notYetAt: "10m",
    firesAt: "10m30s",
    labels: {
      alertmanager: "https://alertmanager-0:9093/api/v2/alerts",
      job: "prometheus",
      pod: "prometheus-0",
      severity: "critical",
      team: "platform",
    },
    summary: "1.05% of alerts do not reach https://alertmanager-0:9093/api/v2/alerts",
    description: "Alerts fire without notifications, unless another Alertmanager receives them.",
    runbook: "monitoring.md#prometheusnotificationsfail",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'prometheus_notifications_errors_total{job="prometheus",pod="prometheus-0",alertmanager="https://alertmanager-0:9093/api/v2/alerts"}':
            "+0.95",
          'prometheus_notifications_sent_total{job="prometheus",pod="prometheus-0",alertmanager="https://alertmanager-0:9093/api/v2/alerts"}':
            "+100",
        },
      },
      {
        why: "nothing was sent",
        series: {
          'prometheus_notifications_errors_total{job="prometheus",pod="prometheus-0",alertmanager="https://alertmanager-0:9093/api/v2/alerts"}':
            "+1",
          'prometheus_notifications_sent_total{job="prometheus",pod="prometheus-0",alertmanager="https://alertmanager-0:9093/api/v2/alerts"}':
            "0",
        },
      },
    ],
  },
  {
    alert: "PrometheusWithoutAlertmanager",
    series: {
      'prometheus_notifications_alertmanagers_discovered{job="prometheus",pod="prometheus-0"}': "0",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "prometheus",
      pod: "prometheus-0",
      severity: "critical",
      team: "platform",
    },
    summary: "Prometheus has discovered no Alertmanager",
    description: "Alerts fire, but no notifications are sent.",
    runbook: "monitoring.md#prometheuswithoutalertmanager",
    notFiring: [
      {
        why: "it knows one",
        series: {
          'prometheus_notifications_alertmanagers_discovered{job="prometheus",pod="prometheus-0"}': "1",
        },
      },
    ],
  },
  {
    alert: "PrometheusStorageCorrupt",
    series: {
      'prometheus_tsdb_wal_corruptions_total{job="prometheus",pod="prometheus-0"}': "0x4 1x60",
    },
    evaluationInterval: "15s",
    firesAt: "1m15s",
    labels: {
      job: "prometheus",
      pod: "prometheus-0",
      severity: "warning",
      team: "platform",
    },
    summary: "Prometheus found a corrupt write-ahead log",
    description: "Samples are lost; the volume may be failing.",
    runbook: "monitoring.md#prometheusstoragecorrupt",
    notFiring: [
      {
        why: "it was whole at every start",
        series: {
          'prometheus_tsdb_wal_corruptions_total{job="prometheus",pod="prometheus-0"}': "0",
        },
      },
    ],
  },
  {
    alert: "PrometheusCompactionsFail",
    series: {
      'prometheus_tsdb_compactions_failed_total{job="prometheus",pod="prometheus-0"}': "+1",
    },
    evaluationInterval: "45s",
    notYetAt: "15m",
    firesAt: "15m45s",
    labels: {
      job: "prometheus",
      pod: "prometheus-0",
      severity: "warning",
      team: "platform",
    },
    summary: "Prometheus cannot compact its storage",
    description: "Its volume is full or broken; queries become slower until Prometheus stops.",
    runbook: "monitoring.md#prometheuscompactionsfail",
    notFiring: [
      {
        why: "it failed long ago",
        series: {
          'prometheus_tsdb_compactions_failed_total{job="prometheus",pod="prometheus-0"}': "2",
        },
      },
    ],
  },
  {
    alert: "PrometheusSeriesMany",
    series: {
      'prometheus_tsdb_head_series{job="prometheus",pod="prometheus-0"}': "1510000",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      job: "prometheus",
      pod: "prometheus-0",
      severity: "warning",
      team: "platform",
    },
    summary: "Prometheus has 1.51M series in memory",
    description: "A label has too many values; Prometheus will run out of memory.",
    runbook: "monitoring.md#prometheusseriesmany",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'prometheus_tsdb_head_series{job="prometheus",pod="prometheus-0"}': "1500000",
        },
      },
    ],
  },
  {
    alert: "AlertmanagerConfigRejected",
    series: {
      'alertmanager_config_last_reload_successful{job="alertmanager",pod="alertmanager-0"}': "0",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "alertmanager",
      pod: "alertmanager-0",
      severity: "critical",
      team: "platform",
    },
    summary: "Alertmanager alertmanager-0 rejected its configuration",
    description: "It keeps the old routes; after a restart it does not start.",
    runbook: "monitoring.md#alertmanagerconfigrejected",
    notFiring: [
      {
        why: "it was taken",
        series: {
          'alertmanager_config_last_reload_successful{job="alertmanager",pod="alertmanager-0"}': "1",
        },
      },
    ],
  },
  {
    alert: "AlertmanagerNotificationsFail",
    series: {
      'alertmanager_notifications_failed_total{job="alertmanager",pod="alertmanager-0",integration="slack",reason="serverError"}':
        "+1.05",
      'alertmanager_notifications_total{job="alertmanager",pod="alertmanager-0",integration="slack"}': "+100",
    },
    evaluationInterval: "15s",
    notYetAt: "5m",
    firesAt: "5m15s",
    labels: {
      integration: "slack",
      job: "alertmanager",
      pod: "alertmanager-0",
      severity: "critical",
      team: "platform",
    },
    summary: "1.05% of notifications through slack fail",
    description: "Alerts fire, but their notifications do not arrive. Other integrations may still work.",
    runbook: "monitoring.md#alertmanagernotificationsfail",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'alertmanager_notifications_failed_total{job="alertmanager",pod="alertmanager-0",integration="slack",reason="serverError"}':
            "+0.95",
          'alertmanager_notifications_total{job="alertmanager",pod="alertmanager-0",integration="slack"}':
            "+100",
        },
      },
      {
        why: "nothing was sent",
        series: {
          'alertmanager_notifications_failed_total{job="alertmanager",pod="alertmanager-0",integration="slack",reason="serverError"}':
            "+1",
          'alertmanager_notifications_total{job="alertmanager",pod="alertmanager-0",integration="slack"}':
            "0",
        },
      },
    ],
  },
  {
    alert: "AlertmanagerClusterSplit",
    series: {
      'alertmanager_cluster_members{job="alertmanager",pod="alertmanager-0"}': "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "alertmanager",
      pod: "alertmanager-0",
      severity: "warning",
      team: "platform",
    },
    summary: "Alertmanager alertmanager-0 sees 1 of 2 members",
    description:
      "The replicas do not see each other: notifications are sent twice, and silences apply to one replica only.",
    runbook: "monitoring.md#alertmanagerclustersplit",
    notFiring: [
      {
        why: "it sees both",
        series: {
          'alertmanager_cluster_members{job="alertmanager",pod="alertmanager-0"}': "2",
        },
      },
    ],
    countsWholeNumbers: true,
  },
];
