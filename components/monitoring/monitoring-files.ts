import { PROMETHEUS_WEB_CONFIG_FILE, renderPrometheusWebConfig } from "../shared/prometheus-web-config.ts";
import { renderAlertmanagerConfig } from "./alertmanager/alertmanager-config.ts";
import { renderSilencesFile } from "./alertmanager/silences.ts";
import type { DashboardFile } from "./dashboards/index.ts";
import {
  type BlackboxProbeOptions,
  blackboxProbes,
  renderBlackboxConfig,
} from "./exporters/blackbox-config.ts";
import { renderDashboardProvider, renderDataSources, renderGrafanaIni } from "./grafana/grafana-config.ts";
import type { AlertmanagerOptions, PrometheusOptions, Silence } from "./options.ts";
import { RULES_FILE, renderPrometheusConfig } from "./prometheus/prometheus-config.ts";
import { renderRuleFile, ruleGroups } from "./rules/index.ts";
import type { RuleOptions } from "./rules/types.ts";

/** What the files of an environment's monitoring depend on. */
export interface MonitoringFilesOptions {
  readonly prometheus: Omit<PrometheusOptions, "probes">;
  readonly alertmanager: AlertmanagerOptions;
  readonly silences: readonly Silence[];
  readonly rules: RuleOptions;
  readonly probes: BlackboxProbeOptions;
  readonly dashboards: readonly DashboardFile[];
}

/** The config files that the pods mount, by path; they refer to secrets by file path only. */
export function renderMonitoringFiles(options: MonitoringFilesOptions): ReadonlyMap<string, string> {
  const { environment } = options.prometheus;
  const prometheus = { ...options.prometheus, probes: blackboxProbes(options.probes) };
  return new Map([
    ["prometheus.yml", renderPrometheusConfig(prometheus)],
    [RULES_FILE, renderRuleFile(ruleGroups(options.rules))],
    ["alertmanager.yml", renderAlertmanagerConfig(options.alertmanager)],
    ["silences.json", renderSilencesFile(options.silences)],
    ["blackbox.yml", renderBlackboxConfig(options.probes)],
    [PROMETHEUS_WEB_CONFIG_FILE, renderPrometheusWebConfig()],
    ["grafana.ini", renderGrafanaIni()],
    ["datasources.yml", renderDataSources(environment)],
    ["dashboards.yml", renderDashboardProvider()],
    ...options.dashboards.map(({ fileName, json }) => [`dashboards/${fileName}`, json] as const),
  ]);
}
