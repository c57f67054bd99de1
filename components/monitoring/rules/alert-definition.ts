import type { AlertRule, Duration, RuleGroup, Severity, Team } from "./types.ts";

/** The families of alerts; each has a rule file here and a runbook of the same name. */
export const ALERT_GROUPS = [
  "game-server",
  "gateway",
  "mesh",
  "vr-performance",
  "security",
  "redis",
  "postgres",
  "kubernetes",
  "certificates",
  "backup",
  "logging",
  "monitoring",
  "slo",
  "watchdog",
] as const;

export type AlertGroupName = (typeof ALERT_GROUPS)[number];

/** The default base URL of the runbooks. */
export const DEFAULT_RUNBOOK_BASE = "https://docs.spacetime-vr.com/runbooks";

/** The fields of an alert; all except keepFiringFor are required. */
export interface AlertDefinition {
  /** The problem in Pascal case; the heading in the runbook has the same text. */
  readonly name: string;
  readonly expr: string;
  /** How long the expression must be true; "0s" to fire immediately. */
  readonly for: Duration;
  /** How long it keeps firing after the expression is false, so that a flapping cause sends one page. */
  readonly keepFiringFor?: Duration;
  readonly severity: Severity;
  readonly team: Team;
  /** One line with the labels that identify the object. */
  readonly summary: string;
  /** What it means for players or operators. */
  readonly description: string;
}

/** The URL of an alert's heading in its family's runbook, with the anchor format of GitHub. */
function runbookUrl(base: string, family: AlertGroupName, alert: string): string {
  return `${base}/${family}.md#${alert.toLowerCase()}`;
}

/** Creates the Prometheus rule of an alert definition. */
function createAlertRule(base: string, family: AlertGroupName, definition: AlertDefinition): AlertRule {
  return {
    alert: definition.name,
    expr: joinLines(definition.expr),
    ...(definition.for === "0s" ? {} : { for: definition.for }),
    ...(definition.keepFiringFor === undefined ? {} : { keep_firing_for: definition.keepFiringFor }),
    labels: { severity: definition.severity, team: definition.team },
    annotations: {
      summary: definition.summary,
      description: definition.description,
      runbook_url: runbookUrl(base, family, definition.name),
    },
  };
}

/** Creates the rule group of a family of alerts. */
export function createAlertGroup(
  base: string,
  family: AlertGroupName,
  definitions: readonly AlertDefinition[],
): RuleGroup {
  return { name: family, rules: definitions.map((definition) => createAlertRule(base, family, definition)) };
}

/** Removes the line breaks of an expression, which only serve the reader of the source. */
function joinLines(expr: string): string {
  return expr.trim().replace(/\s*\n\s*/g, " ");
}
