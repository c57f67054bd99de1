import type { AlertDefinition } from "../alert-definition.ts";
import { HTTP } from "../thresholds.ts";

/** What players see from outside, asked by the blackbox exporter. */
function publicEndpointAlerts(): AlertDefinition[] {
  return [
    {
      name: "PublicEndpointDown",
      expr: 'probe_success{job="blackbox",probe="public-http"} == 0',
      for: "2m",
      keepFiringFor: "5m",
      severity: "critical",
      team: "platform",
      summary: "{{ $labels.instance }} does not answer from outside",
      description: "The public address fails its probe: players cannot log in.",
    },
    {
      name: "TelemetryEndpointDown",
      expr: 'probe_success{job="blackbox",probe="telemetry-port"} == 0',
      for: "2m",
      keepFiringFor: "5m",
      severity: "critical",
      team: "platform",
      summary: "The telemetry WebSocket at {{ $labels.instance }} cannot be reached",
      description: "Clients get no frames: VR stands still while the HTTP API may look well.",
    },
    {
      name: "PublicEndpointSlow",
      expr: `probe_duration_seconds{job="blackbox",probe="public-http"} > ${HTTP.probeSeconds}`,
      for: "10m",
      severity: "warning",
      team: "platform",
      summary: "{{ $labels.instance }} takes {{ $value | humanizeDuration }} to answer from outside",
      description: "Handshake and answer together are slow; logins feel stuck.",
    },
  ];
}

/** nginx. */
function gatewayPodAlerts(): AlertDefinition[] {
  return [
    {
      name: "GatewaysAllDown",
      expr: 'absent(nginx_up{job="gateway"} == 1)',
      for: "1m",
      severity: "critical",
      team: "platform",
      summary: "No gateway answers",
      description: "Every connection from outside fails.",
    },
    {
      name: "GatewayDown",
      expr: 'nginx_up{job="gateway"} == 0',
      for: "5m",
      severity: "warning",
      team: "platform",
      summary: "nginx in {{ $labels.pod }} does not answer",
      description: "The other gateways carry its connections; there is less room for the next failure.",
    },
    {
      name: "GatewayConnectionsNearLimit",
      expr: `nginx_connections_active{job="gateway"} > ${HTTP.gatewayConnections}`,
      for: "5m",
      severity: "warning",
      team: "platform",
      summary: "Gateway {{ $labels.pod }} holds {{ $value }} connections",
      description: "A worker takes 8,192; beyond that new connections are dropped.",
    },
    {
      name: "GatewayConnectionsDropped",
      expr: `rate(nginx_connections_accepted{job="gateway"}[5m])
        - on (job, instance, pod) rate(nginx_connections_handled{job="gateway"}[5m]) > 0`,
      for: "5m",
      severity: "critical",
      team: "platform",
      summary: "Gateway {{ $labels.pod }} drops connections",
      description: "nginx accepts connections that it cannot handle: its limits are reached.",
    },
  ];
}

/** The HTTP API, from the servers' own counters. */
function httpApiAlerts(): AlertDefinition[] {
  return [
    {
      name: "HttpErrorsHigh",
      expr: `job:spacetime_http_errors:ratio_rate5m{job="game-server"} > ${HTTP.errorsHigh}`,
      for: "5m",
      severity: "critical",
      team: "game",
      summary: "{{ $value | humanizePercentage }} of API answers are errors",
      description: "More than one request in twenty ends with 5xx.",
    },
    {
      name: "HttpErrorsElevated",
      expr: `job:spacetime_http_errors:ratio_rate5m{job="game-server"} > ${HTTP.errorsElevated}`,
      for: "15m",
      severity: "warning",
      team: "game",
      summary: "{{ $value | humanizePercentage }} of API answers are errors",
      description: "More than one request in a hundred ends with 5xx.",
    },
    {
      name: "HttpLatencyHigh",
      expr: `job:spacetime_http_request_duration_seconds:p95_rate5m{job="game-server"} > ${HTTP.p95Seconds}`,
      for: "10m",
      severity: "warning",
      team: "game",
      summary: "One API request in twenty takes longer than {{ $value | humanizeDuration }}",
      description: "The target at the 95th percentile is 250 ms.",
    },
    {
      name: "HttpLatencyCritical",
      expr: `job:spacetime_http_request_duration_seconds:p99_rate5m{job="game-server"} > ${HTTP.p99Seconds}`,
      for: "5m",
      severity: "critical",
      team: "game",
      summary: "One API request in a hundred takes longer than {{ $value | humanizeDuration }}",
      description: "Clients begin to give up and to retry, which makes it worse.",
    },
    {
      name: "HttpConnectionsRefused",
      expr: `sum by (job, pod) (rate(spacetime_http_connections_refused_total{job="game-server"}[5m])) > ${HTTP.refusedPerSecond}`,
      for: "5m",
      severity: "warning",
      team: "game",
      summary: "Game server {{ $labels.pod }} refuses connections",
      description: "It holds as many connections as it is set to take, and answers others with 503.",
    },
    {
      name: "HttpTrafficAbsent",
      expr: 'sum by (job) (rate(spacetime_http_requests_total{job="game-server"}[5m])) == 0',
      for: "10m",
      severity: "warning",
      team: "platform",
      summary: "Game servers have answered no request for ten minutes",
      description: "Even the kubelet's probes would be counted: the servers hang or their counters do.",
    },
  ];
}

/** The way in: public address, gateway, HTTP API. */
export function gatewayAlerts(): AlertDefinition[] {
  return [...publicEndpointAlerts(), ...gatewayPodAlerts(), ...httpApiAlerts()];
}
