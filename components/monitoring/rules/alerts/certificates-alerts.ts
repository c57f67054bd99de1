import type { AlertDefinition } from "../alert-definition.ts";
import { CERTIFICATES } from "../thresholds.ts";
import type { RuleOptions } from "../types.ts";

const SECONDS_PER_DAY = 86_400;

const PUBLIC_TLS_PROBE = 'job="blackbox",probe="public-tls"';

/** PromQL for the share of a certificate's lifetime that is left. */
function remainingLifetimeExpr(end: string, lifetimeDays: number): string {
  return `(${end} - time()) / ${lifetimeDays * SECONDS_PER_DAY}`;
}

function publicCertificateAlerts(days: number): AlertDefinition[] {
  // The probe does not report the time of issue, so the shortest lifetime that the issuer may use is assumed.
  const left = `probe_ssl_earliest_cert_expiry{${PUBLIC_TLS_PROBE}} - time()`;
  const seconds = (share: number): number => share * days * SECONDS_PER_DAY;
  return [
    {
      name: "PublicCertificateNotRenewed",
      expr: `${left} < ${seconds(CERTIFICATES.lowRemaining)}`,
      for: "1h",
      severity: "warning",
      team: "platform",
      summary: "The certificate of {{ $labels.instance }} expires in {{ $value | humanizeDuration }}",
      description: "It should have been renewed when a third of its lifetime was left.",
    },
    {
      name: "PublicCertificateExpiring",
      expr: `${left} < ${seconds(CERTIFICATES.criticalRemaining)}`,
      for: "5m",
      severity: "critical",
      team: "platform",
      summary: "The certificate of {{ $labels.instance }} expires in {{ $value | humanizeDuration }}",
      description: "When it expires, every client rejects the connection.",
    },
    {
      name: "PublicTlsFailing",
      expr: `probe_success{${PUBLIC_TLS_PROBE}} == 0`,
      for: "5m",
      severity: "critical",
      team: "platform",
      summary: "The TLS handshake with {{ $labels.instance }} fails",
      description: "The certificate is not trusted, has expired, or is for another host name.",
    },
  ];
}

function internalCertificateAlerts(days: number): AlertDefinition[] {
  const end = '(spacetime_tls_certificate_not_after_timestamp_seconds{job="game-server"} > 0)';
  return [
    {
      name: "ServerCertificateNotRenewed",
      expr: `${remainingLifetimeExpr(end, days)} < ${CERTIFICATES.lowRemaining}`,
      for: "1h",
      severity: "warning",
      team: "platform",
      summary:
        "The certificate of {{ $labels.pod }} has {{ $value | humanizePercentage }} of its lifetime left",
      description: "It was not renewed, or the server has not loaded the new one.",
    },
    {
      name: "ServerCertificateExpiring",
      expr: `${remainingLifetimeExpr(end, days)} < ${CERTIFICATES.criticalRemaining}`,
      for: "5m",
      severity: "critical",
      team: "platform",
      summary:
        "The certificate of {{ $labels.pod }} has {{ $value | humanizePercentage }} of its lifetime left",
      description: "When it expires, the gateway returns 502 for this server.",
    },
  ];
}

/** Alerts on the public certificate and the internal certificates. */
export function certificateAlerts({ certificates }: Pick<RuleOptions, "certificates">): AlertDefinition[] {
  return [
    ...publicCertificateAlerts(certificates.publicLifetimeDays),
    ...internalCertificateAlerts(certificates.internalLifetimeDays),
  ];
}
