import type { AlertCase } from "../rule-case.ts";

export const SECURITY_CASES: readonly AlertCase[] = [
  {
    alert: "AuthenticationFailuresHigh",
    series: {
      'job_reason:spacetime_auth_failures:rate5m{job="game-server",reason="invalid"}': "0.52",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      reason: "invalid",
      severity: "warning",
      team: "security",
    },
    summary: "0.52 invalid credentials a second",
    description: "A client uses an expired token, or an attacker is guessing credentials.",
    runbook: "security.md#authenticationfailureshigh",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'job_reason:spacetime_auth_failures:rate5m{job="game-server",reason="invalid"}': "0.5",
        },
      },
      {
        why: "tokens that are missing",
        series: {
          'job_reason:spacetime_auth_failures:rate5m{job="game-server",reason="missing"}': "50",
        },
      },
    ],
  },
  {
    alert: "AuthenticationBruteForce",
    series: {
      'job_reason:spacetime_auth_failures:rate5m{job="game-server",reason="invalid"}': "5.2",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      job: "game-server",
      reason: "invalid",
      severity: "critical",
      team: "security",
    },
    summary: "5.20 invalid credentials a second: possible attack",
    description: "The rate exceeds the request limit of one client: tokens are being guessed.",
    runbook: "security.md#authenticationbruteforce",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'job_reason:spacetime_auth_failures:rate5m{job="game-server",reason="invalid"}': "5",
        },
      },
    ],
  },
  {
    alert: "RolesOverstepped",
    series: {
      'job_reason:spacetime_auth_failures:rate5m{job="game-server",reason="role"}': "0.18",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      reason: "role",
      severity: "warning",
      team: "security",
    },
    summary: "Valid tokens are used for forbidden requests",
    description: "A token was stolen, or a client has a bug. The audit log contains the subject.",
    runbook: "security.md#rolesoverstepped",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'job_reason:spacetime_auth_failures:rate5m{job="game-server",reason="role"}': "0.17",
        },
      },
    ],
  },
  {
    alert: "TelemetryHandshakesUnauthorized",
    series: {
      'spacetime_telemetry_connections_total{job="game-server",pod="game-server-0",result="unauthorized"}':
        "1000+0.34166667",
    },
    evaluationInterval: "15s",
    firesAt: "14m45s",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "security",
    },
    summary: "Telemetry is requested without a valid token",
    description: "More than 20 handshakes were rejected within 15 minutes.",
    runbook: "security.md#telemetryhandshakesunauthorized",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_telemetry_connections_total{job="game-server",pod="game-server-0",result="unauthorized"}':
            "1000+0.325",
        },
      },
    ],
  },
  {
    alert: "RateLimitViolationsHigh",
    series: {
      'job_class:spacetime_rate_limited:rate5m{job="game-server",class="global"}': "4.1",
      'job_class:spacetime_rate_limited:rate5m{job="game-server",class="status"}': "1",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "security",
    },
    summary: "306 requests a minute exceed a rate limit",
    description:
      "The rate is more than twice the limit of one client, or a limit is too low for real players.",
    runbook: "security.md#ratelimitviolationshigh",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'job_class:spacetime_rate_limited:rate5m{job="game-server",class="global"}': "5",
        },
      },
    ],
  },
  {
    alert: "RateLimitsNotShared",
    series: {
      'spacetime_rate_limit_fallback{job="game-server",pod="game-server-0"}': "1",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "security",
    },
    summary: "Game server game-server-0 counts rate limits locally",
    description: "Redis is unreachable: each client gets its full limit on every server.",
    runbook: "security.md#ratelimitsnotshared",
    notFiring: [
      {
        why: "Redis answers",
        series: {
          'spacetime_rate_limit_fallback{job="game-server",pod="game-server-0"}': "0",
        },
      },
    ],
  },
  {
    alert: "IntrusionBlocks",
    series: {
      'spacetime_intrusion_blocks_total{job="game-server",pod="game-server-0"}': "1000+0.08666667",
    },
    evaluationInterval: "15s",
    firesAt: "14m30s",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "security",
    },
    summary: "Addresses are being blocked repeatedly",
    description: "More than 5 addresses were blocked within 15 minutes after repeated failures.",
    runbook: "security.md#intrusionblocks",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_intrusion_blocks_total{job="game-server",pod="game-server-0"}': "1000+0.08166667",
        },
      },
    ],
  },
  {
    alert: "IntrusionBlockedAddressesMany",
    series: {
      'spacetime_intrusion_blocked_addresses{job="game-server",pod="game-server-0"}': "26",
      'spacetime_intrusion_blocked_addresses{job="game-server",pod="game-server-1"}': "25",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      severity: "critical",
      team: "security",
    },
    summary: "51 addresses are blocked at the same time",
    description: "This is a distributed attack, or the gateway hides the client addresses.",
    runbook: "security.md#intrusionblockedaddressesmany",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'spacetime_intrusion_blocked_addresses{job="game-server",pod="game-server-0"}': "50",
        },
      },
    ],
  },
  {
    alert: "ForbiddenScenesRequested",
    series: {
      'spacetime_scene_loads_total{job="game-server",pod="game-server-0",result="forbidden"}':
        "1000+0.08666667",
    },
    evaluationInterval: "15s",
    firesAt: "14m30s",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "security",
    },
    summary: "Scenes outside the allowlist are requested",
    description:
      "A client with a scene token is trying paths. The audit log contains the subject and the scene.",
    runbook: "security.md#forbiddenscenesrequested",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_scene_loads_total{job="game-server",pod="game-server-0",result="forbidden"}':
            "1000+0.08166667",
        },
      },
    ],
  },
  {
    alert: "AuditLogSilent",
    series: {
      'spacetime_audit_records_total{job="game-server",pod="game-server-0",kind="auth"}': "12",
      'spacetime_http_requests_total{job="game-server",pod="game-server-0",method="POST",route="/players",status="201"}':
        "+1",
    },
    evaluationInterval: "45s",
    notYetAt: "15m",
    firesAt: "15m45s",
    labels: {
      job: "game-server",
      severity: "critical",
      team: "security",
    },
    summary: "State-changing requests are not audited",
    description:
      "Tokens are issued and players join without audit records: audit logging is disabled or broken.",
    runbook: "security.md#auditlogsilent",
    notFiring: [
      {
        why: "requests are audited",
        series: {
          'spacetime_audit_records_total{job="game-server",pod="game-server-0",kind="auth"}': "+1",
          'spacetime_http_requests_total{job="game-server",pod="game-server-0",method="POST",route="/players",status="201"}':
            "+1",
        },
      },
      {
        why: "what is asked is refused",
        series: {
          'spacetime_audit_records_total{job="game-server",pod="game-server-0",kind="auth"}': "12",
          'spacetime_http_requests_total{job="game-server",pod="game-server-0",method="POST",route="/players",status="401"}':
            "+1",
        },
      },
      {
        why: "nothing is changed",
        series: {
          'spacetime_audit_records_total{job="game-server",pod="game-server-0",kind="auth"}': "12",
          'spacetime_http_requests_total{job="game-server",pod="game-server-0",method="POST",route="/players",status="201"}':
            "5",
          'spacetime_http_requests_total{job="game-server",pod="game-server-0",method="GET",route="/status",status="200"}':
            "+5",
        },
      },
    ],
  },
  {
    alert: "GameServerWrongEnvironment",
    series: {
      'spacetime_build_info{job="game-server",pod="game-server-0",environment="staging"}': "1",
    },
    evaluationInterval: "15s",
    firesAt: "0s",
    labels: {
      environment: "staging",
      job: "game-server",
      pod: "game-server-0",
      severity: "critical",
      team: "security",
    },
    summary: 'Game server game-server-0 runs as "staging"',
    description:
      "This is production: the settings of another environment may relax limits, scenes and access.",
    runbook: "security.md#gameserverwrongenvironment",
    notFiring: [
      {
        why: "it is production",
        series: {
          'spacetime_build_info{job="game-server",pod="game-server-0",environment="production"}': "1",
        },
      },
    ],
  },
  {
    alert: "GameServerWrongScene",
    series: {
      'spacetime_scene_info{job="game-server",pod="game-server-0",scene="res://tests/arena.tscn"}': "1",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      scene: "res://tests/arena.tscn",
      severity: "warning",
      team: "security",
    },
    summary: "Game server game-server-0 runs res://tests/arena.tscn",
    description: "Only res://vr_main.tscn should be running.",
    runbook: "security.md#gameserverwrongscene",
    notFiring: [
      {
        why: "it is the main scene",
        series: {
          'spacetime_scene_info{job="game-server",pod="game-server-0",scene="res://vr_main.tscn"}': "1",
        },
      },
    ],
  },
];
