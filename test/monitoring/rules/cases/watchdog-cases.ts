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
    summary: "Alerting works end to end",
    description: "This alert always fires. The receiver pages the on-call engineer when it stops arriving.",
    runbook: "watchdog.md#watchdog",
    notFiring: [],
  },
];
