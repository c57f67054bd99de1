import type { AlertCase } from "../rule-case.ts";

export const CERTIFICATES_CASES: readonly AlertCase[] = [
  {
    alert: "PublicCertificateNotRenewed",
    series: {
      'probe_ssl_earliest_cert_expiry{job="blackbox",instance="play.example.com",probe="public-tls"}':
        "970200",
    },
    evaluationInterval: "3m",
    notYetAt: "57m",
    firesAt: "1h",
    labels: {
      instance: "play.example.com",
      job: "blackbox",
      probe: "public-tls",
      severity: "warning",
      team: "platform",
    },
    summary: "The certificate of play.example.com expires in 11d 4h 30m 0s",
    description: "It should have been renewed when a third of its lifetime was left.",
    runbook: "certificates.md#publiccertificatenotrenewed",
    notFiring: [
      {
        why: "a quarter of the shortest lifetime is left",
        series: {
          'probe_ssl_earliest_cert_expiry{job="blackbox",instance="play.example.com",probe="public-tls"}':
            "977400",
        },
      },
    ],
  },
  {
    alert: "PublicCertificateExpiring",
    series: {
      'probe_ssl_earliest_cert_expiry{job="blackbox",instance="play.example.com",probe="public-tls"}':
        "388740",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      instance: "play.example.com",
      job: "blackbox",
      probe: "public-tls",
      severity: "critical",
      team: "platform",
    },
    summary: "The certificate of play.example.com expires in 4d 11h 54m 0s",
    description: "When it expires, every client rejects the connection.",
    runbook: "certificates.md#publiccertificateexpiring",
    notFiring: [
      {
        why: "a tenth of the shortest lifetime is left",
        series: {
          'probe_ssl_earliest_cert_expiry{job="blackbox",instance="play.example.com",probe="public-tls"}':
            "389160",
        },
      },
    ],
  },
  {
    alert: "PublicTlsFailing",
    series: {
      'probe_success{job="blackbox",instance="play.example.com",probe="public-tls"}': "0",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      instance: "play.example.com",
      job: "blackbox",
      probe: "public-tls",
      severity: "critical",
      team: "platform",
    },
    summary: "The TLS handshake with play.example.com fails",
    description: "The certificate is not trusted, has expired, or is for another host name.",
    runbook: "certificates.md#publictlsfailing",
    notFiring: [
      {
        why: "the handshake succeeds",
        series: {
          'probe_success{job="blackbox",instance="play.example.com",probe="public-tls"}': "1",
        },
      },
    ],
  },
  {
    alert: "ServerCertificateNotRenewed",
    series: {
      'spacetime_tls_certificate_not_after_timestamp_seconds{job="game-server",pod="game-server-0"}':
        "7568640",
    },
    evaluationInterval: "3m",
    notYetAt: "57m",
    firesAt: "1h",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "platform",
    },
    summary: "The certificate of game-server-0 has 23.99% of its lifetime left",
    description: "It was not renewed, or the server has not loaded the new one.",
    runbook: "certificates.md#servercertificatenotrenewed",
    notFiring: [
      {
        why: "a good quarter is left",
        series: {
          'spacetime_tls_certificate_not_after_timestamp_seconds{job="game-server",pod="game-server-0"}':
            "8199360",
        },
      },
      {
        why: "a server without TLS",
        series: {
          'spacetime_tls_certificate_not_after_timestamp_seconds{job="game-server",pod="game-server-0"}': "0",
        },
      },
    ],
  },
  {
    alert: "ServerCertificateExpiring",
    series: {
      'spacetime_tls_certificate_not_after_timestamp_seconds{job="game-server",pod="game-server-0"}':
        "2995920",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "critical",
      team: "platform",
    },
    summary: "The certificate of game-server-0 has 9.499% of its lifetime left",
    description: "When it expires, the gateway returns 502 for this server.",
    runbook: "certificates.md#servercertificateexpiring",
    notFiring: [
      {
        why: "a good tenth is left",
        series: {
          'spacetime_tls_certificate_not_after_timestamp_seconds{job="game-server",pod="game-server-0"}':
            "3311280",
        },
      },
      {
        why: "a server without TLS",
        series: {
          'spacetime_tls_certificate_not_after_timestamp_seconds{job="game-server",pod="game-server-0"}': "0",
        },
      },
    ],
  },
];
