import type { Series } from "./rule-case.ts";

/** Seconds between two samples of the healthy series. */
export const HEALTHY_SERIES_STEP_SECONDS = 60;

// A healthy production evening: every series that a rule reads, in the format of its exporter, with one sample per minute.

const SERVER_PODS = ["game-server-0", "game-server-1"];

/** One server at 90 Hz with 40 players, one or two requests per second and occasional errors. */
const GAME_SERVER_SERIES: Series = {
  up: "1",
  'spacetime_build_info{version="2.5.0",implementation="godot",environment="production"}': "1",
  spacetime_start_time_seconds: "-86400",
  spacetime_ready: "1",
  spacetime_draining: "0",
  spacetime_frame_rate_hertz: "90",
  spacetime_frames_total: "1000+5400",
  spacetime_physics_ticks_total: "1000+5400",
  'spacetime_frame_duration_seconds_bucket{le="0.0111"}': "1000+5000",
  'spacetime_frame_duration_seconds_bucket{le="0.0118"}': "1000+5390",
  'spacetime_frame_duration_seconds_bucket{le="0.0167"}': "1000+5399",
  'spacetime_frame_duration_seconds_bucket{le="+Inf"}': "1000+5400",
  spacetime_frame_duration_seconds_count: "1000+5400",
  'spacetime_scene_info{scene="res://vr_main.tscn"}': "1",
  'spacetime_scene_loads_total{result="loaded"}': "1",
  'spacetime_scene_loads_total{result="forbidden"}': "0",
  'spacetime_scene_loads_total{result="timeout"}': "0",
  'spacetime_http_requests_total{method="GET",route="/health",status="200"}': "+12",
  'spacetime_http_requests_total{method="GET",route="/status",status="200"}': "1000+90",
  'spacetime_http_requests_total{method="POST",route="/players",status="201"}': "1000+10",
  'spacetime_http_requests_total{method="GET",route="/status",status="500"}': "+0.01",
  'spacetime_http_request_duration_seconds_bucket{method="GET",route="/status",le="0.025"}': "1000+98",
  'spacetime_http_request_duration_seconds_bucket{method="GET",route="/status",le="0.25"}': "1000+99.9",
  'spacetime_http_request_duration_seconds_bucket{method="GET",route="/status",le="+Inf"}': "1000+100",
  'spacetime_http_request_duration_seconds_count{method="GET",route="/status"}': "1000+100",
  spacetime_http_connections_refused_total: "0",
  spacetime_tls_certificate_not_after_timestamp_seconds: "21000000",
  'spacetime_rate_limited_total{class="global"}': "+0.5",
  spacetime_rate_limit_fallback: "0",
  'spacetime_auth_failures_total{reason="invalid"}': "+0.2",
  'spacetime_auth_failures_total{reason="role"}': "+0.05",
  'spacetime_auth_failures_total{reason="missing"}': "+3",
  spacetime_intrusion_blocks_total: "1",
  spacetime_intrusion_blocked_addresses: "0",
  'spacetime_audit_records_total{kind="auth"}': "1000+10",
  'spacetime_log_lines_total{level="error"}': "+0.1",
  spacetime_players: "40",
  spacetime_players_maximum: "100",
  'spacetime_sessions_total{event="opened"}': "+10",
  'spacetime_sessions_total{event="closed"}': "1000+9.99",
  'spacetime_sessions_total{event="idle"}': "+0.01",
  'spacetime_sessions_total{event="handed_over"}': "+1",
  'spacetime_sessions_total{event="resumed"}': "+1",
  'spacetime_sessions_total{event="refused"}': "0",
  spacetime_world_objects: "2000",
  spacetime_world_unsaved_objects: "120",
  'spacetime_world_saves_total{result="saved"}': "+2",
  'spacetime_world_saves_total{result="failed"}': "0",
  spacetime_world_last_snapshot_timestamp_seconds: "1+60",
  spacetime_telemetry_clients: "40",
  spacetime_telemetry_clients_maximum: "100",
  'spacetime_telemetry_connections_total{result="accepted"}': "+10",
  'spacetime_telemetry_connections_total{result="full"}': "0",
  'spacetime_telemetry_connections_total{result="unauthorized"}': "+0.1",
  'spacetime_telemetry_frames_sent_total{format="binary"}': "+216000",
  spacetime_telemetry_frames_dropped_total: "+20",
  spacetime_mesh_peers: "1",
  'spacetime_discovery_datagrams_total{direction="sent",result="ok"}': "+60",
  'spacetime_discovery_datagrams_total{direction="received",result="ok"}': "+60",
  'spacetime_discovery_datagrams_total{direction="received",result="refused"}': "0",
  spacetime_database_up: "1",
  'spacetime_database_query_duration_seconds_bucket{le="0.01"}': "1000+99.5",
  'spacetime_database_query_duration_seconds_bucket{le="+Inf"}': "1000+100",
  spacetime_database_errors_total: "0",
  'spacetime_database_connections{state="used"}': "2",
  'spacetime_database_connections{state="idle"}': "8",
  spacetime_redis_up: "1",
  'spacetime_redis_command_duration_seconds_bucket{le="0.001"}': "1000+299.5",
  'spacetime_redis_command_duration_seconds_bucket{le="+Inf"}': "1000+300",
  spacetime_redis_errors_total: "0",
  'spacetime_cache_requests_total{result="hit"}': "+90",
  'spacetime_cache_requests_total{result="miss"}': "+10",
  'spacetime_jobs_total{result="done"}': "+2",
  'spacetime_jobs_total{result="failed"}': "0",
  'spacetime_webhook_deliveries_total{result="delivered"}': "+5",
  'spacetime_webhook_deliveries_total{result="failed"}': "+0.05",
};

/** Metrics about each server's pod from other exporters. */
const POD_SERIES: Series = {
  'container_memory_working_set_bytes{job="cadvisor",namespace="spacetime",container="game-server"}':
    "300000000",
  'container_cpu_cfs_periods_total{job="cadvisor",namespace="spacetime",container="game-server"}': "+600",
  'container_cpu_cfs_throttled_periods_total{job="cadvisor",namespace="spacetime",container="game-server"}':
    "+6",
  'kube_pod_container_resource_limits{job="kube-state-metrics",namespace="spacetime",container="game-server",resource="memory",unit="byte"}':
    "536870912",
  'kube_pod_container_status_restarts_total{job="kube-state-metrics",namespace="spacetime",container="game-server"}':
    "0",
  'kube_pod_status_phase{job="kube-state-metrics",namespace="spacetime",phase="Running"}': "1",
  'kube_pod_status_phase{job="kube-state-metrics",namespace="spacetime",phase="Pending"}': "0",
};

const GATEWAY_SERIES: Series = {
  'up{job="gateway",pod="gateway-0"}': "1",
  'nginx_up{job="gateway",pod="gateway-0"}': "1",
  'nginx_connections_active{job="gateway",pod="gateway-0"}': "90",
  'nginx_connections_accepted{job="gateway",pod="gateway-0"}': "+40",
  'nginx_connections_handled{job="gateway",pod="gateway-0"}': "+40",
  'up{job="blackbox",instance="play.example.com",probe="public-http"}': "1",
  'probe_success{job="blackbox",instance="play.example.com",probe="public-http"}': "1",
  'probe_success{job="blackbox",instance="play.example.com",probe="public-tls"}': "1",
  'probe_success{job="blackbox",instance="play.example.com",probe="telemetry-port"}': "1",
  'probe_duration_seconds{job="blackbox",instance="play.example.com",probe="public-http"}': "0.12",
  'probe_ssl_earliest_cert_expiry{job="blackbox",instance="play.example.com",probe="public-tls"}': "5184000",
};

const DATA_STORE_SERIES: Series = {
  'up{job="redis",pod="redis-exporter-0"}': "1",
  'redis_up{job="redis",pod="redis-exporter-0"}': "1",
  'redis_aof_last_write_status{job="redis",pod="redis-exporter-0"}': "1",
  'redis_aof_last_bgrewrite_status{job="redis",pod="redis-exporter-0"}': "1",
  'redis_memory_used_bytes{job="redis",pod="redis-exporter-0"}': "400000000",
  'redis_memory_max_bytes{job="redis",pod="redis-exporter-0"}': "1288490188",
  'redis_evicted_keys_total{job="redis",pod="redis-exporter-0"}': "0",
  'redis_connected_clients{job="redis",pod="redis-exporter-0"}': "14",
  'redis_config_maxclients{job="redis",pod="redis-exporter-0"}': "10000",
  'redis_rejected_connections_total{job="redis",pod="redis-exporter-0"}': "0",
  'up{job="postgres",pod="postgres-exporter-0"}': "1",
  'pg_up{job="postgres",pod="postgres-exporter-0"}': "1",
  'pg_settings_max_connections{job="postgres",pod="postgres-exporter-0"}': "100",
  'pg_stat_activity_count{job="postgres",pod="postgres-exporter-0",datname="spacetime",state="idle"}': "16",
  'pg_stat_activity_max_tx_duration{job="postgres",pod="postgres-exporter-0",datname="spacetime",state="active"}':
    "0.02",
  'pg_stat_database_deadlocks{job="postgres",pod="postgres-exporter-0",datname="spacetime"}': "0",
  'pg_stat_database_xact_commit{job="postgres",pod="postgres-exporter-0",datname="spacetime"}': "+200",
  'pg_stat_database_xact_rollback{job="postgres",pod="postgres-exporter-0",datname="spacetime"}': "+1",
  'pg_stat_database_blks_hit{job="postgres",pod="postgres-exporter-0",datname="spacetime"}': "+9990",
  'pg_stat_database_blks_read{job="postgres",pod="postgres-exporter-0",datname="spacetime"}': "+10",
  'pg_stat_archiver_last_archive_age{job="postgres",pod="postgres-exporter-0"}': "45",
  'pg_stat_archiver_archived_count{job="postgres",pod="postgres-exporter-0"}': "1000+1",
  'pg_stat_archiver_failed_count{job="postgres",pod="postgres-exporter-0"}': "0",
};

const CLUSTER_SERIES: Series = {
  'up{job="kube-state-metrics",pod="kube-state-metrics-0"}': "1",
  'up{job="kubelet",node="node-a"}': "1",
  'up{job="cadvisor",node="node-a"}': "1",
  'up{job="node",node="node-a"}': "1",
  'kube_deployment_spec_replicas{job="kube-state-metrics",namespace="spacetime",deployment="gateway"}': "3",
  'kube_deployment_status_replicas_available{job="kube-state-metrics",namespace="spacetime",deployment="gateway"}':
    "3",
  'kube_deployment_status_condition{job="kube-state-metrics",namespace="spacetime",deployment="gateway",condition="Progressing",status="false"}':
    "0",
  'kube_statefulset_replicas{job="kube-state-metrics",namespace="spacetime",statefulset="postgres"}': "1",
  'kube_statefulset_status_replicas_ready{job="kube-state-metrics",namespace="spacetime",statefulset="postgres"}':
    "1",
  'kube_horizontalpodautoscaler_status_current_replicas{job="kube-state-metrics",namespace="spacetime",horizontalpodautoscaler="gateway"}':
    "3",
  'kube_horizontalpodautoscaler_spec_max_replicas{job="kube-state-metrics",namespace="spacetime",horizontalpodautoscaler="gateway"}':
    "9",
  'kube_horizontalpodautoscaler_spec_min_replicas{job="kube-state-metrics",namespace="spacetime",horizontalpodautoscaler="gateway"}':
    "3",
  'kube_poddisruptionbudget_status_pod_disruptions_allowed{job="kube-state-metrics",namespace="spacetime",poddisruptionbudget="gateway"}':
    "1",
  'kube_persistentvolumeclaim_status_phase{job="kube-state-metrics",namespace="spacetime",persistentvolumeclaim="data-postgres-0",phase="Pending"}':
    "0",
  'kube_node_info{job="kube-state-metrics",node="node-a"}': "1",
  'kube_node_status_condition{job="kube-state-metrics",node="node-a",condition="Ready",status="true"}': "1",
  'kubelet_volume_stats_available_bytes{job="kubelet",node="node-a",namespace="spacetime",persistentvolumeclaim="data-postgres-0"}':
    "80000000000",
  'kubelet_volume_stats_capacity_bytes{job="kubelet",node="node-a",namespace="spacetime",persistentvolumeclaim="data-postgres-0"}':
    "100000000000",
  'node_filesystem_avail_bytes{job="node",node="node-a",device="/dev/nvme1n1p1",mountpoint="/local",fstype="xfs"}':
    "60000000000",
  'node_filesystem_size_bytes{job="node",node="node-a",device="/dev/nvme1n1p1",mountpoint="/local",fstype="xfs"}':
    "100000000000",
  'node_filesystem_readonly{job="node",node="node-a",device="/dev/nvme1n1p1",mountpoint="/local",fstype="xfs"}':
    "0",
  'node_memory_MemAvailable_bytes{job="node",node="node-a"}': "8000000000",
  'node_memory_MemTotal_bytes{job="node",node="node-a"}': "16000000000",
};

const BACKUP_SERIES: Series = {
  'kube_cronjob_created{job="kube-state-metrics",namespace="spacetime-backup",cronjob="postgres-backup"}':
    "-900000",
  'kube_cronjob_created{job="kube-state-metrics",namespace="spacetime-backup",cronjob="restore-drill"}':
    "-900000",
  'kube_cronjob_info{job="kube-state-metrics",namespace="spacetime-backup",cronjob="postgres-backup"}': "1",
  'kube_cronjob_spec_suspend{job="kube-state-metrics",namespace="spacetime-backup",cronjob="postgres-backup"}':
    "0",
  'kube_cronjob_status_last_successful_time{job="kube-state-metrics",namespace="spacetime-backup",cronjob="postgres-backup"}':
    "-3600",
  'kube_cronjob_status_last_successful_time{job="kube-state-metrics",namespace="spacetime-backup",cronjob="restore-drill"}':
    "-260000",
  'kube_job_status_active{job="kube-state-metrics",namespace="spacetime-backup",job_name="postgres-backup-291"}':
    "0",
  'kube_job_status_start_time{job="kube-state-metrics",namespace="spacetime-backup",job_name="postgres-backup-291"}':
    "-4000",
  'kube_job_status_start_time{job="kube-state-metrics",namespace="spacetime-backup",job_name="restore-drill-7"}':
    "-261000",
  'kube_job_status_completion_time{job="kube-state-metrics",namespace="spacetime-backup",job_name="restore-drill-7"}':
    "-260000",
};

const MONITORING_SERIES: Series = {
  'up{job="prometheus",pod="prometheus-0"}': "1",
  'up{job="alertmanager",pod="alertmanager-0"}': "1",
  'up{job="grafana",pod="grafana-0"}': "1",
  'up{job="fluent-bit",pod="fluent-bit-a"}': "1",
  'prometheus_config_last_reload_successful{job="prometheus",pod="prometheus-0"}': "1",
  'prometheus_rule_evaluation_failures_total{job="prometheus",pod="prometheus-0",rule_group="slo"}': "0",
  'prometheus_rule_group_last_duration_seconds{job="prometheus",pod="prometheus-0",rule_group="slo"}': "0.01",
  'prometheus_rule_group_interval_seconds{job="prometheus",pod="prometheus-0",rule_group="slo"}': "15",
  'prometheus_notifications_sent_total{job="prometheus",pod="prometheus-0",alertmanager="a"}': "+4",
  'prometheus_notifications_errors_total{job="prometheus",pod="prometheus-0",alertmanager="a"}': "0",
  'prometheus_notifications_alertmanagers_discovered{job="prometheus",pod="prometheus-0"}': "2",
  'prometheus_tsdb_wal_corruptions_total{job="prometheus",pod="prometheus-0"}': "0",
  'prometheus_tsdb_compactions_failed_total{job="prometheus",pod="prometheus-0"}': "0",
  'prometheus_tsdb_head_series{job="prometheus",pod="prometheus-0"}': "60000",
  'alertmanager_config_last_reload_successful{job="alertmanager",pod="alertmanager-0"}': "1",
  'alertmanager_notifications_total{job="alertmanager",pod="alertmanager-0",integration="slack"}': "+1",
  'alertmanager_notifications_failed_total{job="alertmanager",pod="alertmanager-0",integration="slack",reason="serverError"}':
    "0",
  'alertmanager_cluster_members{job="alertmanager",pod="alertmanager-0"}': "2",
  'fluentbit_input_records_total{job="fluent-bit",pod="fluent-bit-a",name="containers"}': "+300",
  'fluentbit_output_proc_records_total{job="fluent-bit",pod="fluent-bit-a",name="app"}': "+300",
  'fluentbit_output_errors_total{job="fluent-bit",pod="fluent-bit-a",name="app"}': "+0.01",
  'fluentbit_output_dropped_records_total{job="fluent-bit",pod="fluent-bit-a",name="app"}': "0",
  'fluentbit_output_retries_failed_total{job="fluent-bit",pod="fluent-bit-a",name="app"}': "0",
};

function addLabels(series: Series, labels: string): Series {
  return Object.fromEntries(
    Object.entries(series).map(([selector, values]) => [
      selector.endsWith("}") ? `${selector.slice(0, -1)},${labels}}` : `${selector}{${labels}}`,
      values,
    ]),
  );
}

/** All healthy series. */
export const HEALTHY_SERIES: Series = Object.assign(
  {},
  ...SERVER_PODS.flatMap((pod) => [
    addLabels(GAME_SERVER_SERIES, `job="game-server",pod="${pod}"`),
    addLabels(POD_SERIES, `pod="${pod}"`),
  ]),
  GATEWAY_SERIES,
  DATA_STORE_SERIES,
  CLUSTER_SERIES,
  BACKUP_SERIES,
  MONITORING_SERIES,
);

/** Selectors that match none of the healthy series, because their series exist only after a failure. */
export const FAILURE_ONLY_SELECTORS: readonly string[] = [
  'kube_job_failed{job="kube-state-metrics",namespace="spacetime-backup",condition="true",job_name!~".*drill.*|wal-archive-check.*"}',
  'kube_job_failed{job="kube-state-metrics",namespace="spacetime-backup",condition="true",job_name=~".*drill.*"}',
  'kube_job_failed{job="kube-state-metrics",namespace="spacetime-backup",condition="true",job_name=~"wal-archive-check.*"}',
  'kube_pod_container_status_last_terminated_reason{job="kube-state-metrics",namespace=~"spacetime.*",reason="OOMKilled"}',
  'kube_pod_container_status_waiting_reason{job="kube-state-metrics",namespace=~"spacetime.*",reason="CrashLoopBackOff"}',
  'kube_pod_container_status_waiting_reason{job="kube-state-metrics",namespace=~"spacetime.*",reason=~"ErrImagePull|ImagePullBackOff"}',
  'spacetime_build_info{job="game-server",environment!="production"}',
  'spacetime_scene_info{job="game-server",scene!="res://vr_main.tscn"}',
];
