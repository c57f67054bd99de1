import { serviceHost, WORKLOAD_NAMESPACES, type Workload } from "../../shared/network/application-flows.ts";
import { CLUSTER_EXPORTER_PORTS } from "../../shared/network/monitoring-ports.ts";
import { MOUNT_PATHS } from "../mount-paths.ts";
import type { ExporterSource } from "../options.ts";

/** A scrape job in the format of prometheus.yml. */
export interface ScrapeJob {
  readonly job_name: string;
  readonly [setting: string]: unknown;
}

/** A relabelling step in the format of prometheus.yml. */
type RelabelConfig = Readonly<Record<string, unknown>>;

const APP_NAME_LABEL = "app.kubernetes.io/name";
const POD_META_PREFIX = "__meta_kubernetes_pod";

/** The labels that alerts and dashboards use for a target, in addition to `instance`. */
const POD_RELABEL_CONFIGS: readonly RelabelConfig[] = [
  { source_labels: ["__meta_kubernetes_namespace"], target_label: "namespace" },
  { source_labels: [`${POD_META_PREFIX}_name`], target_label: "pod" },
  { source_labels: [`${POD_META_PREFIX}_node_name`], target_label: "node" },
];

/** A completed pod keeps its IP address in the API for a while; scraping it would cause a false alarm. */
const DROP_FINISHED_PODS: RelabelConfig = {
  source_labels: [`${POD_META_PREFIX}_phase`],
  regex: "Succeeded|Failed",
  action: "drop",
};

function keepContainerPort(source: "name" | "number", value: string): RelabelConfig {
  return { source_labels: [`${POD_META_PREFIX}_container_port_${source}`], regex: value, action: "keep" };
}

function podDiscoveryConfig(namespace: string, name: string): RelabelConfig {
  return {
    role: "pod",
    namespaces: { names: [namespace] },
    selectors: [{ role: "pod", label: `${APP_NAME_LABEL}=${name}` }],
  };
}

interface PodScrapeJobArgs {
  readonly job: string;
  readonly workload: Workload;
  /** The name of the container port. @default "metrics" */
  readonly port?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly relabellings?: readonly RelabelConfig[];
}

/** Scrapes every pod of a workload over TLS; the certificate must match the Service name. */
export function podScrapeJob({
  job,
  workload,
  port = "metrics",
  settings,
  relabellings = [],
}: PodScrapeJobArgs): ScrapeJob {
  return {
    job_name: job,
    scheme: "https",
    tls_config: { ca_file: MOUNT_PATHS.authority, server_name: serviceHost(workload) },
    ...settings,
    kubernetes_sd_configs: [podDiscoveryConfig(WORKLOAD_NAMESPACES[workload], workload)],
    relabel_configs: [
      keepContainerPort("name", port),
      DROP_FINISHED_PODS,
      ...POD_RELABEL_CONFIGS,
      ...relabellings,
    ],
  };
}

/** The `app.kubernetes.io/name` labels of existing exporters, as set by the upstream charts and the EKS add-ons. */
const CLUSTER_EXPORTER_NAMES = {
  "node-exporter": "prometheus-node-exporter",
  "kube-state-metrics": "kube-state-metrics",
} as const;

/** A deployed exporter, or an existing one of the cluster (plain HTTP). */
export function exporterScrapeJob(
  job: "node" | "kube-state-metrics",
  workload: keyof typeof CLUSTER_EXPORTER_NAMES,
  source: ExporterSource,
  settings: Readonly<Record<string, unknown>> = {},
): ScrapeJob {
  switch (source.kind) {
    case "own":
      return podScrapeJob({ job, workload, settings });
    case "cluster":
      return {
        job_name: job,
        ...settings,
        kubernetes_sd_configs: [podDiscoveryConfig(source.namespace, CLUSTER_EXPORTER_NAMES[workload])],
        relabel_configs: [
          keepContainerPort("number", String(CLUSTER_EXPORTER_PORTS[workload])),
          DROP_FINISHED_PODS,
          ...POD_RELABEL_CONFIGS,
        ],
      };
    default: {
      const exhaustive: never = source;
      return exhaustive;
    }
  }
}

/** Labels that kube-state-metrics sets for other objects and service discovery sets for its own pod. */
const OBJECT_LABELS = "namespace|pod|node";

/**
 * Removes the exporter's own pod, node and namespace from the metrics of other objects: with `honor_labels`, an object without
 * a pod label, such as a Deployment, would get the exporter's pod and node, and so would its alerts. `up` keeps these labels.
 */
export const KUBE_STATE_METRICS_RELABEL_CONFIGS: readonly RelabelConfig[] = [
  { regex: OBJECT_LABELS, action: "labeldrop" },
  { regex: `exported_(${OBJECT_LABELS})`, replacement: "$1", action: "labelmap" },
  { regex: `exported_(${OBJECT_LABELS})`, action: "labeldrop" },
];

/** Scrapes each kubelet directly with the permission `nodes/metrics`; the API server proxy would need `nodes/proxy`, which can run commands. */
export function kubeletScrapeJob(job: "kubelet" | "cadvisor", path: string, verify: boolean): ScrapeJob {
  return {
    job_name: job,
    scheme: "https",
    metrics_path: path,
    authorization: { credentials_file: `${MOUNT_PATHS.serviceAccount}/token` },
    tls_config: verify ? { ca_file: `${MOUNT_PATHS.serviceAccount}/ca.crt` } : { insecure_skip_verify: true },
    kubernetes_sd_configs: [{ role: "node" }],
    relabel_configs: [{ source_labels: ["__meta_kubernetes_node_name"], target_label: "node" }],
    // Per-device and per-task metrics that no rule or panel uses; they are half of a cAdvisor scrape.
    metric_relabel_configs: [
      {
        source_labels: ["__name__"],
        regex: "container_(blkio_.*|memory_failures_total|tasks_state)",
        action: "drop",
      },
    ],
  };
}
