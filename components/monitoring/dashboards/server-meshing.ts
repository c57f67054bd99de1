import { MESH, REDIS, SERVER } from "../rules/thresholds.ts";
import type { DashboardRow, DashboardSpec } from "./dashboard-model.ts";
import {
  ALL_SERVERS_MATCHER,
  quantileQueries,
  RATE_INTERVAL,
  rateBy,
  SELECTED_SERVERS_MATCHERS,
} from "./promql.ts";

const DATAGRAMS_METRIC = "spacetime_discovery_datagrams_total";
const SESSIONS_METRIC = "spacetime_sessions_total";
const RECEIVED_MATCHERS = `${SELECTED_SERVERS_MATCHERS},direction="received"`;

const meshRow: DashboardRow = {
  title: "Mesh",
  panels: [
    {
      kind: "stat",
      title: "Servers",
      description: "Servers that Prometheus reaches.",
      unit: "count",
      queries: [{ expr: `sum(up{${ALL_SERVERS_MATCHER}})`, legend: "servers" }],
      width: 6,
    },
    {
      kind: "stat",
      title: "Fewest peers",
      description: "Peers of the server that sees the fewest; in a whole mesh, all servers but itself.",
      unit: "count",
      queries: [{ expr: `min(spacetime_mesh_peers{${ALL_SERVERS_MATCHER}})`, legend: "peers" }],
      width: 6,
    },
    {
      kind: "stat",
      title: "Players",
      description: "Players with a session, on all servers.",
      unit: "count",
      queries: [{ expr: `sum(spacetime_players{${ALL_SERVERS_MATCHER}})`, legend: "players" }],
      width: 6,
    },
    {
      kind: "stat",
      title: "Seats taken",
      description: "Players as a share of what the running servers take; at the line the autoscaler is late.",
      unit: "ratio",
      queries: [
        {
          expr: `sum(spacetime_players{${ALL_SERVERS_MATCHER}}) / sum(spacetime_players_maximum{${ALL_SERVERS_MATCHER}})`,
          legend: "taken",
        },
      ],
      above: [{ value: SERVER.seatsTaken, severity: "warning" }],
      width: 6,
    },
    {
      kind: "time-series",
      title: "Peers by server",
      description:
        "Other servers that each one hears. A server apart from the rest: look at the network policies.",
      unit: "count",
      queries: [{ expr: `spacetime_mesh_peers{${SELECTED_SERVERS_MATCHERS}}`, legend: "{{pod}}" }],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Discovery datagrams",
      description: "Datagrams per second by direction and result; refused ones have a wrong key or form.",
      unit: "datagramsPerSecond",
      queries: [{ expr: rateBy("direction, result", DATAGRAMS_METRIC), legend: "{{direction}} {{result}}" }],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Refused datagrams",
      description: "Share of received datagrams that were refused.",
      unit: "ratio",
      queries: [
        {
          expr: `(sum(rate(${DATAGRAMS_METRIC}{${RECEIVED_MATCHERS},result="refused"}[${RATE_INTERVAL}])) or vector(0)) / (sum(rate(${DATAGRAMS_METRIC}{${RECEIVED_MATCHERS}}[${RATE_INTERVAL}])) > 0)`,
          legend: "refused",
        },
      ],
      above: [{ value: MESH.refusedDatagrams, severity: "warning" }],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Players by server",
      description: "How evenly players are spread.",
      unit: "count",
      queries: [{ expr: `spacetime_players{${SELECTED_SERVERS_MATCHERS}}`, legend: "{{pod}}" }],
      width: 12,
    },
  ],
};

const handoverRow: DashboardRow = {
  title: "Sessions on the move",
  panels: [
    {
      kind: "time-series",
      title: "Sessions by event",
      description:
        "Sessions per second: opened, resumed elsewhere, handed over, closed, fallen silent, refused.",
      unit: "eventsPerSecond",
      queries: [{ expr: rateBy("event", SESSIONS_METRIC), legend: "{{event}}" }],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Draining servers",
      description: "Servers that hand their sessions over and take no new ones.",
      unit: "count",
      queries: [{ expr: `spacetime_draining{${SELECTED_SERVERS_MATCHERS}}`, legend: "{{pod}}" }],
      max: 1,
      width: 12,
    },
  ],
};

const sharedStateRow: DashboardRow = {
  title: "Shared state in Redis",
  panels: [
    {
      kind: "time-series",
      title: "Command time",
      description: "Time of one Redis command as the servers see it.",
      unit: "seconds",
      queries: quantileQueries("spacetime_redis_command_duration_seconds"),
      above: [{ value: REDIS.commandSeconds, severity: "warning" }],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Failed commands",
      description:
        "Redis commands per second that failed or timed out; sessions and limits are not shared meanwhile.",
      unit: "eventsPerSecond",
      queries: [{ expr: rateBy("pod", "spacetime_redis_errors_total"), legend: "{{pod}}" }],
      above: [{ value: REDIS.errorsPerSecond, severity: "warning" }],
      width: 12,
    },
  ],
};

export const serverMeshingDashboard: DashboardSpec = {
  uid: "spacetime-server-meshing",
  title: "Server Meshing",
  description: "How servers find each other, share their players and hand sessions over.",
  rows: [meshRow, handoverRow, sharedStateRow],
};
