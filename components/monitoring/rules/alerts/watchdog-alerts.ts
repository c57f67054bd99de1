import type { AlertDefinition } from "../alert-definition.ts";

/** The alert that must always fire: its absence at the receiver means that no alert can arrive. */
export function watchdogAlerts(): AlertDefinition[] {
  return [
    {
      name: "Watchdog",
      expr: "vector(1)",
      for: "0s",
      severity: "info",
      team: "platform",
      summary: "Alerting works end to end",
      description: "This alert always fires. The receiver pages the on-call engineer when it stops arriving.",
    },
  ];
}
