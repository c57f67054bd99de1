import { type ExporterMetrics, POD_TARGET_LABELS } from "./types.ts";

/** nginx-prometheus-exporter on the stub status of open-source nginx. */
export const GATEWAY: ExporterMetrics = {
  job: "gateway",
  source: "https://github.com/nginx/nginx-prometheus-exporter#exported-metrics",
  targetLabels: POD_TARGET_LABELS,
  metrics: {
    nginx_connections_accepted: [],
    nginx_connections_active: [],
    nginx_connections_handled: [],
    nginx_connections_reading: [],
    nginx_connections_waiting: [],
    nginx_connections_writing: [],
    nginx_http_requests_total: [],
    nginx_up: [],
  },
};

/** blackbox_exporter, modules of the probers http and tcp. */
export const BLACKBOX: ExporterMetrics = {
  job: "blackbox",
  source:
    "https://github.com/prometheus/blackbox_exporter (prober/handler.go, prober/http.go, prober/tcp.go)",
  targetLabels: ["job", "instance", "probe"],
  metrics: {
    probe_dns_lookup_time_seconds: [],
    probe_duration_seconds: [],
    probe_http_duration_seconds: ["phase"],
    probe_http_ssl: [],
    probe_http_status_code: [],
    probe_ssl_earliest_cert_expiry: [],
    probe_ssl_last_chain_expiry_timestamp_seconds: [],
    probe_success: [],
    probe_tls_version_info: ["version"],
  },
};

const FLUENT_BIT_PLUGIN_LABELS = ["name"];

/** Fluent Bit, endpoint /api/v2/metrics/prometheus. */
export const FLUENT_BIT: ExporterMetrics = {
  job: "fluent-bit",
  source: "https://docs.fluentbit.io/manual/administration/monitoring#for-v2-metrics",
  targetLabels: POD_TARGET_LABELS,
  metrics: {
    fluentbit_filter_drop_records_total: FLUENT_BIT_PLUGIN_LABELS,
    fluentbit_input_bytes_total: FLUENT_BIT_PLUGIN_LABELS,
    fluentbit_input_records_total: FLUENT_BIT_PLUGIN_LABELS,
    fluentbit_output_dropped_records_total: FLUENT_BIT_PLUGIN_LABELS,
    fluentbit_output_errors_total: FLUENT_BIT_PLUGIN_LABELS,
    fluentbit_output_proc_bytes_total: FLUENT_BIT_PLUGIN_LABELS,
    fluentbit_output_proc_records_total: FLUENT_BIT_PLUGIN_LABELS,
    fluentbit_output_retried_records_total: FLUENT_BIT_PLUGIN_LABELS,
    fluentbit_output_retries_failed_total: FLUENT_BIT_PLUGIN_LABELS,
    fluentbit_output_retries_total: FLUENT_BIT_PLUGIN_LABELS,
    fluentbit_uptime: ["hostname"],
  },
};

/** Prometheus itself. */
export const PROMETHEUS: ExporterMetrics = {
  job: "prometheus",
  source:
    "https://github.com/prometheus/prometheus (cmd/prometheus/main.go, notifier/, rules/group.go, tsdb/)",
  targetLabels: POD_TARGET_LABELS,
  metrics: {
    prometheus_build_info: ["version", "revision", "branch", "goversion"],
    prometheus_config_last_reload_success_timestamp_seconds: [],
    prometheus_config_last_reload_successful: [],
    prometheus_notifications_alertmanagers_discovered: [],
    prometheus_notifications_dropped_total: [],
    prometheus_notifications_errors_total: ["alertmanager"],
    prometheus_notifications_sent_total: ["alertmanager"],
    prometheus_rule_evaluation_failures_total: ["rule_group"],
    prometheus_rule_group_interval_seconds: ["rule_group"],
    prometheus_rule_group_last_duration_seconds: ["rule_group"],
    prometheus_tsdb_compactions_failed_total: [],
    prometheus_tsdb_head_samples_appended_total: ["type"],
    prometheus_tsdb_head_series: [],
    prometheus_tsdb_storage_blocks_bytes: [],
    prometheus_tsdb_wal_corruptions_total: [],
  },
};

/** Alertmanager. */
export const ALERTMANAGER: ExporterMetrics = {
  job: "alertmanager",
  source:
    "https://github.com/prometheus/alertmanager (cmd/alertmanager/main.go, notify/notify.go, cluster/cluster.go)",
  targetLabels: POD_TARGET_LABELS,
  metrics: {
    alertmanager_alerts: ["state"],
    alertmanager_cluster_members: [],
    alertmanager_config_last_reload_successful: [],
    alertmanager_notifications_failed_total: ["integration", "reason"],
    alertmanager_notifications_total: ["integration"],
    alertmanager_silences: ["state"],
  },
};

/** Grafana, of which only `up` is used. */
export const GRAFANA: ExporterMetrics = {
  job: "grafana",
  source: "https://grafana.com/docs/grafana/latest/setup-grafana/set-up-grafana-monitoring/",
  targetLabels: POD_TARGET_LABELS,
  metrics: { grafana_build_info: ["version", "edition"] },
};
