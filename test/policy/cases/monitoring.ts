import { requireAccessLog } from "../../../policy/rules/gateway/require-access-log.ts";
import { limitPrometheusRetention } from "../../../policy/rules/monitoring/limit-prometheus-retention.ts";
import { requireAlertReceivers } from "../../../policy/rules/monitoring/require-alert-receivers.ts";
import { requireErrorRateAlerts } from "../../../policy/rules/monitoring/require-error-rate-alerts.ts";
import { requireGrafanaDataSource } from "../../../policy/rules/monitoring/require-grafana-data-source.ts";
import { requireHealthAlerts } from "../../../policy/rules/monitoring/require-health-alerts.ts";
import { requirePrometheus } from "../../../policy/rules/monitoring/require-prometheus.ts";
import { requireProvisionedDashboards } from "../../../policy/rules/monitoring/require-provisioned-dashboards.ts";
import { requireScrapeJobs } from "../../../policy/rules/monitoring/require-scrape-jobs.ts";
import { requireWatchdog } from "../../../policy/rules/monitoring/require-watchdog.ts";
import { CONTAINER, combine, GAME, GATEWAY, POD, remove, replace, set, unknownAt } from "./changes.ts";
import type { Change, RuleCases } from "./rule-cases.ts";

const PROMETHEUS = "monitoring-prometheus-stateful-set";
const PROMETHEUS_CONFIG = "monitoring-prometheus-config";
const GRAFANA = "monitoring-grafana-deployment";
const GRAFANA_CONFIG = "monitoring-grafana-config";
const ALERTMANAGER = "monitoring-alertmanager-stateful-set";
const ALERTMANAGER_CONFIG = "monitoring-alertmanager-config";
const NAME = "metadata.labels";

const prometheus = (text: string | RegExp, by: string) =>
  replace(PROMETHEUS_CONFIG, "prometheus.yml", text, by);
const rules = (text: string | RegExp, by: string) => replace(PROMETHEUS_CONFIG, "rules.yml", text, by);
const alertmanager = (text: string | RegExp, by: string) =>
  replace(ALERTMANAGER_CONFIG, "alertmanager.yml", text, by);
const grafana = (file: string, text: string | RegExp, by: string) => replace(GRAFANA_CONFIG, file, text, by);

const withoutGameServer = { change: remove(GAME) };
const unmounted = (workload: string): Change => set(workload, `${POD}.volumes`, [{ name: "none" }]);
const missing = (workload: string) => `${GAME} metadata.name: the deployment has no ${workload} pods`;
const notMounted = (workload: string, file: string) =>
  `${workload} spec.template.spec.volumes: the pod mounts no ${file}`;

const PROMETHEUS_YML = `${PROMETHEUS_CONFIG} data["prometheus.yml"]`;
const RULES_YML = `${PROMETHEUS_CONFIG} data["rules.yml"]`;
const ALERTMANAGER_YML = `${ALERTMANAGER_CONFIG} data["alertmanager.yml"]`;
const unknownPrometheus = unknownAt(PROMETHEUS_CONFIG, `data["prometheus.yml"]`);
const unknownRules = unknownAt(PROMETHEUS_CONFIG, `data["rules.yml"]`);
const unknownAlertmanager = unknownAt(ALERTMANAGER_CONFIG, `data["alertmanager.yml"]`);

export const monitoringCases: readonly RuleCases[] = [
  {
    rule: requirePrometheus,
    violations: [
      { title: "Prometheus is missing", change: remove(PROMETHEUS), findings: [missing("prometheus")] },
      {
        title: "its config is not mounted",
        change: unmounted(PROMETHEUS),
        findings: [notMounted(PROMETHEUS, "prometheus.yml")],
      },
      {
        title: "no rules are loaded",
        change: prometheus(/rule_files:\n {2}- rules.yml\n/g, ""),
        findings: [`${PROMETHEUS_YML}: prometheus.yml loads no rule files`],
      },
      {
        title: "no Alertmanager is named",
        change: prometheus(/ {2}alertmanagers:/g, "  other:"),
        findings: [`${PROMETHEUS_YML}: prometheus.yml names no Alertmanager`],
      },
      {
        title: "the file is not YAML",
        change: set(PROMETHEUS_CONFIG, `data["prometheus.yml"]`, "{"),
        findings: [
          `${PROMETHEUS_YML}: prometheus.yml loads no rule files`,
          `${PROMETHEUS_YML}: prometheus.yml names no Alertmanager`,
        ],
      },
    ],
    notApplicable: withoutGameServer,
    unknown: [unknownPrometheus],
  },
  {
    rule: requireGrafanaDataSource,
    violations: [
      { title: "Grafana is missing", change: remove(GRAFANA), findings: [missing("grafana")] },
      {
        title: "the data source is another Prometheus",
        change: grafana(
          "datasources.yml",
          "https://prometheus.spacetime-monitoring.svc",
          "https://elsewhere.svc",
        ),
        findings: [
          `${GRAFANA_CONFIG} data["datasources.yml"]: no data source has the address of the Prometheus Service`,
        ],
      },
      {
        title: "the data source is reached without TLS",
        change: grafana("datasources.yml", "https://prometheus", "http://prometheus"),
        findings: [
          `${GRAFANA_CONFIG} data["datasources.yml"]: no data source has the address of the Prometheus Service`,
        ],
      },
      {
        title: "the data source has another type",
        change: grafana("datasources.yml", "type: prometheus", "type: loki"),
        findings: [
          `${GRAFANA_CONFIG} data["datasources.yml"]: no data source has the address of the Prometheus Service`,
        ],
      },
    ],
    notApplicable: withoutGameServer,
    unknown: [unknownAt(GRAFANA_CONFIG, `data["datasources.yml"]`)],
  },
  {
    rule: requireHealthAlerts,
    compliant: [
      {
        title: "one alert waits longer, another one does not",
        change: rules(/(alert: GameServerDown\n[\s\S]*?for: )5m/g, "$11h"),
      },
    ],
    violations: [
      {
        title: "no alert looks at the scrapes of the game servers",
        change: rules(/\bup\{job="game-server"\}/g, 'up{job="gateway"}'),
        findings: [`${RULES_YML}: no alert has an expression over up{job="game-server"}`],
      },
      {
        title: "every alert waits an hour",
        change: rules(/for: (1m|5m|90s|2m|3m|10m|15m)\n/g, "for: 1h\n"),
        findings: [`${RULES_YML}: every alert over up{job="game-server"} waits longer than 300 s`],
      },
      {
        title: "the delay is invalid",
        change: rules(/for: \d+[smh]\n/g, "for: soon\n"),
        findings: [`${RULES_YML}: every alert over up{job="game-server"} waits longer than 300 s`],
      },
    ],
    notApplicable: withoutGameServer,
    unknown: [unknownRules],
  },
  {
    rule: requireErrorRateAlerts,
    violations: [
      {
        title: "no alert has a threshold on failed requests",
        change: rules(/spacetime_http_(errors|requests)/g, "other_$1"),
        findings: [`${RULES_YML}: no alert has a threshold on the HTTP error rate`],
      },
      {
        title: "the file has no groups",
        change: rules(/^groups:/g, "other:"),
        findings: [`${RULES_YML}: no alert has a threshold on the HTTP error rate`],
      },
    ],
    notApplicable: withoutGameServer,
    unknown: [unknownRules],
  },
  {
    rule: requireProvisionedDashboards,
    violations: [
      {
        title: "the provider reads another directory",
        change: grafana("dashboards.yml", "/etc/grafana/dashboards", "/etc/grafana/other"),
        findings: [
          `${GRAFANA_CONFIG} data["dashboards.yml"]: no provider has a path at which dashboards are mounted`,
        ],
      },
      {
        title: "the ConfigMap has no dashboards",
        change: set("monitoring-grafana-dashboards", "data", { "readme.json": "{}" }),
        findings: [
          `${GRAFANA_CONFIG} data["dashboards.yml"]: no provider has a path at which dashboards are mounted`,
        ],
      },
      {
        title: "the provider has another type",
        change: grafana("dashboards.yml", "type: file", "type: url"),
        findings: [
          `${GRAFANA_CONFIG} data["dashboards.yml"]: no provider has a path at which dashboards are mounted`,
        ],
      },
    ],
    notApplicable: withoutGameServer,
    unknown: [unknownAt(GRAFANA_CONFIG, `data["dashboards.yml"]`)],
  },
  {
    rule: requireScrapeJobs,
    compliant: [
      {
        title: "a workload without metrics",
        change: combine(
          set(GATEWAY, `spec.template.${NAME}["app.kubernetes.io/name"]`, "website"),
          set(GATEWAY, `${CONTAINER}.ports`, []),
          set(GATEWAY, `${POD}.containers`, []),
        ),
      },
    ],
    violations: [
      {
        title: "a workload with a metrics port has no job",
        change: prometheus(/(label: app.kubernetes.io\/name=)gateway\b/g, "$1other"),
        findings: [
          `${GATEWAY} spec.template.metadata.labels["app.kubernetes.io/name"]: Prometheus has no scrape job for "gateway"`,
        ],
      },
      {
        title: "the job looks in another namespace",
        change: prometheus(/(- job_name: game-server\n[\s\S]*?names:\n {12}- )spacetime\n/g, "$1elsewhere\n"),
        findings: [
          `${GAME} spec.template.metadata.labels["app.kubernetes.io/name"]: Prometheus has no scrape job for "game-server"`,
        ],
      },
    ],
    notApplicable: {
      change: (draft) => draft.removeTypes(":Deployment", ":StatefulSet", ":DaemonSet"),
    },
    unknown: [unknownPrometheus],
  },
  {
    rule: requireAlertReceivers,
    violations: [
      {
        title: "Alertmanager is missing",
        change: remove(ALERTMANAGER),
        findings: [missing("alertmanager")],
      },
      {
        title: "a channel is not configured",
        change: alertmanager(/pagerduty_configs:/g, "other_configs:"),
        findings: [`${ALERTMANAGER_YML}: no receiver notifies by PagerDuty`],
      },
      {
        title: "no receiver has a channel",
        change: alertmanager(/\nreceivers:[\s\S]*/g, "\nreceivers: []\n"),
        findings: [
          `${ALERTMANAGER_YML}: no receiver notifies by PagerDuty`,
          `${ALERTMANAGER_YML}: no receiver notifies by Slack`,
          `${ALERTMANAGER_YML}: no receiver notifies by e-mail`,
        ],
      },
    ],
    notApplicable: { plan: "package" },
    unknown: [unknownAlertmanager],
  },
  {
    rule: requireWatchdog,
    violations: [
      {
        title: "the alert is missing",
        change: rules("alert: Watchdog", "alert: Other"),
        findings: [`${RULES_YML}: rules.yml has no alert Watchdog that always fires`],
      },
      {
        title: "the alert does not always fire",
        change: rules("expr: vector(1)", "expr: vector(1) > 2"),
        findings: [`${RULES_YML}: rules.yml has no alert Watchdog that always fires`],
      },
      {
        title: "the receiver has no webhook",
        change: alertmanager("webhook_configs:", "other_configs:"),
        findings: [`${ALERTMANAGER_YML}: alertmanager.yml sends Watchdog to no external receiver`],
      },
      {
        title: "the alert has no route of its own",
        change: alertmanager('alertname="Watchdog"', 'alertname="Other"'),
        findings: [`${ALERTMANAGER_YML}: alertmanager.yml sends Watchdog to no external receiver`],
      },
    ],
    notApplicable: { plan: "local" },
    unknown: [unknownRules, unknownAlertmanager],
  },
  {
    rule: limitPrometheusRetention,
    violations: [
      {
        title: "the samples are in an emptyDir",
        change: combine(
          set(PROMETHEUS, "spec.volumeClaimTemplates", []),
          set(PROMETHEUS, `${POD}.volumes[9]`, { name: "data", emptyDir: {} }),
        ),
        findings: [`${PROMETHEUS} ${CONTAINER}.args: the samples are not stored on a claimed volume`],
      },
      {
        title: "the volume is too small",
        change: set(PROMETHEUS, "spec.volumeClaimTemplates[0].spec.resources.requests.storage", "1Gi"),
        findings: [`${PROMETHEUS} ${CONTAINER}.args: the retention size is not below 90 % of the volume`],
      },
      {
        title: "no limits are set",
        change: set(PROMETHEUS, `${CONTAINER}.args`, ["--storage.tsdb.path=/prometheus"]),
        findings: [
          `${PROMETHEUS} ${CONTAINER}.args: no retention time is set`,
          `${PROMETHEUS} ${CONTAINER}.args: the retention size is not below 90 % of the volume`,
        ],
      },
    ],
    notApplicable: { change: remove(PROMETHEUS) },
    unknown: [
      unknownAt(PROMETHEUS, "spec.volumeClaimTemplates[0].spec.resources.requests.storage"),
      unknownAt(PROMETHEUS, `${CONTAINER}.args`),
    ],
  },
  {
    rule: requireAccessLog,
    violations: [
      {
        title: "the access log is off",
        change: replace("gateway-config", "nginx.conf", /access_log [^;]* json;/g, "access_log off;"),
        findings: ['gateway-config data["nginx.conf"]: nginx.conf writes no access log in the format json'],
      },
      {
        title: "the client is not logged",
        change: replace("gateway-config", "nginx.conf", '"$remote_addr"', '"-"'),
        findings: ['gateway-config data["nginx.conf"]: the access log lacks $remote_addr'],
      },
      {
        title: "the path is not logged",
        change: replace("gateway-config", "nginx.conf", '"$logged_path"', '"-"'),
        findings: ['gateway-config data["nginx.conf"]: the access log lacks the path'],
      },
      {
        title: "the config is not mounted",
        change: unmounted(GATEWAY),
        findings: [notMounted(GATEWAY, "nginx.conf")],
      },
    ],
    notApplicable: { change: remove(GATEWAY) },
    unknown: [unknownAt("gateway-config", `data["nginx.conf"]`)],
  },
];
