import type { AlertDefinition } from "../alert-definition.ts";
import { MESH } from "../thresholds.ts";

const GAME_SERVER_JOB = 'job="game-server"';

/** Number of servers that are up; each server should have this many peers, including itself. */
const SERVERS_UP_EXPR = `count by (job) (up{${GAME_SERVER_JOB}} == 1)`;

function lostSessionsExpr(event: string): string {
  return `sum by (job) (increase(spacetime_sessions_total{${GAME_SERVER_JOB},event="${event}"}[15m]))`;
}

function rejectedDatagramsExpr(): string {
  const rate = (matchers: string): string =>
    `sum by (job, pod) (rate(spacetime_discovery_datagrams_total{${GAME_SERVER_JOB},direction="received"${matchers}}[5m]))`;
  return `${rate(',result="refused"')} / ${rate("")} > ${MESH.refusedDatagrams}`;
}

/** Alerts on discovery and handover between servers. */
export function meshAlerts(): AlertDefinition[] {
  return [
    {
      name: "MeshServerIsolated",
      expr: `spacetime_mesh_peers{${GAME_SERVER_JOB}} == 0 and on (job) ${SERVERS_UP_EXPR} > 1`,
      for: "2m",
      severity: "critical",
      team: "game",
      summary: "Game server {{ $labels.pod }} discovers no other server",
      description:
        "Two servers may own the same region, and its players cannot see players on other servers.",
    },
    {
      name: "MeshPeersMissing",
      expr: `spacetime_mesh_peers{${GAME_SERVER_JOB}} < on (job) group_left () (${SERVERS_UP_EXPR} - 1)`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} discovers only {{ $value }} of its peers",
      description: "Discovery reaches only part of the mesh: a node's network or a network policy blocks it.",
    },
    {
      name: "MeshServerSilent",
      expr: `sum by (job, pod) (rate(spacetime_discovery_datagrams_total{${GAME_SERVER_JOB},direction="sent",result="ok"}[5m])) == 0`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} sends no discovery datagrams",
      description:
        "After the peer timeout, the other servers remove it from the mesh and take over its regions.",
    },
    {
      name: "MeshDatagramsRefused",
      expr: rejectedDatagramsExpr(),
      for: "5m",
      severity: "warning",
      team: "security",
      summary: "{{ $labels.pod }} rejects {{ $value | humanizePercentage }} of the discovery datagrams",
      description:
        "They are malformed or not from a game server; the port must not be reachable from outside the cluster.",
    },
    {
      name: "MeshHandoversLost",
      expr: `${lostSessionsExpr("handed_over")} - ${lostSessionsExpr("resumed")} > ${MESH.lostHandovers}`,
      for: "5m",
      severity: "critical",
      team: "game",
      summary: "Sessions were handed over but did not resume",
      description: `More than ${MESH.lostHandovers} players were lost between two servers in the last 15 minutes.`,
    },
  ];
}
