import { type ExporterMetrics, POD_TARGET_LABELS } from "./types.ts";

const POD_LABELS = ["namespace", "pod", "uid"];
const CONTAINER_LABELS = [...POD_LABELS, "container"];
const objectLabels = (kind: string): string[] => ["namespace", kind];

/** kube-state-metrics 2. */
export const KUBE_STATE_METRICS: ExporterMetrics = {
  job: "kube-state-metrics",
  source: "https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics",
  // Only `up` keeps the exporter's own pod and node (KUBE_STATE_METRICS_RELABEL_CONFIGS in scrape-jobs.ts).
  targetLabels: ["job", "instance"],
  scrapeLabels: POD_TARGET_LABELS,
  metrics: {
    kube_cronjob_created: objectLabels("cronjob"),
    kube_cronjob_info: [...objectLabels("cronjob"), "schedule", "concurrency_policy", "timezone"],
    kube_cronjob_next_schedule_time: objectLabels("cronjob"),
    kube_cronjob_spec_suspend: objectLabels("cronjob"),
    kube_cronjob_status_active: objectLabels("cronjob"),
    kube_cronjob_status_last_schedule_time: objectLabels("cronjob"),
    kube_cronjob_status_last_successful_time: objectLabels("cronjob"),
    kube_deployment_created: objectLabels("deployment"),
    kube_deployment_metadata_generation: objectLabels("deployment"),
    kube_deployment_spec_replicas: objectLabels("deployment"),
    kube_deployment_status_condition: [...objectLabels("deployment"), "condition", "status", "reason"],
    kube_deployment_status_observed_generation: objectLabels("deployment"),
    kube_deployment_status_replicas: objectLabels("deployment"),
    kube_deployment_status_replicas_available: objectLabels("deployment"),
    kube_deployment_status_replicas_updated: objectLabels("deployment"),
    kube_horizontalpodautoscaler_spec_max_replicas: objectLabels("horizontalpodautoscaler"),
    kube_horizontalpodautoscaler_spec_min_replicas: objectLabels("horizontalpodautoscaler"),
    kube_horizontalpodautoscaler_status_current_replicas: objectLabels("horizontalpodautoscaler"),
    kube_horizontalpodautoscaler_status_desired_replicas: objectLabels("horizontalpodautoscaler"),
    kube_job_complete: [...objectLabels("job_name"), "condition"],
    kube_job_failed: [...objectLabels("job_name"), "condition"],
    kube_job_status_active: objectLabels("job_name"),
    kube_job_status_completion_time: objectLabels("job_name"),
    kube_job_status_failed: [...objectLabels("job_name"), "reason"],
    kube_job_status_start_time: objectLabels("job_name"),
    kube_job_status_succeeded: objectLabels("job_name"),
    kube_node_info: ["node", "kernel_version", "os_image", "kubelet_version", "internal_ip"],
    kube_node_status_condition: ["node", "condition", "status"],
    kube_persistentvolumeclaim_status_phase: [...objectLabels("persistentvolumeclaim"), "phase"],
    kube_pod_container_info: [...CONTAINER_LABELS, "image", "image_id", "container_id"],
    kube_pod_container_resource_limits: [...CONTAINER_LABELS, "node", "resource", "unit"],
    kube_pod_container_resource_requests: [...CONTAINER_LABELS, "node", "resource", "unit"],
    kube_pod_container_status_last_terminated_reason: [...CONTAINER_LABELS, "reason"],
    kube_pod_container_status_ready: CONTAINER_LABELS,
    kube_pod_container_status_restarts_total: CONTAINER_LABELS,
    kube_pod_container_status_waiting_reason: [...CONTAINER_LABELS, "reason"],
    kube_pod_info: [...POD_LABELS, "node", "host_ip", "pod_ip", "created_by_kind", "created_by_name"],
    kube_pod_status_phase: [...POD_LABELS, "phase"],
    kube_pod_status_ready: [...POD_LABELS, "condition"],
    kube_poddisruptionbudget_status_current_healthy: objectLabels("poddisruptionbudget"),
    kube_poddisruptionbudget_status_pod_disruptions_allowed: objectLabels("poddisruptionbudget"),
    kube_statefulset_replicas: objectLabels("statefulset"),
    kube_statefulset_status_replicas_ready: objectLabels("statefulset"),
  },
};

const KUBELET_TARGET_LABELS = ["job", "instance", "node"];

/** The kubelet's own endpoint. */
export const KUBELET: ExporterMetrics = {
  job: "kubelet",
  source: "https://kubernetes.io/docs/reference/instrumentation/metrics/",
  targetLabels: KUBELET_TARGET_LABELS,
  metrics: {
    kubelet_running_pods: [],
    kubelet_volume_stats_available_bytes: objectLabels("persistentvolumeclaim"),
    kubelet_volume_stats_capacity_bytes: objectLabels("persistentvolumeclaim"),
    kubelet_volume_stats_used_bytes: objectLabels("persistentvolumeclaim"),
  },
};

const CGROUP_LABELS = ["namespace", "pod", "container", "id", "image", "name"];

/** cAdvisor, as the kubelet serves it. */
export const CADVISOR: ExporterMetrics = {
  job: "cadvisor",
  source: "https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md",
  targetLabels: KUBELET_TARGET_LABELS,
  metrics: {
    container_cpu_cfs_periods_total: CGROUP_LABELS,
    container_cpu_cfs_throttled_periods_total: CGROUP_LABELS,
    container_cpu_usage_seconds_total: [...CGROUP_LABELS, "cpu"],
    container_memory_rss: CGROUP_LABELS,
    container_memory_working_set_bytes: CGROUP_LABELS,
    container_network_receive_bytes_total: ["namespace", "pod", "interface", "id", "image", "name"],
    container_network_transmit_bytes_total: ["namespace", "pod", "interface", "id", "image", "name"],
    container_oom_events_total: CGROUP_LABELS,
  },
};

const FILESYSTEM_LABELS = ["device", "fstype", "mountpoint"];

/** node_exporter. */
export const NODE_EXPORTER: ExporterMetrics = {
  job: "node",
  source:
    "https://github.com/prometheus/node_exporter (collector/: cpu, filesystem, loadavg, meminfo, netdev)",
  targetLabels: POD_TARGET_LABELS,
  metrics: {
    node_cpu_seconds_total: ["cpu", "mode"],
    node_filesystem_avail_bytes: FILESYSTEM_LABELS,
    node_filesystem_readonly: FILESYSTEM_LABELS,
    node_filesystem_size_bytes: FILESYSTEM_LABELS,
    node_load1: [],
    node_memory_MemAvailable_bytes: [],
    node_memory_MemTotal_bytes: [],
    node_network_receive_bytes_total: ["device"],
    node_network_transmit_bytes_total: ["device"],
  },
};
