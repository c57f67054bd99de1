import type { AlertDefinition } from "../alert-definition.ts";
import { BURN_WINDOWS, type BurnWindow, errorRatioRecord, SLOS, type Slo, type SloName } from "../slo.ts";
import type { Team } from "../types.ts";

/** Per SLO: the prefix of the alert names, the responsible team, and the events that spend the error budget. */
const SLO_ALERT_SETTINGS: Readonly<Record<SloName, { prefix: string; team: Team; spent: string }>> = {
  availability: { prefix: "Availability", team: "game", spent: "API requests answered with 5xx" },
  latency: { prefix: "Latency", team: "game", spent: "API requests that take longer than 250 ms" },
  "frame-rate": { prefix: "FrameRate", team: "game", spent: "frames slower than 85 Hz" },
  sessions: { prefix: "Sessions", team: "game", spent: "sessions that end with a lost connection" },
};

/** Decimal places of a budget, because 1 - 0.999 is 0.0010000000000000009 in floating point. */
const BUDGET_DECIMALS = 6;

function errorBudget({ objective }: Slo): number {
  return Number((1 - objective).toFixed(BUDGET_DECIMALS));
}

function burnRateExpr(slo: Slo, { long, short, factor }: BurnWindow): string {
  const above = (window: BurnWindow["long"]): string =>
    `${errorRatioRecord(window)}{slo="${slo.name}"} > ${factor} * ${errorBudget(slo)}`;
  return `(${above(long)} and ${above(short)})`;
}

function alertExpr(slo: Slo, speed: BurnWindow["speed"]): string {
  return BURN_WINDOWS.filter((window) => window.speed === speed)
    .map((window) => burnRateExpr(slo, window))
    .join(" or ");
}

function burnRateAlerts(slo: Slo): AlertDefinition[] {
  const { prefix, team, spent } = SLO_ALERT_SETTINGS[slo.name];
  return [
    {
      name: `${prefix}BudgetBurnsFast`,
      expr: alertExpr(slo, "fast"),
      for: "2m",
      severity: "critical",
      team,
      summary: `The ${slo.name} error budget is burning fast: {{ $value | humanizePercentage }} bad events`,
      description: `At this rate, the monthly error budget for ${spent} will be exhausted within days.`,
    },
    {
      name: `${prefix}BudgetBurnsSlowly`,
      expr: alertExpr(slo, "slow"),
      for: "15m",
      severity: "warning",
      team,
      summary: `The ${slo.name} error budget is burning too fast: {{ $value | humanizePercentage }} bad events`,
      description: `At this rate, the monthly error budget for ${spent} will not last the month.`,
    },
  ];
}

/** Burn-rate alerts, two per SLO: a fast burn pages, a slow burn posts a message. */
export function sloAlerts(): AlertDefinition[] {
  return SLOS.flatMap(burnRateAlerts);
}
