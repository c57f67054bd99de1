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

/** Where the runbooks stand when no other place is given; the address of the project's documentation. */
export const DEFAULT_RUNBOOK_BASE = "https://docs.spacetime-vr.com/runbooks";

/** Every part of an alert; none can be left out. */
export interface AlertDefinition {
  /** Pascal case: what is wrong. It is the runbook's heading too. */
  readonly name: string;
  readonly expr: string;
  /** How long the expression must hold; "0s" where waiting would only lose time. */
  readonly for: Duration;
  /** How long it stays up after the expression ended, so that a flapping cause is one page and not ten. */
  readonly keepFiringFor?: Duration;
  readonly severity: Severity;
  readonly team: Team;
  /** One line with the labels that tell which one. */
  readonly summary: string;
  /** What it means for players or operators. */
  readonly description: string;
}

/** The page of an alert: the family's runbook at the alert's heading, as GitHub and most renderers make anchors. */
export function runbookUrl(base: string, family: AlertGroupName, alert: string): string {
  return `${base}/${family}.md#${alert.toLowerCase()}`;
}

/** The rule of a definition. */
export function createAlertRule(
  base: string,
  family: AlertGroupName,
  definition: AlertDefinition,
): AlertRule {
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

/** The group of a family's alerts. */
export function createAlertGroup(
  base: string,
  family: AlertGroupName,
  definitions: readonly AlertDefinition[],
): RuleGroup {
  return { name: family, rules: definitions.map((definition) => createAlertRule(base, family, definition)) };
}

/** An expression without the line breaks that its source has for the reader. */
export function joinLines(expr: string): string {
  return expr.trim().replace(/\s*\n\s*/g, " ");
}
