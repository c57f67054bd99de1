import { type ExporterMetrics, POD_TARGET } from "./types.ts";

const POD = ["namespace", "pod", "uid"];
const CONTAINER = [...POD, "container"];
const OBJECT = (kind: string): string[] => ["namespace", kind];

/** kube-state-metrics 2. */
export const KUBE_STATE_METRICS: ExporterMetrics = {
  job: "kube-state-metrics",
  source: "https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics",
  // Where it runs itself stays with `up` (SPEAKS_OF_OTHERS in components/monitoring/prometheus/jobs.ts).
  targetLabels: ["job", "instance"],
  scrapeLabels: POD_TARGET,
  metrics: {
    kube_cronjob_info: [...OBJECT("cronjob"), "schedule", "concurrency_policy", "timezone"],
    kube_cronjob_next_schedule_time: OBJECT("cronjob"),
    kube_cronjob_spec_suspend: OBJECT("cronjob"),
    kube_cronjob_status_active: OBJECT("cronjob"),
    kube_cronjob_status_last_schedule_time: OBJECT("cronjob"),
    kube_cronjob_status_last_successful_time: OBJECT("cronjob"),
    kube_deployment_created: OBJECT("deployment"),
    kube_deployment_metadata_generation: OBJECT("deployment"),
    kube_deployment_spec_replicas: OBJECT("deployment"),
    kube_deployment_status_condition: [...OBJECT("deployment"), "condition", "status", "reason"],
    kube_deployment_status_observed_generation: OBJECT("deployment"),
    kube_deployment_status_replicas: OBJECT("deployment"),
    kube_deployment_status_replicas_available: OBJECT("deployment"),
    kube_deployment_status_replicas_updated: OBJECT("deployment"),
    kube_horizontalpodautoscaler_spec_max_replicas: OBJECT("horizontalpodautoscaler"),
    kube_horizontalpodautoscaler_spec_min_replicas: OBJECT("horizontalpodautoscaler"),
    kube_horizontalpodautoscaler_status_current_replicas: OBJECT("horizontalpodautoscaler"),
    kube_horizontalpodautoscaler_status_desired_replicas: OBJECT("horizontalpodautoscaler"),
    kube_job_complete: [...OBJECT("job_name"), "condition"],
    kube_job_failed: [...OBJECT("job_name"), "condition"],
    kube_job_status_active: OBJECT("job_name"),
    kube_job_status_completion_time: OBJECT("job_name"),
    kube_job_status_failed: [...OBJECT("job_name"), "reason"],
    kube_job_status_start_time: OBJECT("job_name"),
    kube_job_status_succeeded: OBJECT("job_name"),
    kube_node_info: ["node", "kernel_version", "os_image", "kubelet_version", "internal_ip"],
    kube_node_status_condition: ["node", "condition", "status"],
    kube_persistentvolumeclaim_status_phase: [...OBJECT("persistentvolumeclaim"), "phase"],
    kube_pod_container_info: [...CONTAINER, "image", "image_id", "container_id"],
    kube_pod_container_resource_limits: [...CONTAINER, "node", "resource", "unit"],
    kube_pod_container_resource_requests: [...CONTAINER, "node", "resource", "unit"],
    kube_pod_container_status_last_terminated_reason: [...CONTAINER, "reason"],
    kube_pod_container_status_ready: CONTAINER,
    kube_pod_container_status_restarts_total: CONTAINER,
    kube_pod_container_status_waiting_reason: [...CONTAINER, "reason"],
    kube_pod_info: [...POD, "node", "host_ip", "pod_ip", "created_by_kind", "created_by_name"],
    kube_pod_status_phase: [...POD, "phase"],
    kube_pod_status_ready: [...POD, "condition"],
    kube_poddisruptionbudget_status_current_healthy: OBJECT("poddisruptionbudget"),
    kube_poddisruptionbudget_status_pod_disruptions_allowed: OBJECT("poddisruptionbudget"),
    kube_statefulset_replicas: OBJECT("statefulset"),
    kube_statefulset_status_replicas_ready: OBJECT("statefulset"),
  },
};

const KUBELET_TARGET = ["job", "instance", "node"];

/** The kubelet's own endpoint. */
export const KUBELET: ExporterMetrics = {
  job: "kubelet",
  source: "https://kubernetes.io/docs/reference/instrumentation/metrics/",
  targetLabels: KUBELET_TARGET,
  metrics: {
    kubelet_running_pods: [],
    kubelet_volume_stats_available_bytes: OBJECT("persistentvolumeclaim"),
    kubelet_volume_stats_capacity_bytes: OBJECT("persistentvolumeclaim"),
    kubelet_volume_stats_used_bytes: OBJECT("persistentvolumeclaim"),
  },
};

const CGROUP = ["namespace", "pod", "container", "id", "image", "name"];

/** cAdvisor, as the kubelet serves it. */
export const CADVISOR: ExporterMetrics = {
  job: "cadvisor",
  source: "https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md",
  targetLabels: KUBELET_TARGET,
  metrics: {
    container_cpu_cfs_periods_total: CGROUP,
    container_cpu_cfs_throttled_periods_total: CGROUP,
    container_cpu_usage_seconds_total: [...CGROUP, "cpu"],
    container_memory_rss: CGROUP,
    container_memory_working_set_bytes: CGROUP,
    container_network_receive_bytes_total: ["namespace", "pod", "interface", "id", "image", "name"],
    container_network_transmit_bytes_total: ["namespace", "pod", "interface", "id", "image", "name"],
    container_oom_events_total: CGROUP,
  },
};

const FILESYSTEM = ["device", "fstype", "mountpoint"];

/** node_exporter. */
export const NODE: ExporterMetrics = {
  job: "node",
  source:
    "https://github.com/prometheus/node_exporter (collector/: cpu, filesystem, loadavg, meminfo, netdev)",
  targetLabels: POD_TARGET,
  metrics: {
    node_cpu_seconds_total: ["cpu", "mode"],
    node_filesystem_avail_bytes: FILESYSTEM,
    node_filesystem_size_bytes: FILESYSTEM,
    node_load1: [],
    node_memory_MemAvailable_bytes: [],
    node_memory_MemTotal_bytes: [],
    node_network_receive_bytes_total: ["device"],
    node_network_transmit_bytes_total: ["device"],
  },
};
