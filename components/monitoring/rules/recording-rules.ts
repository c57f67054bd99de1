import type { RecordingRule } from "./types.ts";

const GAME_SERVER_JOB = 'job="game-server"';

/** Excludes the requests of probes, scrapes and drains. */
const PLAYER_ROUTES = `${GAME_SERVER_JOB},route!~"/health|/ready|/metrics|/drain"`;

const REQUESTS_METRIC = "spacetime_http_requests_total";

function quantileExpr(q: number, by: string, histogram: string, matchers: string): string {
  return `histogram_quantile(${q}, sum by (${by}, le) (rate(${histogram}_bucket{${matchers}}[5m])))`;
}

function httpRecordings(): RecordingRule[] {
  const total = `sum by (job) (rate(${REQUESTS_METRIC}{${PLAYER_ROUTES}}[5m]))`;
  const duration = "spacetime_http_request_duration_seconds";
  return [
    { record: "job:spacetime_http_requests:rate5m", expr: total },
    {
      record: "job_route:spacetime_http_requests:rate5m",
      expr: `sum by (job, route) (rate(${REQUESTS_METRIC}{${PLAYER_ROUTES}}[5m]))`,
    },
    {
      record: "job:spacetime_http_errors:ratio_rate5m",
      expr: `(sum by (job) (rate(${REQUESTS_METRIC}{${PLAYER_ROUTES},status=~"5.."}[5m])) or 0 * ${total}) / (${total} > 0)`,
    },
    { record: `job:${duration}:p95_rate5m`, expr: quantileExpr(0.95, "job", duration, PLAYER_ROUTES) },
    { record: `job:${duration}:p99_rate5m`, expr: quantileExpr(0.99, "job", duration, PLAYER_ROUTES) },
  ];
}

function gameServerRecordings(): RecordingRule[] {
  const sum = (metric: string): string => `sum by (job, pod) (rate(${metric}{${GAME_SERVER_JOB}}[5m]))`;
  const dropped = sum("spacetime_telemetry_frames_dropped_total");
  const frames = "spacetime_frame_duration_seconds";
  return [
    { record: "job:spacetime_players:sum", expr: `sum by (job) (spacetime_players{${GAME_SERVER_JOB}})` },
    {
      record: "job:spacetime_players:ratio",
      expr: `job:spacetime_players:sum{${GAME_SERVER_JOB}} / sum by (job) (spacetime_players_maximum{${GAME_SERVER_JOB}})`,
    },
    { record: `pod:${frames}:p99_rate5m`, expr: quantileExpr(0.99, "job, pod", frames, GAME_SERVER_JOB) },
    {
      record: "pod:spacetime_telemetry_frames_dropped:ratio_rate5m",
      expr: `${dropped} / ((${dropped} + ${sum("spacetime_telemetry_frames_sent_total")}) > 0)`,
    },
    {
      record: "job_event:spacetime_sessions:rate5m",
      expr: `sum by (job, event) (rate(spacetime_sessions_total{${GAME_SERVER_JOB}}[5m]))`,
    },
  ];
}

function securityRecordings(): RecordingRule[] {
  return [
    {
      record: "job_reason:spacetime_auth_failures:rate5m",
      expr: `sum by (job, reason) (rate(spacetime_auth_failures_total{${GAME_SERVER_JOB}}[5m]))`,
    },
    {
      record: "job_class:spacetime_rate_limited:rate5m",
      expr: `sum by (job, class) (rate(spacetime_rate_limited_total{${GAME_SERVER_JOB}}[5m]))`,
    },
  ];
}

function dataStoreRecordings(): RecordingRule[] {
  const query = "spacetime_database_query_duration_seconds";
  const command = "spacetime_redis_command_duration_seconds";
  return [
    { record: `job:${query}:p99_rate5m`, expr: quantileExpr(0.99, "job", query, GAME_SERVER_JOB) },
    { record: `job:${command}:p99_rate5m`, expr: quantileExpr(0.99, "job", command, GAME_SERVER_JOB) },
    {
      record: "job:spacetime_cache_hits:ratio_rate5m",
      expr: `sum by (job) (rate(spacetime_cache_requests_total{${GAME_SERVER_JOB},result="hit"}[5m])) / (sum by (job) (rate(spacetime_cache_requests_total{${GAME_SERVER_JOB}}[5m])) > 0)`,
    },
  ];
}

/** Expressions that alerts and dashboards use repeatedly, computed once. */
export function recordingRules(): RecordingRule[] {
  return [...httpRecordings(), ...gameServerRecordings(), ...securityRecordings(), ...dataStoreRecordings()];
}
