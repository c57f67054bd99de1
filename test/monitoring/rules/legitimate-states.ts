import type { Series } from "./rule-case.ts";

const SECONDS_PER_DAY = 86_400;

/** cert-manager renews at this share of the lifetime (renewBeforePercentage). */
const RENEWAL_SHARE = 0.33;

const AUTOSCALER = 'job="kube-state-metrics",namespace="spacetime",horizontalpodautoscaler="gateway"';
const ROOT_IMAGE = 'job="node",node="node-a",device="/dev/dm-0",mountpoint="/",fstype="ext4"';

/** The last two hours before the renewal of a certificate with a lifetime in days. */
function certificateBeforeRenewal(days: number): { title: string; series: Series } {
  const expiry = Math.ceil(RENEWAL_SHARE * days * SECONDS_PER_DAY);
  return {
    title: `a public certificate of ${days} days just before its renewal`,
    series: {
      'probe_ssl_earliest_cert_expiry{job="blackbox",instance="play.example.com",probe="public-tls"}': `${expiry}`,
    },
  };
}

/** The series of a server that has no players. */
function withoutPlayers(pod: string): Series {
  const labels = `job="game-server",pod="${pod}"`;
  return {
    [`spacetime_players{${labels}}`]: "0",
    [`spacetime_telemetry_clients{${labels}}`]: "0",
    [`spacetime_http_requests_total{method="GET",route="/status",status="200",${labels}}`]: "1000",
    [`spacetime_http_requests_total{method="GET",route="/status",status="500",${labels}}`]: "0",
    [`spacetime_http_requests_total{method="POST",route="/players",status="201",${labels}}`]: "1000",
    [`spacetime_audit_records_total{kind="auth",${labels}}`]: "1000",
    [`spacetime_sessions_total{event="opened",${labels}}`]: "1000",
    [`spacetime_sessions_total{event="closed",${labels}}`]: "1000",
    [`spacetime_sessions_total{event="idle",${labels}}`]: "0",
    [`spacetime_sessions_total{event="handed_over",${labels}}`]: "0",
    [`spacetime_sessions_total{event="resumed",${labels}}`]: "0",
    [`spacetime_telemetry_connections_total{result="accepted",${labels}}`]: "1000",
    [`spacetime_telemetry_connections_total{result="unauthorized",${labels}}`]: "0",
    [`spacetime_telemetry_frames_sent_total{format="binary",${labels}}`]: "1000",
    [`spacetime_telemetry_frames_dropped_total{${labels}}`]: "0",
    [`spacetime_jobs_total{result="done",${labels}}`]: "0",
    [`spacetime_webhook_deliveries_total{result="delivered",${labels}}`]: "0",
    [`spacetime_webhook_deliveries_total{result="failed",${labels}}`]: "0",
    [`spacetime_cache_requests_total{result="hit",${labels}}`]: "0",
    [`spacetime_cache_requests_total{result="miss",${labels}}`]: "0",
  };
}

/**
 * Legitimate states that can last indefinitely, as changes of the healthy series. An alert in such a state is noise, so each state
 * that has raised a false alarm is added here.
 */
export const LEGITIMATE_STATES: readonly { readonly title: string; readonly series: Series }[] = [
  {
    title: "an autoscaler whose minimum equals its maximum",
    series: {
      [`kube_horizontalpodautoscaler_status_current_replicas{${AUTOSCALER}}`]: "9",
      [`kube_horizontalpodautoscaler_spec_max_replicas{${AUTOSCALER}}`]: "9",
      [`kube_horizontalpodautoscaler_spec_min_replicas{${AUTOSCALER}}`]: "9",
    },
  },
  {
    title: "nodes with a full, read-only root image",
    series: {
      [`node_filesystem_avail_bytes{${ROOT_IMAGE}}`]: "0",
      [`node_filesystem_size_bytes{${ROOT_IMAGE}}`]: "900000000",
      [`node_filesystem_readonly{${ROOT_IMAGE}}`]: "1",
    },
  },
  ...[90, 64, 45].map(certificateBeforeRenewal),
  {
    title: "a night without players",
    series: { ...withoutPlayers("game-server-0"), ...withoutPlayers("game-server-1") },
  },
];
