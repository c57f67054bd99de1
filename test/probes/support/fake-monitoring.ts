import type { FetchJson } from "../../../probes/sources/monitoring-client.ts";

/** Responses of Prometheus' query API by a part of the expression; the first match is used. */
export type QuerySeries = readonly (readonly [part: string, values: readonly number[]])[];

export const HEALTHY_SERIES: QuerySeries = [
  ["kubelet_volume_stats", [0.7]],
  ["min(rate(spacetime_frames_total", [90]],
  ["spacetime_build_info", [1]],
  ["spacetime_frame_rate_hertz", [90]],
  ["spacetime_frame_duration_seconds", [0.0125]],
  ["container_memory_working_set_bytes", [200e6]],
  ["spacetime_http_requests_total", [0]],
  ["spacetime_database_connections", [0.4]],
  ["pg_stat_activity_count", [0.2]],
  ["last_archive_age", [60]],
  ["archiver_failed_count", [0]],
  ["redis_memory_used_bytes", [0.3]],
  ["evicted_keys", [0]],
  ["redis_aof", [1]],
  ["spacetime_start_time_seconds", [600]],
  ["count by (alertname)", []],
  ['alertname="Watchdog"', [1]],
];

/** Other responses of Prometheus. */
export const HEALTHY_ANSWERS: Readonly<Record<string, unknown>> = {
  "/api/v1/targets": { data: { activeTargets: [{ health: "up", scrapeUrl: "https://game-server" }] } },
  "/api/v1/rules": { data: { groups: [{ rules: [{ type: "alerting", name: "Watchdog", health: "ok" }] }] } },
  "/api/v1/alerts": { data: { alerts: [{ state: "firing", labels: { alertname: "Watchdog" } }] } },
};

/** A fake Prometheus with these series in addition to the healthy ones, and with these responses replaced. */
export function fakePrometheus(
  series: QuerySeries = [],
  answers: Readonly<Record<string, unknown>> = {},
): FetchJson {
  return async (path) => {
    const url = new URL(path, "http://prometheus");
    if (url.pathname !== "/api/v1/query") return { ...HEALTHY_ANSWERS, ...answers }[url.pathname];
    const expression = url.searchParams.get("query") ?? "";
    const [, values = []] = [...series, ...HEALTHY_SERIES].find(([part]) => expression.includes(part)) ?? [];
    return {
      data: {
        result: values.map((value) => ({ metric: { alertname: "SomeAlert" }, value: [0, String(value)] })),
      },
    };
  };
}

/** A fake Grafana with this number of dashboards and panels. */
export function fakeGrafana(dashboards: number, panels: number): FetchJson {
  return async (path) =>
    path.startsWith("/api/search")
      ? Array.from({ length: dashboards }, (_, index) => ({ uid: `d${index}` }))
      : { dashboard: { panels: Array.from({ length: panels }, () => ({})) } };
}
