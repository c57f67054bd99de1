import type { AlertDefinition } from "../alert-definition.ts";
import { HTTP } from "../thresholds.ts";

/** Alerts on the public endpoint, from the blackbox exporter. */
function publicEndpointAlerts(): AlertDefinition[] {
  return [
    {
      name: "PublicEndpointDown",
      expr: 'probe_success{job="blackbox",probe="public-http"} == 0',
      for: "2m",
      keepFiringFor: "5m",
      severity: "critical",
      team: "platform",
      summary: "{{ $labels.instance }} does not respond to the external probe",
      description: "The probe of the public endpoint fails: players cannot log in.",
    },
    {
      name: "TelemetryEndpointDown",
      expr: 'probe_success{job="blackbox",probe="telemetry-port"} == 0',
      for: "2m",
      keepFiringFor: "5m",
      severity: "critical",
      team: "platform",
      summary: "The telemetry WebSocket at {{ $labels.instance }} is unreachable",
      description: "Clients receive no frames: VR is frozen, although the HTTP API may look healthy.",
    },
    {
      name: "PublicEndpointSlow",
      expr: `probe_duration_seconds{job="blackbox",probe="public-http"} > ${HTTP.probeSeconds}`,
      for: "10m",
      severity: "warning",
      team: "platform",
      summary:
        "{{ $labels.instance }} takes {{ $value | humanizeDuration }} to respond to the external probe",
      description: "The TLS handshake or the response is slow, so logins are slow.",
    },
  ];
}

/** Alerts on the gateway's nginx pods. */
function gatewayPodAlerts(): AlertDefinition[] {
  return [
    {
      name: "GatewaysAllDown",
      expr: 'absent(nginx_up{job="gateway"} == 1)',
      for: "1m",
      severity: "critical",
      team: "platform",
      summary: "No gateway responds",
      description: "Every connection from outside fails.",
    },
    {
      name: "GatewayDown",
      expr: 'nginx_up{job="gateway"} == 0',
      for: "5m",
      severity: "warning",
      team: "platform",
      summary: "nginx in {{ $labels.pod }} does not respond",
      description: "The other gateways handle its connections; there is less capacity for the next failure.",
    },
    {
      name: "GatewayConnectionsNearLimit",
      expr: `nginx_connections_active{job="gateway"} > ${HTTP.gatewayConnections}`,
      for: "5m",
      severity: "warning",
      team: "platform",
      summary: "Gateway {{ $labels.pod }} has {{ $value }} open connections",
      description: "The limit of a worker is 8,192; above it, new connections are dropped.",
    },
    {
      name: "GatewayConnectionsDropped",
      expr: `rate(nginx_connections_accepted{job="gateway"}[5m])
        - on (job, instance, pod) rate(nginx_connections_handled{job="gateway"}[5m]) > 0`,
      for: "5m",
      severity: "critical",
      team: "platform",
      summary: "Gateway {{ $labels.pod }} drops connections",
      description: "nginx accepts connections that it cannot handle because its limits are reached.",
    },
  ];
}

/** HTTP API alerts, based on the game servers' metrics. */
function httpApiAlerts(): AlertDefinition[] {
  return [
    {
      name: "HttpErrorsHigh",
      expr: `job:spacetime_http_errors:ratio_rate5m{job="game-server"} > ${HTTP.errorsHigh}`,
      for: "5m",
      severity: "critical",
      team: "game",
      summary: "{{ $value | humanizePercentage }} of the API responses are errors",
      description: "More than 5% of the requests return 5xx.",
    },
    {
      name: "HttpErrorsElevated",
      expr: `job:spacetime_http_errors:ratio_rate5m{job="game-server"} > ${HTTP.errorsElevated}`,
      for: "15m",
      severity: "warning",
      team: "game",
      summary: "{{ $value | humanizePercentage }} of the API responses are errors",
      description: "More than 1% of the requests return 5xx.",
    },
    {
      name: "HttpLatencyHigh",
      expr: `job:spacetime_http_request_duration_seconds:p95_rate5m{job="game-server"} > ${HTTP.p95Seconds}`,
      for: "10m",
      severity: "warning",
      team: "game",
      summary: "5% of the API requests take longer than {{ $value | humanizeDuration }}",
      description: "The target for the 95th percentile is 250 ms.",
    },
    {
      name: "HttpLatencyCritical",
      expr: `job:spacetime_http_request_duration_seconds:p99_rate5m{job="game-server"} > ${HTTP.p99Seconds}`,
      for: "5m",
      severity: "critical",
      team: "game",
      summary: "1% of the API requests take longer than {{ $value | humanizeDuration }}",
      description: "Clients time out and retry, which adds load.",
    },
    {
      name: "HttpConnectionsRefused",
      expr: `sum by (job, pod) (rate(spacetime_http_connections_refused_total{job="game-server"}[5m])) > ${HTTP.refusedPerSecond}`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} rejects connections",
      description: "It has reached its connection limit and answers new connections with 503.",
    },
    {
      name: "HttpTrafficAbsent",
      expr: 'sum by (job) (rate(spacetime_http_requests_total{job="game-server"}[5m])) == 0',
      for: "10m",
      severity: "warning",
      team: "platform",
      summary: "Game servers have answered no request for ten minutes",
      description: "The kubelet's probes are counted too, so the servers hang or their counters are broken.",
    },
  ];
}

/** Alerts on the public endpoint, the gateway and the HTTP API. */
export function gatewayAlerts(): AlertDefinition[] {
  return [...publicEndpointAlerts(), ...gatewayPodAlerts(), ...httpApiAlerts()];
}
