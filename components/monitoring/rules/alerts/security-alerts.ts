import type { AlertDefinition } from "../alert-definition.ts";
import { SECURITY } from "../thresholds.ts";
import type { RuleOptions } from "../types.ts";

const GAME_SERVER_JOB = 'job="game-server"';

/** The start scene of every server and the only scene on production's whitelist (seed document 003). */
const MAIN_SCENE = "res://vr_main.tscn";

const SECONDS_PER_MINUTE = 60;

function authenticationAlerts(): AlertDefinition[] {
  const failures = (reason: string): string =>
    `job_reason:spacetime_auth_failures:rate5m{${GAME_SERVER_JOB},reason="${reason}"}`;
  return [
    {
      name: "AuthenticationFailuresHigh",
      expr: `${failures("invalid")} > ${SECURITY.invalidPerSecond}`,
      for: "5m",
      severity: "warning",
      team: "security",
      summary: '{{ printf "%.2f" $value }} invalid credentials a second',
      description: "A client uses an expired token, or an attacker is guessing credentials.",
    },
    {
      name: "AuthenticationBruteForce",
      expr: `${failures("invalid")} > ${SECURITY.bruteForcePerSecond}`,
      for: "2m",
      severity: "critical",
      team: "security",
      summary: '{{ printf "%.2f" $value }} invalid credentials a second: possible attack',
      description: "The rate exceeds the request limit of one client: tokens are being guessed.",
    },
    {
      name: "RolesOverstepped",
      expr: `${failures("role")} > ${SECURITY.wrongRolePerSecond}`,
      for: "5m",
      severity: "warning",
      team: "security",
      summary: "Valid tokens are used for forbidden requests",
      description: "A token was stolen, or a client has a bug. The audit log contains the subject.",
    },
    {
      name: "TelemetryHandshakesUnauthorized",
      expr: `sum by (job) (increase(spacetime_telemetry_connections_total{${GAME_SERVER_JOB},result="unauthorized"}[15m])) > ${SECURITY.telemetryRefusals}`,
      for: "0s",
      severity: "warning",
      team: "security",
      summary: "Telemetry is requested without a valid token",
      description: `More than ${SECURITY.telemetryRefusals} handshakes were rejected within 15 minutes.`,
    },
  ];
}

function rateLimitAlerts(): AlertDefinition[] {
  return [
    {
      name: "RateLimitViolationsHigh",
      expr: `sum by (job) (job_class:spacetime_rate_limited:rate5m{${GAME_SERVER_JOB}}) * ${SECONDS_PER_MINUTE} > ${SECURITY.limitedPerMinute}`,
      for: "10m",
      severity: "warning",
      team: "security",
      summary: "{{ $value | humanize }} requests a minute exceed a rate limit",
      description:
        "The rate is more than twice the limit of one client, or a limit is too low for real players.",
    },
    {
      name: "RateLimitsNotShared",
      expr: `spacetime_rate_limit_fallback{${GAME_SERVER_JOB}} == 1`,
      for: "5m",
      severity: "warning",
      team: "security",
      summary: "Game server {{ $labels.pod }} counts rate limits locally",
      description: "Redis is unreachable: each client gets its full limit on every server.",
    },
    {
      name: "IntrusionBlocks",
      expr: `sum by (job) (increase(spacetime_intrusion_blocks_total{${GAME_SERVER_JOB}}[15m])) > ${SECURITY.blocks}`,
      for: "0s",
      severity: "warning",
      team: "security",
      summary: "Addresses are being blocked repeatedly",
      description: `More than ${SECURITY.blocks} addresses were blocked within 15 minutes after repeated failures.`,
    },
    {
      name: "IntrusionBlockedAddressesMany",
      expr: `sum by (job) (spacetime_intrusion_blocked_addresses{${GAME_SERVER_JOB}}) > ${SECURITY.blockedAddresses}`,
      for: "5m",
      severity: "critical",
      team: "security",
      summary: "{{ $value }} addresses are blocked at the same time",
      description: "This is a distributed attack, or the gateway hides the client addresses.",
    },
    {
      name: "ForbiddenScenesRequested",
      expr: `sum by (job) (increase(spacetime_scene_loads_total{${GAME_SERVER_JOB},result="forbidden"}[15m])) > ${SECURITY.forbiddenScenes}`,
      for: "0s",
      severity: "warning",
      team: "security",
      summary: "Scenes outside the allowlist are requested",
      description:
        "A client with a scene token is trying paths. The audit log contains the subject and the scene.",
    },
  ];
}

function auditLogAlerts(): AlertDefinition[] {
  return [
    {
      name: "AuditLogSilent",
      expr: `sum by (job) (increase(spacetime_audit_records_total{${GAME_SERVER_JOB}}[1h])) == 0
        and sum by (job) (increase(spacetime_http_requests_total{${GAME_SERVER_JOB},method="POST",status=~"2.."}[1h])) > 0`,
      for: "15m",
      severity: "critical",
      team: "security",
      summary: "State-changing requests are not audited",
      description:
        "Tokens are issued and players join without audit records: audit logging is disabled or broken.",
    },
  ];
}

/** Alerts on servers that run with another environment's settings or with another scene. */
function identityAlerts(environment: RuleOptions["environment"]): AlertDefinition[] {
  return [
    {
      name: "GameServerWrongEnvironment",
      expr: `spacetime_build_info{${GAME_SERVER_JOB},environment!="${environment}"} == 1`,
      for: "0s",
      severity: "critical",
      team: "security",
      summary: 'Game server {{ $labels.pod }} runs as "{{ $labels.environment }}"',
      description: `This is ${environment}: the settings of another environment may relax limits, scenes and access.`,
    },
    {
      name: "GameServerWrongScene",
      expr: `spacetime_scene_info{${GAME_SERVER_JOB},scene!="${MAIN_SCENE}"} == 1`,
      for: "5m",
      severity: "warning",
      team: "security",
      summary: "Game server {{ $labels.pod }} runs {{ $labels.scene }}",
      description: `Only ${MAIN_SCENE} should be running.`,
    },
  ];
}

/** Alerts on attacks and on ineffective protections. */
export function securityAlerts({
  environment,
  auditLog,
}: Pick<RuleOptions, "environment" | "auditLog">): AlertDefinition[] {
  return [
    ...authenticationAlerts(),
    ...rateLimitAlerts(),
    ...(auditLog ? auditLogAlerts() : []),
    ...identityAlerts(environment),
  ];
}
