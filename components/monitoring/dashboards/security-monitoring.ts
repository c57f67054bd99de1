import { CERTIFICATES, SECURITY } from "../rules/thresholds.ts";
import type { DashboardRow, DashboardSpec } from "./dashboard-model.ts";
import { ALL_SERVERS_MATCHER, rateBy, SELECTED_SERVERS_MATCHERS } from "./promql.ts";

const accessRow: DashboardRow = {
  title: "Access",
  panels: [
    {
      kind: "stat",
      title: "Invalid credentials",
      description:
        "Rejected tokens per second on all servers. Above the second line a client is guessing tokens.",
      unit: "eventsPerSecond",
      queries: [
        {
          expr: rateBy("job", "spacetime_auth_failures_total", `${ALL_SERVERS_MATCHER},reason="invalid"`),
          legend: "invalid",
        },
      ],
      above: [
        { value: SECURITY.invalidPerSecond, severity: "warning" },
        { value: SECURITY.bruteForcePerSecond, severity: "critical" },
      ],
      width: 8,
    },
    {
      kind: "stat",
      title: "Blocked addresses",
      description: "Addresses that the intrusion detection keeps out now.",
      unit: "count",
      queries: [
        { expr: `sum(spacetime_intrusion_blocked_addresses{${ALL_SERVERS_MATCHER}})`, legend: "blocked" },
      ],
      above: [{ value: SECURITY.blockedAddresses, severity: "critical" }],
      width: 8,
    },
    {
      kind: "stat",
      title: "Limits kept alone",
      description: "Servers that cannot ask Redis, so that a client gets each limit once per server.",
      unit: "count",
      queries: [{ expr: `sum(spacetime_rate_limit_fallback{${ALL_SERVERS_MATCHER}})`, legend: "alone" }],
      above: [{ value: 1, severity: "warning" }],
      width: 8,
    },
    {
      kind: "time-series",
      title: "Refused requests by reason",
      description: "Per second: no token, an invalid one, or a role too low.",
      unit: "eventsPerSecond",
      queries: [{ expr: rateBy("reason", "spacetime_auth_failures_total"), legend: "{{reason}}" }],
      above: [{ value: SECURITY.invalidPerSecond, severity: "warning" }],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Refused by a limit",
      description: "Answers 429 per minute by class of route.",
      unit: "count",
      queries: [{ expr: `60 * ${rateBy("class", "spacetime_rate_limited_total")}`, legend: "{{class}}" }],
      above: [{ value: SECURITY.limitedPerMinute, severity: "warning" }],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Scenes asked for",
      description: "Attempts to load a scene by result; forbidden ones are outside the whitelist.",
      unit: "eventsPerSecond",
      queries: [{ expr: rateBy("result", "spacetime_scene_loads_total"), legend: "{{result}}" }],
      width: 12,
    },
    {
      kind: "time-series",
      title: "WebSocket handshakes",
      description: "Telemetry handshakes per second by result.",
      unit: "eventsPerSecond",
      queries: [{ expr: rateBy("result", "spacetime_telemetry_connections_total"), legend: "{{result}}" }],
      width: 12,
    },
  ],
};

const auditRow: DashboardRow = {
  title: "Record",
  panels: [
    {
      kind: "time-series",
      title: "Audit records",
      description:
        "Records per second by kind. A silent kind that used to speak is as telling as a loud one.",
      unit: "eventsPerSecond",
      queries: [{ expr: rateBy("kind", "spacetime_audit_records_total"), legend: "{{kind}}" }],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Refused datagrams",
      description: "Discovery datagrams per second without a valid key; none come from a server of ours.",
      unit: "datagramsPerSecond",
      queries: [
        {
          expr: rateBy(
            "pod",
            "spacetime_discovery_datagrams_total",
            `${SELECTED_SERVERS_MATCHERS},direction="received",result="refused"`,
          ),
          legend: "{{pod}}",
        },
      ],
      width: 12,
    },
  ],
};

const certificatesRow: DashboardRow = {
  title: "Certificates",
  panels: [
    {
      kind: "time-series",
      title: "Public certificate",
      description: "Time until the certificate that players see ends.",
      unit: "seconds",
      queries: [
        {
          expr: 'probe_ssl_earliest_cert_expiry{job="blackbox",probe="public-tls"} - time()',
          legend: "{{instance}}",
        },
      ],
      width: 12,
    },
    {
      kind: "time-series",
      title: "Servers' own certificates",
      description: `Time until each ends; alerts speak at ${CERTIFICATES.lowRemaining * 100} % of the lifetime and at ${CERTIFICATES.criticalRemaining * 100} %.`,
      unit: "seconds",
      queries: [
        {
          expr: `(spacetime_tls_certificate_not_after_timestamp_seconds{${SELECTED_SERVERS_MATCHERS}} > 0) - time()`,
          legend: "{{pod}}",
        },
      ],
      width: 12,
    },
  ],
};

export const securityMonitoringDashboard: DashboardSpec = {
  uid: "spacetime-security",
  title: "Security Monitoring",
  description: "Who is refused, who is kept out, and whether the record of it is whole.",
  rows: [accessRow, auditRow, certificatesRow],
};
