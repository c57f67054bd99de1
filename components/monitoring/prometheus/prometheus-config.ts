import { stringify } from "yaml";
import { serviceHost } from "../../shared/network/application-flows.ts";
import { MONITORING_PORTS } from "../../shared/network/monitoring-ports.ts";
import { MOUNT_PATHS, WEB_USERNAMES } from "../mount-paths.ts";
import type { PrometheusOptions, RemoteWrite } from "../options.ts";
import {
  exporterScrapeJob,
  KUBE_STATE_METRICS_RELABEL_CONFIGS,
  kubeletScrapeJob,
  podScrapeJob,
  type ScrapeJob,
} from "./scrape-jobs.ts";

/** Scrape interval in seconds; an alert with `for: 2m` then evaluates eight samples. */
const SCRAPE_INTERVAL = "15s";

/** The rule file, next to prometheus.yml. */
export const RULES_FILE = "rules.yml";

/** The value of the label `cluster` of every sample and alert. */
function clusterLabel(environment: string): string {
  return `spacetime-vr-${environment}`;
}

/** The complete prometheus.yml; it refers to secrets by file path only. */
export function renderPrometheusConfig(options: PrometheusOptions): string {
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
          cluster: clusterLabel(environment),
          // Distinguishes the samples of the two replicas; Amazon Managed Prometheus deduplicates by this label.
          // biome-ignore lint/suspicious/noTemplateCurlyInString: Prometheus replaces it by the variable
          ...(isPair ? { __replica__: "${POD_NAME}" } : {}),
        },
      },
      rule_files: [RULES_FILE],
      alerting: {
        // Both replicas raise the same alert; without the label, Alertmanager deduplicates it.
        ...(isPair ? { alert_relabel_configs: [{ regex: "__replica__", action: "labeldrop" }] } : {}),
        alertmanagers: [alertmanagerTargets(options.alertmanagerReplicas)],
      },
      scrape_configs: scrapeJobs(options),
      ...remoteWriteConfig(remoteWrite),
    },
    { lineWidth: 0 },
  );
}

function alertmanagerTargets(replicas: number): object {
  const host = serviceHost("alertmanager");
  return {
    scheme: "https",
    basic_auth: { username: WEB_USERNAMES.alertmanager, password_file: MOUNT_PATHS.alertmanagerPassword },
    tls_config: { ca_file: MOUNT_PATHS.authority, server_name: host },
    // Each replica by its own name instead of the Service: Alertmanager deduplicates only if every replica gets every alert.
    static_configs: [
      {
        targets: Array.from(
          { length: replicas },
          (_, index) => `alertmanager-${index}.${host}:${MONITORING_PORTS.alertmanager}`,
        ),
      },
    ],
  };
}

/** All scrape jobs; rules and dashboards depend on their names. */
function scrapeJobs(options: PrometheusOptions): ScrapeJob[] {
  return [
    gameServerScrapeJob(),
    podScrapeJob({ job: "gateway", workload: "gateway" }),
    ...(options.redisExporter ? [podScrapeJob({ job: "redis", workload: "redis-exporter" })] : []),
    ...(options.postgresExporter ? [podScrapeJob({ job: "postgres", workload: "postgres-exporter" })] : []),
    exporterScrapeJob("node", "node-exporter", options.nodeExporter),
    exporterScrapeJob("kube-state-metrics", "kube-state-metrics", options.kubeStateMetrics, {
      metric_relabel_configs: KUBE_STATE_METRICS_RELABEL_CONFIGS,
    }),
    kubeletScrapeJob("kubelet", "/metrics", options.verifyKubelets),
    kubeletScrapeJob("cadvisor", "/metrics/cadvisor", options.verifyKubelets),
    blackboxScrapeJob(options),
    podScrapeJob({
      job: "prometheus",
      workload: "prometheus",
      port: "web",
      settings: {
        basic_auth: { username: WEB_USERNAMES.prometheus, password_file: MOUNT_PATHS.prometheusPassword },
      },
    }),
    podScrapeJob({
      job: "alertmanager",
      workload: "alertmanager",
      port: "web",
      settings: {
        basic_auth: { username: WEB_USERNAMES.alertmanager, password_file: MOUNT_PATHS.alertmanagerPassword },
      },
    }),
    podScrapeJob({ job: "grafana", workload: "grafana", port: "web" }),
    ...(options.logShipping
      ? [
          podScrapeJob({
            job: "fluent-bit",
            workload: "fluent-bit",
            settings: { metrics_path: "/api/v2/metrics/prometheus" },
          }),
        ]
      : []),
  ];
}

/** The namespaces of the targets; Prometheus may list pods only in these. */
export function targetNamespaces(options: PrometheusOptions): string[] {
  const found = scrapeJobs(options).flatMap(
    ({ kubernetes_sd_configs: discoveries }) =>
      (discoveries as { namespaces?: { names: string[] } }[] | undefined)?.flatMap(
        ({ namespaces }) => namespaces?.names ?? [],
      ) ?? [],
  );
  return [...new Set(found)].sort();
}

function gameServerScrapeJob(): ScrapeJob {
  return podScrapeJob({
    job: "game-server",
    workload: "game-server",
    port: "http",
    settings: { authorization: { credentials_file: MOUNT_PATHS.scrapeToken } },
    relabellings: [
      { source_labels: ["__meta_kubernetes_pod_label_spacetime_vr_com_pool"], target_label: "pool" },
    ],
  });
}

function blackboxScrapeJob({ probes }: PrometheusOptions): ScrapeJob {
  const host = serviceHost("blackbox-exporter");
  return {
    job_name: "blackbox",
    scheme: "https",
    metrics_path: "/probe",
    tls_config: { ca_file: MOUNT_PATHS.authority, server_name: host },
    static_configs: probes.map(({ name, target }) => ({ targets: [target], labels: { probe: name } })),
    relabel_configs: [
      { source_labels: ["__address__"], target_label: "__param_target" },
      { source_labels: ["__address__"], target_label: "instance" },
      { source_labels: ["probe"], target_label: "__param_module" },
      { target_label: "__address__", replacement: `${host}:${MONITORING_PORTS["blackbox-exporter"]}` },
    ],
  };
}

function remoteWriteConfig(remote: RemoteWrite): object {
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
