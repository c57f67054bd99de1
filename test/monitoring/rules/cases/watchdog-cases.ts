import type { AlertCase } from "../rule-case.ts";

export const WATCHDOG_CASES: readonly AlertCase[] = [
  {
    alert: "Watchdog",
    series: {
      'up{job="prometheus"}': "1",
    },
    evaluationInterval: "15s",
    firesAt: "0s",
    labels: {
      severity: "info",
      team: "platform",
    },
    summary: "Alerting works",
    description: "Always firing. The receiver pages the on-call engineer when it stops.",
    runbook: "watchdog.md#watchdog",
    notFiring: [],
  },
];
