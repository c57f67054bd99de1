import type { AlertCase } from "../case.ts";

export const WATCHDOG_CASES: readonly AlertCase[] = [
  {
    alert: "Watchdog",
    series: {
      'up{job="prometheus"}': "1",
    },
    every: "15s",
    firesAt: "0s",
    labels: {
      severity: "info",
      team: "platform",
    },
    summary: "Alerting works",
    description: "Fires always. The receiver calls somebody when it stops.",
    runbook: "watchdog.md#watchdog",
    quiet: [],
  },
];
