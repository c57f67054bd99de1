import { stringify } from "yaml";
import { serviceHost } from "../../shared/flows.ts";
import { METRICS_PORTS } from "../../shared/metrics-ports.ts";
import type { PrometheusOptions, RemoteWrite } from "../options.ts";
import { PATHS, WEB_USERS } from "../paths.ts";
import { exporterJob, kubeletJob, podJob, type ScrapeJob, SPEAKS_OF_OTHERS } from "./jobs.ts";

/** Seconds between two scrapes; an alert that must hold two minutes then sees eight samples. */
const SCRAPE_INTERVAL = "15s";

/** The file of the rules, beside prometheus.yml. */
export const RULES_FILE = "rules.yml";

/** The value of the label `cluster` of every sample and alert. */
export function clusterName(environment: string): string {
  return `spacetime-vr-${environment}`;
}

/** The complete prometheus.yml; every secret in it is the path of a file. */
export function prometheusConfig(options: PrometheusOptions): string {
  const { environment, replicas, remoteWrite } = options;
  const isPair = replicas > 1;
  return stringify(
    {
      global: {
        scrape_interval: SCRAPE_INTERVAL,
        scrape_timeout: "10s",
        evaluation_interval: SCRAPE_INTERVAL,
        external_labels: {
          environment,
          cluster: clusterName(environment),
          // Tells the samples of a pair apart where they meet; Amazon Managed Prometheus keeps one of each by it.
          // biome-ignore lint/suspicious/noTemplateCurlyInString: Prometheus replaces it by the variable
          ...(isPair ? { __replica__: "${POD_NAME}" } : {}),
        },
      },
      rule_files: [RULES_FILE],
      alerting: {
        // Both of a pair raise the same alert, which must be one alert.
        ...(isPair ? { alert_relabel_configs: [{ regex: "__replica__", action: "labeldrop" }] } : {}),
        alertmanagers: [alertmanagers(options.alertmanagerReplicas)],
      },
      scrape_configs: scrapeJobs(options),
      ...remoteWrites(remoteWrite),
    },
    { lineWidth: 0 },
  );
}

function alertmanagers(replicas: number): object {
  const host = serviceHost("alertmanager");
  return {
    scheme: "https",
    basic_auth: { username: WEB_USERS.alertmanager, password_file: PATHS.alertmanagerPassword },
    tls_config: { ca_file: PATHS.authority, server_name: host },
    // By name and not by a Service in front: each must hear of each alert, they agree among themselves who sends.
    static_configs: [
      {
        targets: Array.from(
          { length: replicas },
          (_, index) => `alertmanager-${index}.${host}:${METRICS_PORTS.alertmanager}`,
        ),
      },
    ],
  };
}

/** Every job; the names are the contract with rules and dashboards. */
export function scrapeJobs(options: PrometheusOptions): ScrapeJob[] {
  return [
    gameServerJob(),
    podJob({ job: "gateway", workload: "gateway" }),
    ...(options.redisExporter ? [podJob({ job: "redis", workload: "redis-exporter" })] : []),
    ...(options.postgresExporter ? [podJob({ job: "postgres", workload: "postgres-exporter" })] : []),
    exporterJob("node", "node-exporter", options.nodeExporter),
    exporterJob("kube-state-metrics", "kube-state-metrics", options.kubeStateMetrics, {
      metric_relabel_configs: SPEAKS_OF_OTHERS,
    }),
    kubeletJob("kubelet", "/metrics", options.verifyKubelets),
    kubeletJob("cadvisor", "/metrics/cadvisor", options.verifyKubelets),
    blackboxJob(options),
    podJob({
      job: "prometheus",
      workload: "prometheus",
      port: "web",
      settings: { basic_auth: { username: WEB_USERS.prometheus, password_file: PATHS.prometheusPassword } },
    }),
    podJob({
      job: "alertmanager",
      workload: "alertmanager",
      port: "web",
      settings: {
        basic_auth: { username: WEB_USERS.alertmanager, password_file: PATHS.alertmanagerPassword },
      },
    }),
    podJob({ job: "grafana", workload: "grafana", port: "web" }),
    ...(options.logShipping
      ? [
          podJob({
            job: "fluent-bit",
            workload: "fluent-bit",
            settings: { metrics_path: "/api/v2/metrics/prometheus" },
          }),
        ]
      : []),
  ];
}

/** The namespaces in which targets are looked for, and so the only ones whose pods Prometheus may list. */
export function targetNamespaces(options: PrometheusOptions): string[] {
  const found = scrapeJobs(options).flatMap(
    ({ kubernetes_sd_configs: discoveries }) =>
      (discoveries as { namespaces?: { names: string[] } }[] | undefined)?.flatMap(
        ({ namespaces }) => namespaces?.names ?? [],
      ) ?? [],
  );
  return [...new Set(found)].sort();
}

function gameServerJob(): ScrapeJob {
  return podJob({
    job: "game-server",
    workload: "game-server",
    port: "http",
    settings: { authorization: { credentials_file: PATHS.scrapeToken } },
    relabellings: [
      { source_labels: ["__meta_kubernetes_pod_label_spacetime_vr_com_pool"], target_label: "pool" },
    ],
  });
}

function blackboxJob({ probes }: PrometheusOptions): ScrapeJob {
  const host = serviceHost("blackbox-exporter");
  return {
    job_name: "blackbox",
    scheme: "https",
    metrics_path: "/probe",
    tls_config: { ca_file: PATHS.authority, server_name: host },
    static_configs: probes.map(({ name, target }) => ({ targets: [target], labels: { probe: name } })),
    relabel_configs: [
      { source_labels: ["__address__"], target_label: "__param_target" },
      { source_labels: ["__address__"], target_label: "instance" },
      { source_labels: ["probe"], target_label: "__param_module" },
      { target_label: "__address__", replacement: `${host}:${METRICS_PORTS["blackbox-exporter"]}` },
    ],
  };
}

function remoteWrites(remote: RemoteWrite): object {
  switch (remote.kind) {
    case "none":
      return {};
    case "amazon-managed-prometheus": {
      const host = `aps-workspaces.${remote.region}.amazonaws.com`;
      const url = `https://${host}/workspaces/${remote.workspaceId}/api/v1/remote_write`;
      return { remote_write: [{ url, sigv4: { region: remote.region } }] };
    }
    case "url":
      return { remote_write: [{ url: remote.url }] };
    default: {
      const exhaustive: never = remote;
      return exhaustive;
    }
  }
}
