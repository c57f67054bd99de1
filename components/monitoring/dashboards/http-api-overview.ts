import { HTTP, SECURITY, SERVER } from "../rules/thresholds.ts";
import type { DashboardRow, DashboardSpec } from "./dashboard-model.ts";
import {
  ALL_SERVERS_MATCHER,
  PLAYER_ROUTES_MATCHERS,
  quantileQueries,
  RATE_INTERVAL,
  rateBy,
  SELECTED_SERVERS_MATCHERS,
} from "./promql.ts";

const REQUESTS_METRIC = "spacetime_http_requests_total";
const DURATION_METRIC = "spacetime_http_request_duration_seconds";
const ERROR_RATE = `sum(rate(${REQUESTS_METRIC}{${PLAYER_ROUTES_MATCHERS},status=~"5.."}[${RATE_INTERVAL}])) or vector(0)`;

const currentStateRow: DashboardRow = {
  title: "Now",
  panels: [
    {
      kind: "stat",
      title: "Servers ready",
      description: "Servers that take players. Fewer than were deployed: look at the workload alerts.",
      unit: "count",
      queries: [{ expr: `sum(spacetime_ready{${ALL_SERVERS_MATCHER}})`, legend: "ready" }],
      width: 6,
    },
    {
      kind: "stat",
      title: "Requests",
      description: "What players ask for per second, without probes and scrapes.",
      unit: "requestsPerSecond",
      queries: [{ expr: rateBy("job", REQUESTS_METRIC, PLAYER_ROUTES_MATCHERS), legend: "requests" }],
      width: 6,
    },
    {
      kind: "stat",
      title: "Errors",
      description:
        "Share of answers with 5xx. Above the line, read the error log of the server with the most.",
      unit: "ratio",
      queries: [
        {
          expr: `(${ERROR_RATE}) / (sum(rate(${REQUESTS_METRIC}{${PLAYER_ROUTES_MATCHERS}}[${RATE_INTERVAL}])) > 0)`,
          legend: "errors",
        },
      ],
      above: [
        { value: HTTP.errorsElevated, severity: "warning" },
        { value: HTTP.errorsHigh, severity: "critical" },
      ],
      width: 6,
    },
    {
      kind: "stat",
      title: "Slowest twentieth",
      description: "The time within which 95 of 100 requests are answered.",
      unit: "seconds",
      queries: [quantileQueries(DURATION_METRIC, PLAYER_ROUTES_MATCHERS)[1]],
      above: [{ value: HTTP.p95Seconds, severity: "warning" }],
      width: 6,
    },
  ],
};

const trafficRow: DashboardRow = {
  title: "Requests",
  panels: [
    {
      kind: "time-series",
      title: "Requests by route",
      description: "Requests per second by the route's pattern.",
      unit: "requestsPerSecond",
      queries: [{ expr: rateBy("route", REQUESTS_METRIC, PLAYER_ROUTES_MATCHERS), legend: "{{route}}" }],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Answers by status",
      description: "Answers per second by status; 429 is the rate limit, 401 and 403 access control.",
      unit: "requestsPerSecond",
      queries: [{ expr: rateBy("status", REQUESTS_METRIC, PLAYER_ROUTES_MATCHERS), legend: "{{status}}" }],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Response time",
      description: "Time from a request's head to the end of its answer; the dashed lines are the alerts'.",
      unit: "seconds",
      queries: quantileQueries(DURATION_METRIC, PLAYER_ROUTES_MATCHERS),
      above: [
        { value: HTTP.p95Seconds, severity: "warning" },
        { value: HTTP.p99Seconds, severity: "critical" },
      ],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Refused by a limit",
      description:
        "Answers 429 per minute by class of route. A client at the line has spent the global limit twice.",
      unit: "count",
      queries: [
        {
          expr: `60 * ${rateBy("class", "spacetime_rate_limited_total")}`,
          legend: "{{class}}",
        },
      ],
      above: [{ value: SECURITY.limitedPerMinute, severity: "warning" }],
      width: 12,
    },
  ],
};

const capacityRow: DashboardRow = {
  title: "Connections and memory",
  panels: [
    {
      kind: "time-series",
      title: "Connections of the gateway",
      description: "Open client connections by nginx pod, WebSockets included.",
      unit: "count",
      queries: [{ expr: 'nginx_connections_active{job="gateway"}', legend: "{{pod}}" }],
      above: [{ value: HTTP.gatewayConnections, severity: "warning" }],
      width: 8,
    },
    {
      kind: "time-series",
      title: "Connections of the servers",
      description:
        "Open connections to the HTTP API, and those refused per second because there were too many.",
      unit: "count",
      queries: [
        {
          expr: `sum by (pod) (spacetime_http_connections{${SELECTED_SERVERS_MATCHERS}})`,
          legend: "{{pod}}",
        },
        { expr: rateBy("job", "spacetime_http_connections_refused_total"), legend: "refused per second" },
      ],
      width: 8,
    },
    {
      kind: "time-series",
      title: "Memory of the servers",
      description: "Working set of the container, which is what the kernel kills by; the line is the target.",
      unit: "bytes",
      queries: [
        {
          expr: 'max by (pod) (container_memory_working_set_bytes{job="cadvisor",namespace="spacetime",container="game-server",pod=~"$server"})',
          legend: "{{pod}}",
        },
      ],
      above: [{ value: SERVER.memoryTargetBytes, severity: "warning" }],
      width: 8,
    },
  ],
};

export const httpApiOverviewDashboard: DashboardSpec = {
  uid: "spacetime-http-api",
  title: "HTTP API Overview",
  description: "What players ask of the HTTP API, how fast and how well it answers.",
  rows: [currentStateRow, trafficRow, capacityRow],
};
