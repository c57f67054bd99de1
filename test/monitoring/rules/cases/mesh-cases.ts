import type { AlertCase } from "../rule-case.ts";

export const MESH_CASES: readonly AlertCase[] = [
  {
    alert: "MeshServerIsolated",
    series: {
      'spacetime_mesh_peers{job="game-server",pod="game-server-0"}': "0",
      'spacetime_mesh_peers{job="game-server",pod="game-server-1"}': "1",
      'up{job="game-server",pod="game-server-0"}': "1",
      'up{job="game-server",pod="game-server-1"}': "1",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "critical",
      team: "game",
    },
    summary: "Game server game-server-0 discovers no other server",
    description: "Two servers may own the same region, and its players cannot see players on other servers.",
    runbook: "mesh.md#meshserverisolated",
    notFiring: [
      {
        why: "it is the only server",
        series: {
          'spacetime_mesh_peers{job="game-server",pod="game-server-0"}': "0",
          'up{job="game-server",pod="game-server-0"}': "1",
        },
      },
      {
        why: "it hears one",
        series: {
          'spacetime_mesh_peers{job="game-server",pod="game-server-0"}': "1",
          'up{job="game-server",pod="game-server-0"}': "1",
          'up{job="game-server",pod="game-server-1"}': "1",
        },
      },
    ],
    countsWholeNumbers: true,
  },
  {
    alert: "MeshPeersMissing",
    series: {
      'spacetime_mesh_peers{job="game-server",pod="game-server-0"}': "1",
      'up{job="game-server",pod="game-server-0"}': "1",
      'up{job="game-server",pod="game-server-1"}': "1",
      'up{job="game-server",pod="game-server-2"}': "1",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "game",
    },
    summary: "Game server game-server-0 discovers only 1 of its peers",
    description: "Discovery reaches only part of the mesh: a node's network or a network policy blocks it.",
    runbook: "mesh.md#meshpeersmissing",
    notFiring: [
      {
        why: "it hears every other server",
        series: {
          'spacetime_mesh_peers{job="game-server",pod="game-server-0"}': "2",
          'up{job="game-server",pod="game-server-0"}': "1",
          'up{job="game-server",pod="game-server-1"}': "1",
          'up{job="game-server",pod="game-server-2"}': "1",
        },
      },
      {
        why: "one of them is down",
        series: {
          'spacetime_mesh_peers{job="game-server",pod="game-server-0"}': "1",
          'up{job="game-server",pod="game-server-0"}': "1",
          'up{job="game-server",pod="game-server-1"}': "1",
          'up{job="game-server",pod="game-server-2"}': "0",
        },
      },
    ],
    countsWholeNumbers: true,
  },
  {
    alert: "MeshServerSilent",
    series: {
      'spacetime_discovery_datagrams_total{job="game-server",pod="game-server-0",direction="sent",result="ok"}':
        "50",
    },
    evaluationInterval: "15s",
    notYetAt: "5m",
    firesAt: "5m15s",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "game",
    },
    summary: "Game server game-server-0 sends no discovery datagrams",
    description:
      "After the peer timeout, the other servers remove it from the mesh and take over its regions.",
    runbook: "mesh.md#meshserversilent",
    notFiring: [
      {
        why: "it announces itself",
        series: {
          'spacetime_discovery_datagrams_total{job="game-server",pod="game-server-0",direction="sent",result="ok"}':
            "+1",
        },
      },
    ],
  },
  {
    alert: "MeshDatagramsRefused",
    series: {
      'spacetime_discovery_datagrams_total{job="game-server",pod="game-server-0",direction="received",result="refused"}':
        "+10.5",
      'spacetime_discovery_datagrams_total{job="game-server",pod="game-server-0",direction="received",result="ok"}':
        "+989.5",
    },
    evaluationInterval: "15s",
    notYetAt: "5m",
    firesAt: "5m15s",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "security",
    },
    summary: "game-server-0 rejects 1.05% of the discovery datagrams",
    description:
      "They are malformed or not from a game server; the port must not be reachable from outside the cluster.",
    runbook: "mesh.md#meshdatagramsrefused",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_discovery_datagrams_total{job="game-server",pod="game-server-0",direction="received",result="refused"}':
            "+9.5",
          'spacetime_discovery_datagrams_total{job="game-server",pod="game-server-0",direction="received",result="ok"}':
            "+990.5",
        },
      },
    ],
  },
  {
    alert: "MeshHandoversLost",
    series: {
      'spacetime_sessions_total{job="game-server",pod="game-server-0",event="handed_over"}':
        "1000+1.75333333",
      'spacetime_sessions_total{job="game-server",pod="game-server-1",event="resumed"}': "1000+1.66666667",
    },
    evaluationInterval: "15s",
    notYetAt: "19m15s",
    firesAt: "19m30s",
    labels: {
      job: "game-server",
      severity: "critical",
      team: "game",
    },
    summary: "Sessions were handed over but did not resume",
    description: "More than 5 players were lost between two servers in the last 15 minutes.",
    runbook: "mesh.md#meshhandoverslost",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_sessions_total{job="game-server",pod="game-server-0",event="handed_over"}':
            "1000+1.74666667",
          'spacetime_sessions_total{job="game-server",pod="game-server-1",event="resumed"}':
            "1000+1.66666667",
        },
      },
    ],
  },
];
