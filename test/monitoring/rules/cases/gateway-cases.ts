import type { AlertCase } from "../rule-case.ts";

export const GATEWAY_CASES: readonly AlertCase[] = [
  {
    alert: "PublicEndpointDown",
    series: {
      'probe_success{job="blackbox",instance="play.example.com",probe="public-http"}': "0",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      instance: "play.example.com",
      job: "blackbox",
      probe: "public-http",
      severity: "critical",
      team: "platform",
    },
    summary: "play.example.com does not respond to the external probe",
    description: "The probe of the public endpoint fails: players cannot log in.",
    runbook: "gateway.md#publicendpointdown",
    notFiring: [
      {
        why: "it answers",
        series: {
          'probe_success{job="blackbox",instance="play.example.com",probe="public-http"}': "1",
        },
      },
      {
        why: "another probe fails",
        series: {
          'probe_success{job="blackbox",instance="play.example.com",probe="public-tls"}': "0",
        },
      },
    ],
    keepsFiring: {
      series: {
        'probe_success{job="blackbox",instance="play.example.com",probe="public-http"}': "0x12 1x60",
      },
      firingAt: "8m12s",
      resolvedAt: "8m24s",
    },
  },
  {
    alert: "TelemetryEndpointDown",
    series: {
      'probe_success{job="blackbox",instance="play.example.com",probe="telemetry-port"}': "0",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      instance: "play.example.com",
      job: "blackbox",
      probe: "telemetry-port",
      severity: "critical",
      team: "platform",
    },
    summary: "The telemetry WebSocket at play.example.com is unreachable",
    description: "Clients receive no frames: VR is frozen, although the HTTP API may look healthy.",
    runbook: "gateway.md#telemetryendpointdown",
    notFiring: [
      {
        why: "it answers",
        series: {
          'probe_success{job="blackbox",instance="play.example.com",probe="telemetry-port"}': "1",
        },
      },
      {
        why: "another probe fails",
        series: {
          'probe_success{job="blackbox",instance="play.example.com",probe="public-http"}': "0",
        },
      },
    ],
    keepsFiring: {
      series: {
        'probe_success{job="blackbox",instance="play.example.com",probe="telemetry-port"}': "0x12 1x60",
      },
      firingAt: "8m12s",
      resolvedAt: "8m24s",
    },
  },
  {
    alert: "PublicEndpointSlow",
    series: {
      'probe_duration_seconds{job="blackbox",instance="play.example.com",probe="public-http"}': "2.1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      instance: "play.example.com",
      job: "blackbox",
      probe: "public-http",
      severity: "warning",
      team: "platform",
    },
    summary: "play.example.com takes 2.1s to respond to the external probe",
    description: "The TLS handshake or the response is slow, so logins are slow.",
    runbook: "gateway.md#publicendpointslow",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'probe_duration_seconds{job="blackbox",instance="play.example.com",probe="public-http"}': "2",
        },
      },
    ],
  },
  {
    alert: "GatewaysAllDown",
    series: {
      'nginx_up{job="gateway",instance="10.0.0.7:9113",pod="gateway-0"}': "0",
    },
    evaluationInterval: "3s",
    notYetAt: "57s",
    firesAt: "1m",
    labels: {
      severity: "critical",
      team: "platform",
    },
    summary: "No gateway responds",
    description: "Every connection from outside fails.",
    runbook: "gateway.md#gatewaysalldown",
    notFiring: [
      {
        why: "one of two answers",
        series: {
          'nginx_up{job="gateway",instance="10.0.0.7:9113",pod="gateway-0"}': "0",
          'nginx_up{job="gateway",pod="gateway-1"}': "1",
        },
      },
    ],
  },
  {
    alert: "GatewayDown",
    series: {
      'nginx_up{job="gateway",instance="10.0.0.7:9113",pod="gateway-0"}': "0",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      instance: "10.0.0.7:9113",
      job: "gateway",
      pod: "gateway-0",
      severity: "warning",
      team: "platform",
    },
    summary: "nginx in gateway-0 does not respond",
    description: "The other gateways handle its connections; there is less capacity for the next failure.",
    runbook: "gateway.md#gatewaydown",
    notFiring: [
      {
        why: "it answers",
        series: {
          'nginx_up{job="gateway",instance="10.0.0.7:9113",pod="gateway-0"}': "1",
        },
      },
    ],
  },
  {
    alert: "GatewayConnectionsNearLimit",
    series: {
      'nginx_connections_active{job="gateway",instance="10.0.0.7:9113",pod="gateway-0"}': "6501",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      instance: "10.0.0.7:9113",
      job: "gateway",
      pod: "gateway-0",
      severity: "warning",
      team: "platform",
    },
    summary: "Gateway gateway-0 has 6501 open connections",
    description: "The limit of a worker is 8,192; above it, new connections are dropped.",
    runbook: "gateway.md#gatewayconnectionsnearlimit",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'nginx_connections_active{job="gateway",instance="10.0.0.7:9113",pod="gateway-0"}': "6500",
        },
      },
    ],
  },
  {
    alert: "GatewayConnectionsDropped",
    series: {
      'nginx_connections_accepted{job="gateway",instance="10.0.0.7:9113",pod="gateway-0"}': "+100",
      'nginx_connections_handled{job="gateway",instance="10.0.0.7:9113",pod="gateway-0"}': "+99",
    },
    evaluationInterval: "15s",
    notYetAt: "5m",
    firesAt: "5m15s",
    labels: {
      instance: "10.0.0.7:9113",
      job: "gateway",
      pod: "gateway-0",
      severity: "critical",
      team: "platform",
    },
    summary: "Gateway gateway-0 drops connections",
    description: "nginx accepts connections that it cannot handle because its limits are reached.",
    runbook: "gateway.md#gatewayconnectionsdropped",
    notFiring: [
      {
        why: "all are handled",
        series: {
          'nginx_connections_accepted{job="gateway",instance="10.0.0.7:9113",pod="gateway-0"}': "+100",
          'nginx_connections_handled{job="gateway",instance="10.0.0.7:9113",pod="gateway-0"}': "+100",
        },
      },
    ],
  },
  {
    alert: "HttpErrorsHigh",
    series: {
      'job:spacetime_http_errors:ratio_rate5m{job="game-server"}': "0.051",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      severity: "critical",
      team: "game",
    },
    summary: "5.1% of the API responses are errors",
    description: "More than 5% of the requests return 5xx.",
    runbook: "gateway.md#httperrorshigh",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'job:spacetime_http_errors:ratio_rate5m{job="game-server"}': "0.05",
        },
      },
    ],
  },
  {
    alert: "HttpErrorsElevated",
    series: {
      'job:spacetime_http_errors:ratio_rate5m{job="game-server"}': "0.0105",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "game",
    },
    summary: "1.05% of the API responses are errors",
    description: "More than 1% of the requests return 5xx.",
    runbook: "gateway.md#httperrorselevated",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'job:spacetime_http_errors:ratio_rate5m{job="game-server"}': "0.01",
        },
      },
    ],
  },
  {
    alert: "HttpLatencyHigh",
    series: {
      'job:spacetime_http_request_duration_seconds:p95_rate5m{job="game-server"}': "0.26",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "game",
    },
    summary: "5% of the API requests take longer than 260ms",
    description: "The target for the 95th percentile is 250 ms.",
    runbook: "gateway.md#httplatencyhigh",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'job:spacetime_http_request_duration_seconds:p95_rate5m{job="game-server"}': "0.25",
        },
      },
    ],
  },
  {
    alert: "HttpLatencyCritical",
    series: {
      'job:spacetime_http_request_duration_seconds:p99_rate5m{job="game-server"}': "1.05",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      severity: "critical",
      team: "game",
    },
    summary: "1% of the API requests take longer than 1.05s",
    description: "Clients time out and retry, which adds load.",
    runbook: "gateway.md#httplatencycritical",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'job:spacetime_http_request_duration_seconds:p99_rate5m{job="game-server"}': "1",
        },
      },
    ],
  },
  {
    alert: "HttpConnectionsRefused",
    series: {
      'spacetime_http_connections_refused_total{job="game-server",pod="game-server-0"}': "1000+1.575",
    },
    evaluationInterval: "15s",
    notYetAt: "9m30s",
    firesAt: "9m45s",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "game",
    },
    summary: "Game server game-server-0 rejects connections",
    description: "It has reached its connection limit and answers new connections with 503.",
    runbook: "gateway.md#httpconnectionsrefused",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_http_connections_refused_total{job="game-server",pod="game-server-0"}': "1000+1.425",
        },
      },
    ],
  },
  {
    alert: "HttpTrafficAbsent",
    series: {
      'spacetime_http_requests_total{job="game-server",pod="game-server-0",route="/status",method="GET",status="200"}':
        "7",
    },
    evaluationInterval: "30s",
    notYetAt: "10m",
    firesAt: "10m30s",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "platform",
    },
    summary: "Game servers have answered no request for ten minutes",
    description: "The kubelet's probes are counted too, so the servers hang or their counters are broken.",
    runbook: "gateway.md#httptrafficabsent",
    notFiring: [
      {
        why: "the kubelet asks",
        series: {
          'spacetime_http_requests_total{job="game-server",pod="game-server-0",route="/health",method="GET",status="200"}':
            "+1",
        },
      },
    ],
  },
];
