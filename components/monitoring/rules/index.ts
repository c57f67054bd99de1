import { stringify } from "yaml";
import { type AlertDefinition, alertGroup, DEFAULT_RUNBOOK_BASE, type Family } from "./alert.ts";
import { backupAlerts } from "./families/backup.ts";
import { certificateAlerts } from "./families/certificates.ts";
import { gameServerAlerts } from "./families/game-server.ts";
import { gatewayAlerts } from "./families/gateway.ts";
import { kubernetesAlerts } from "./families/kubernetes.ts";
import { loggingAlerts } from "./families/logging.ts";
import { meshAlerts } from "./families/mesh.ts";
import { monitoringAlerts } from "./families/monitoring.ts";
import { postgresAlerts } from "./families/postgres.ts";
import { redisAlerts } from "./families/redis.ts";
import { securityAlerts } from "./families/security.ts";
import { sloAlerts } from "./families/slo.ts";
import { vrPerformanceAlerts } from "./families/vr-performance.ts";
import { watchdogAlerts } from "./families/watchdog.ts";
import { recordings } from "./recordings.ts";
import { SLOS, sloRecordings } from "./slo.ts";
import type { RuleGroup, RuleOptions } from "./types.ts";

export { DEFAULT_RUNBOOK_BASE, FAMILIES, type Family, runbookUrl } from "./alert.ts";
export { BURN_WINDOWS, errorRatio, SLO_NAMES, SLOS, type Slo, type SloName } from "./slo.ts";
export * as thresholds from "./thresholds.ts";
export {
  type AlertRule,
  type Duration,
  isAlert,
  type RecordingRule,
  type Rule,
  type RuleGroup,
  type RuleOptions,
  SEVERITIES,
  type Severity,
  TEAMS,
  type Team,
} from "./types.ts";

function families(options: RuleOptions): Readonly<Record<Family, readonly AlertDefinition[]>> {
  return {
    "game-server": gameServerAlerts(),
    gateway: gatewayAlerts(),
    mesh: meshAlerts(),
    "vr-performance": vrPerformanceAlerts(),
    security: securityAlerts(options.environment),
    redis: redisAlerts(options),
    postgres: postgresAlerts(options),
    kubernetes: kubernetesAlerts(),
    certificates: certificateAlerts(options),
    backup: backupAlerts(options),
    logging: options.logShipping ? loggingAlerts() : [],
    monitoring: monitoringAlerts(options),
    slo: sloAlerts(),
    watchdog: watchdogAlerts(),
  };
}

/**
 * Every rule of an environment: the recordings first, in groups of their own, then a group for each family of alerts.
 * Alerts read what was recorded at the evaluation before, which is at most one interval old.
 */
export function ruleGroups(options: RuleOptions): RuleGroup[] {
  const base = options.runbookBase ?? DEFAULT_RUNBOOK_BASE;
  const alerts = Object.entries(families(options)).map(([family, definitions]) =>
    alertGroup(base, family as Family, definitions),
  );
  return [
    { name: "recordings", rules: recordings() },
    ...SLOS.map((slo) => ({ name: `slo-${slo.name}-recordings`, rules: sloRecordings(slo) })),
    ...alerts.filter(({ rules }) => rules.length > 0),
  ];
}

/** A rule file as Prometheus reads it. */
export function rulesYaml(groups: readonly RuleGroup[]): string {
  return stringify({ groups }, { lineWidth: 0, aliasDuplicateObjects: false });
}
