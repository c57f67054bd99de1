import { stringify } from "yaml";
import {
  type AlertDefinition,
  type AlertGroupName,
  createAlertGroup,
  DEFAULT_RUNBOOK_BASE,
} from "./alert-definition.ts";
import { backupAlerts } from "./alerts/backup-alerts.ts";
import { certificateAlerts } from "./alerts/certificates-alerts.ts";
import { gameServerAlerts } from "./alerts/game-server-alerts.ts";
import { gatewayAlerts } from "./alerts/gateway-alerts.ts";
import { kubernetesAlerts } from "./alerts/kubernetes-alerts.ts";
import { loggingAlerts } from "./alerts/logging-alerts.ts";
import { meshAlerts } from "./alerts/mesh-alerts.ts";
import { monitoringAlerts } from "./alerts/monitoring-alerts.ts";
import { postgresAlerts } from "./alerts/postgres-alerts.ts";
import { redisAlerts } from "./alerts/redis-alerts.ts";
import { securityAlerts } from "./alerts/security-alerts.ts";
import { sloAlerts } from "./alerts/slo-alerts.ts";
import { vrPerformanceAlerts } from "./alerts/vr-performance-alerts.ts";
import { watchdogAlerts } from "./alerts/watchdog-alerts.ts";
import { recordingRules } from "./recording-rules.ts";
import { SLOS, sloRecordingRules } from "./slo.ts";
import type { RuleGroup, RuleOptions } from "./types.ts";

export { ALERT_GROUPS as FAMILIES } from "./alert-definition.ts";
export { BURN_WINDOWS, SLOS } from "./slo.ts";
export * as thresholds from "./thresholds.ts";
export {
  type AlertRule,
  isAlert,
  type RecordingRule,
  type Rule,
  type RuleOptions,
  SEVERITIES,
  TEAMS,
} from "./types.ts";

function alertDefinitions(
  options: RuleOptions,
): Readonly<Record<AlertGroupName, readonly AlertDefinition[]>> {
  return {
    "game-server": gameServerAlerts(),
    gateway: gatewayAlerts(),
    mesh: options.discovery ? meshAlerts() : [],
    "vr-performance": vrPerformanceAlerts(),
    security: securityAlerts(options),
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
 * The rules of an environment: recording rules first, in separate groups, then one group per family of alerts. Alerts may
 * read recorded values of the previous evaluation, which are at most one interval old.
 */
export function ruleGroups(options: RuleOptions): RuleGroup[] {
  const base = options.runbookBase ?? DEFAULT_RUNBOOK_BASE;
  const alerts = Object.entries(alertDefinitions(options)).map(([family, definitions]) =>
    createAlertGroup(base, family as AlertGroupName, definitions),
  );
  return [
    { name: "recordings", rules: recordingRules() },
    ...SLOS.map((slo) => ({ name: `slo-${slo.name}-recordings`, rules: sloRecordingRules(slo) })),
    ...alerts.filter(({ rules }) => rules.length > 0),
  ];
}

/** Renders a Prometheus rule file. */
export function renderRuleFile(groups: readonly RuleGroup[]): string {
  return stringify({ groups }, { lineWidth: 0, aliasDuplicateObjects: false });
}
