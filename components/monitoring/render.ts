import { WEB_CONFIG_FILE, webConfig } from "../shared/web-config.ts";
import { alertmanagerConfig } from "./alertmanager/config.ts";
import { silencesFile } from "./alertmanager/silences.ts";
import type { Dashboard } from "./dashboards/index.ts";
import { blackboxConfig, type ProbeOptions, probes } from "./exporters/blackbox-config.ts";
import { dashboardProvider, dataSources, grafanaIni } from "./grafana/config.ts";
import type { AlertmanagerOptions, PrometheusOptions, Silence } from "./options.ts";
import { prometheusConfig, RULES_FILE } from "./prometheus/config.ts";
import { ruleGroups, rulesYaml } from "./rules/index.ts";
import type { RuleOptions } from "./rules/types.ts";

/** What the files of an environment's monitoring depend on. */
export interface RenderOptions {
  readonly prometheus: Omit<PrometheusOptions, "probes">;
  readonly alertmanager: AlertmanagerOptions;
  readonly silences: readonly Silence[];
  readonly rules: RuleOptions;
  readonly probes: ProbeOptions;
  readonly dashboards: readonly Dashboard[];
}

/** The files that the pods mount, by path: the same texts, with every secret as the path of a file. */
export function monitoringFiles(options: RenderOptions): ReadonlyMap<string, string> {
  const { environment } = options.prometheus;
  const prometheus = { ...options.prometheus, probes: probes(options.probes) };
  return new Map([
    ["prometheus.yml", prometheusConfig(prometheus)],
    [RULES_FILE, rulesYaml(ruleGroups(options.rules))],
    ["alertmanager.yml", alertmanagerConfig(options.alertmanager)],
    ["silences.json", silencesFile(options.silences)],
    ["blackbox.yml", blackboxConfig(options.probes)],
    [WEB_CONFIG_FILE, webConfig()],
    ["grafana.ini", grafanaIni()],
    ["datasources.yml", dataSources(environment)],
    ["dashboards.yml", dashboardProvider()],
    ...options.dashboards.map(({ fileName, json }) => [`dashboards/${fileName}`, json] as const),
  ]);
}
