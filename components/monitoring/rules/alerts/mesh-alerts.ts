import type { AlertDefinition } from "../alert-definition.ts";
import { MESH } from "../thresholds.ts";

const GAME_SERVER_JOB = 'job="game-server"';

/** How many servers are up: what each one's peers should add up to, itself included. */
const SERVERS_UP_EXPR = `count by (job) (up{${GAME_SERVER_JOB}} == 1)`;

function lostSessionsExpr(event: string): string {
  return `sum by (job) (increase(spacetime_sessions_total{${GAME_SERVER_JOB},event="${event}"}[15m]))`;
}

function rejectedDatagramsExpr(): string {
  const rate = (matchers: string): string =>
    `sum by (job, pod) (rate(spacetime_discovery_datagrams_total{${GAME_SERVER_JOB},direction="received"${matchers}}[5m]))`;
  return `${rate(',result="refused"')} / ${rate("")} > ${MESH.refusedDatagrams}`;
}

/** Discovery and handover between servers. */
export function meshAlerts(): AlertDefinition[] {
  return [
    {
      name: "MeshServerIsolated",
      expr: `spacetime_mesh_peers{${GAME_SERVER_JOB}} == 0 and on (job) ${SERVERS_UP_EXPR} > 1`,
      for: "2m",
      severity: "critical",
      team: "game",
      summary: "Game server {{ $labels.pod }} hears no other server",
      description: "Two servers may own the same region; its players cannot see players on other servers.",
    },
    {
      name: "MeshPeersMissing",
      expr: `spacetime_mesh_peers{${GAME_SERVER_JOB}} < on (job) group_left () (${SERVERS_UP_EXPR} - 1)`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} hears only {{ $value }} of its peers",
      description: "Discovery reaches part of the mesh: a node's network or a policy stands in the way.",
    },
    {
      name: "MeshServerSilent",
      expr: `sum by (job, pod) (rate(spacetime_discovery_datagrams_total{${GAME_SERVER_JOB},direction="sent",result="ok"}[5m])) == 0`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} has no mesh peers",
      description: "The others drop it from the mesh after the peer timeout and take its regions.",
    },
    {
      name: "MeshDatagramsRefused",
      expr: rejectedDatagramsExpr(),
      for: "5m",
      severity: "warning",
      team: "security",
      summary: "{{ $value | humanizePercentage }} of discovery datagrams at {{ $labels.pod }} are refused",
      description: "They are malformed or not from our servers; the port must be closed outside the cluster.",
    },
    {
      name: "MeshHandoversLost",
      expr: `${lostSessionsExpr("handed_over")} - ${lostSessionsExpr("resumed")} > ${MESH.lostHandovers}`,
      for: "5m",
      severity: "critical",
      team: "game",
      summary: "Sessions were handed over and did not resume",
      description: `More than ${MESH.lostHandovers} players of the last quarter of an hour were lost between two servers.`,
    },
  ];
}
