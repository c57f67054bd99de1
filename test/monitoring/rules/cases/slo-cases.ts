import type { AlertCase } from "../rule-case.ts";

export const SLO_CASES: readonly AlertCase[] = [
  {
    alert: "AvailabilityBudgetBurnsFast",
    series: {
      'slo:errors:ratio_rate1h{slo="availability"}': "0.014688",
      'slo:errors:ratio_rate5m{slo="availability"}': "0.014832",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      severity: "critical",
      slo: "availability",
      team: "game",
    },
    summary: "The availability error budget is burning fast: 1.469% bad events",
    description:
      "At this rate, the monthly error budget for API requests answered with 5xx will be exhausted within days.",
    runbook: "slo.md#availabilitybudgetburnsfast",
    notFiring: [
      {
        why: "1h just inside",
        series: {
          'slo:errors:ratio_rate1h{slo="availability"}': "0.014112",
          'slo:errors:ratio_rate5m{slo="availability"}': "0.0216",
        },
      },
      {
        why: "over in the last 5m",
        series: {
          'slo:errors:ratio_rate1h{slo="availability"}': "0.0216",
          'slo:errors:ratio_rate5m{slo="availability"}': "0.014112",
        },
      },
    ],
  },
  {
    alert: "AvailabilityBudgetBurnsFast",
    series: {
      'slo:errors:ratio_rate6h{slo="availability"}': "0.00612",
      'slo:errors:ratio_rate30m{slo="availability"}': "0.00618",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      severity: "critical",
      slo: "availability",
      team: "game",
    },
    summary: "The availability error budget is burning fast: 0.612% bad events",
    description:
      "At this rate, the monthly error budget for API requests answered with 5xx will be exhausted within days.",
    runbook: "slo.md#availabilitybudgetburnsfast",
    notFiring: [
      {
        why: "6h just inside",
        series: {
          'slo:errors:ratio_rate6h{slo="availability"}': "0.00588",
          'slo:errors:ratio_rate30m{slo="availability"}': "0.009",
        },
      },
      {
        why: "over in the last 30m",
        series: {
          'slo:errors:ratio_rate6h{slo="availability"}': "0.009",
          'slo:errors:ratio_rate30m{slo="availability"}': "0.00588",
        },
      },
    ],
  },
  {
    alert: "AvailabilityBudgetBurnsSlowly",
    series: {
      'slo:errors:ratio_rate1d{slo="availability"}': "0.00306",
      'slo:errors:ratio_rate2h{slo="availability"}': "0.00309",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      severity: "warning",
      slo: "availability",
      team: "game",
    },
    summary: "The availability error budget is burning too fast: 0.306% bad events",
    description:
      "At this rate, the monthly error budget for API requests answered with 5xx will not last the month.",
    runbook: "slo.md#availabilitybudgetburnsslowly",
    notFiring: [
      {
        why: "1d just inside",
        series: {
          'slo:errors:ratio_rate1d{slo="availability"}': "0.00294",
          'slo:errors:ratio_rate2h{slo="availability"}': "0.0045",
        },
      },
      {
        why: "over in the last 2h",
        series: {
          'slo:errors:ratio_rate1d{slo="availability"}': "0.0045",
          'slo:errors:ratio_rate2h{slo="availability"}': "0.00294",
        },
      },
    ],
  },
  {
    alert: "AvailabilityBudgetBurnsSlowly",
    series: {
      'slo:errors:ratio_rate3d{slo="availability"}': "0.00102",
      'slo:errors:ratio_rate6h{slo="availability"}': "0.00103",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      severity: "warning",
      slo: "availability",
      team: "game",
    },
    summary: "The availability error budget is burning too fast: 0.102% bad events",
    description:
      "At this rate, the monthly error budget for API requests answered with 5xx will not last the month.",
    runbook: "slo.md#availabilitybudgetburnsslowly",
    notFiring: [
      {
        why: "3d just inside",
        series: {
          'slo:errors:ratio_rate3d{slo="availability"}': "0.00098",
          'slo:errors:ratio_rate6h{slo="availability"}': "0.0015",
        },
      },
      {
        why: "over in the last 6h",
        series: {
          'slo:errors:ratio_rate3d{slo="availability"}': "0.0015",
          'slo:errors:ratio_rate6h{slo="availability"}': "0.00098",
        },
      },
    ],
  },
  {
    alert: "LatencyBudgetBurnsFast",
    series: {
      'slo:errors:ratio_rate1h{slo="latency"}': "0.14688",
      'slo:errors:ratio_rate5m{slo="latency"}': "0.14832",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      severity: "critical",
      slo: "latency",
      team: "game",
    },
    summary: "The latency error budget is burning fast: 14.69% bad events",
    description:
      "At this rate, the monthly error budget for API requests that take longer than 250 ms will be exhausted within days.",
    runbook: "slo.md#latencybudgetburnsfast",
    notFiring: [
      {
        why: "1h just inside",
        series: {
          'slo:errors:ratio_rate1h{slo="latency"}': "0.14112",
          'slo:errors:ratio_rate5m{slo="latency"}': "0.216",
        },
      },
      {
        why: "over in the last 5m",
        series: {
          'slo:errors:ratio_rate1h{slo="latency"}': "0.216",
          'slo:errors:ratio_rate5m{slo="latency"}': "0.14112",
        },
      },
    ],
  },
  {
    alert: "LatencyBudgetBurnsFast",
    series: {
      'slo:errors:ratio_rate6h{slo="latency"}': "0.0612",
      'slo:errors:ratio_rate30m{slo="latency"}': "0.0618",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      severity: "critical",
      slo: "latency",
      team: "game",
    },
    summary: "The latency error budget is burning fast: 6.12% bad events",
    description:
      "At this rate, the monthly error budget for API requests that take longer than 250 ms will be exhausted within days.",
    runbook: "slo.md#latencybudgetburnsfast",
    notFiring: [
      {
        why: "6h just inside",
        series: {
          'slo:errors:ratio_rate6h{slo="latency"}': "0.0588",
          'slo:errors:ratio_rate30m{slo="latency"}': "0.09",
        },
      },
      {
        why: "over in the last 30m",
        series: {
          'slo:errors:ratio_rate6h{slo="latency"}': "0.09",
          'slo:errors:ratio_rate30m{slo="latency"}': "0.0588",
        },
      },
    ],
  },
  {
    alert: "LatencyBudgetBurnsSlowly",
    series: {
      'slo:errors:ratio_rate1d{slo="latency"}': "0.0306",
      'slo:errors:ratio_rate2h{slo="latency"}': "0.0309",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      severity: "warning",
      slo: "latency",
      team: "game",
    },
    summary: "The latency error budget is burning too fast: 3.06% bad events",
    description:
      "At this rate, the monthly error budget for API requests that take longer than 250 ms will not last the month.",
    runbook: "slo.md#latencybudgetburnsslowly",
    notFiring: [
      {
        why: "1d just inside",
        series: {
          'slo:errors:ratio_rate1d{slo="latency"}': "0.0294",
          'slo:errors:ratio_rate2h{slo="latency"}': "0.045",
        },
      },
      {
        why: "over in the last 2h",
        series: {
          'slo:errors:ratio_rate1d{slo="latency"}': "0.045",
          'slo:errors:ratio_rate2h{slo="latency"}': "0.0294",
        },
      },
    ],
  },
  {
    alert: "LatencyBudgetBurnsSlowly",
    series: {
      'slo:errors:ratio_rate3d{slo="latency"}': "0.0102",
      'slo:errors:ratio_rate6h{slo="latency"}': "0.0103",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      severity: "warning",
      slo: "latency",
      team: "game",
    },
    summary: "The latency error budget is burning too fast: 1.02% bad events",
    description:
      "At this rate, the monthly error budget for API requests that take longer than 250 ms will not last the month.",
    runbook: "slo.md#latencybudgetburnsslowly",
    notFiring: [
      {
        why: "3d just inside",
        series: {
          'slo:errors:ratio_rate3d{slo="latency"}': "0.0098",
          'slo:errors:ratio_rate6h{slo="latency"}': "0.015",
        },
      },
      {
        why: "over in the last 6h",
        series: {
          'slo:errors:ratio_rate3d{slo="latency"}': "0.015",
          'slo:errors:ratio_rate6h{slo="latency"}': "0.0098",
        },
      },
    ],
  },
  {
    alert: "FrameRateBudgetBurnsFast",
    series: {
      'slo:errors:ratio_rate1h{slo="frame-rate"}': "0.7344",
      'slo:errors:ratio_rate5m{slo="frame-rate"}': "0.7416",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      severity: "critical",
      slo: "frame-rate",
      team: "game",
    },
    summary: "The frame-rate error budget is burning fast: 73.44% bad events",
    description:
      "At this rate, the monthly error budget for frames slower than 85 Hz will be exhausted within days.",
    runbook: "slo.md#frameratebudgetburnsfast",
    notFiring: [
      {
        why: "1h just inside",
        series: {
          'slo:errors:ratio_rate1h{slo="frame-rate"}': "0.7056",
          'slo:errors:ratio_rate5m{slo="frame-rate"}': "1.08",
        },
      },
      {
        why: "over in the last 5m",
        series: {
          'slo:errors:ratio_rate1h{slo="frame-rate"}': "1.08",
          'slo:errors:ratio_rate5m{slo="frame-rate"}': "0.7056",
        },
      },
    ],
  },
  {
    alert: "FrameRateBudgetBurnsFast",
    series: {
      'slo:errors:ratio_rate6h{slo="frame-rate"}': "0.306",
      'slo:errors:ratio_rate30m{slo="frame-rate"}': "0.309",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      severity: "critical",
      slo: "frame-rate",
      team: "game",
    },
    summary: "The frame-rate error budget is burning fast: 30.6% bad events",
    description:
      "At this rate, the monthly error budget for frames slower than 85 Hz will be exhausted within days.",
    runbook: "slo.md#frameratebudgetburnsfast",
    notFiring: [
      {
        why: "6h just inside",
        series: {
          'slo:errors:ratio_rate6h{slo="frame-rate"}': "0.294",
          'slo:errors:ratio_rate30m{slo="frame-rate"}': "0.45",
        },
      },
      {
        why: "over in the last 30m",
        series: {
          'slo:errors:ratio_rate6h{slo="frame-rate"}': "0.45",
          'slo:errors:ratio_rate30m{slo="frame-rate"}': "0.294",
        },
      },
    ],
  },
  {
    alert: "FrameRateBudgetBurnsSlowly",
    series: {
      'slo:errors:ratio_rate1d{slo="frame-rate"}': "0.153",
      'slo:errors:ratio_rate2h{slo="frame-rate"}': "0.1545",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      severity: "warning",
      slo: "frame-rate",
      team: "game",
    },
    summary: "The frame-rate error budget is burning too fast: 15.3% bad events",
    description:
      "At this rate, the monthly error budget for frames slower than 85 Hz will not last the month.",
    runbook: "slo.md#frameratebudgetburnsslowly",
    notFiring: [
      {
        why: "1d just inside",
        series: {
          'slo:errors:ratio_rate1d{slo="frame-rate"}': "0.147",
          'slo:errors:ratio_rate2h{slo="frame-rate"}': "0.225",
        },
      },
      {
        why: "over in the last 2h",
        series: {
          'slo:errors:ratio_rate1d{slo="frame-rate"}': "0.225",
          'slo:errors:ratio_rate2h{slo="frame-rate"}': "0.147",
        },
      },
    ],
  },
  {
    alert: "FrameRateBudgetBurnsSlowly",
    series: {
      'slo:errors:ratio_rate3d{slo="frame-rate"}': "0.051",
      'slo:errors:ratio_rate6h{slo="frame-rate"}': "0.0515",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      severity: "warning",
      slo: "frame-rate",
      team: "game",
    },
    summary: "The frame-rate error budget is burning too fast: 5.1% bad events",
    description:
      "At this rate, the monthly error budget for frames slower than 85 Hz will not last the month.",
    runbook: "slo.md#frameratebudgetburnsslowly",
    notFiring: [
      {
        why: "3d just inside",
        series: {
          'slo:errors:ratio_rate3d{slo="frame-rate"}': "0.049",
          'slo:errors:ratio_rate6h{slo="frame-rate"}': "0.075",
        },
      },
      {
        why: "over in the last 6h",
        series: {
          'slo:errors:ratio_rate3d{slo="frame-rate"}': "0.075",
          'slo:errors:ratio_rate6h{slo="frame-rate"}': "0.049",
        },
      },
    ],
  },
  {
    alert: "SessionsBudgetBurnsFast",
    series: {
      'slo:errors:ratio_rate1h{slo="sessions"}': "0.14688",
      'slo:errors:ratio_rate5m{slo="sessions"}': "0.14832",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      severity: "critical",
      slo: "sessions",
      team: "game",
    },
    summary: "The sessions error budget is burning fast: 14.69% bad events",
    description:
      "At this rate, the monthly error budget for sessions that end with a lost connection will be exhausted within days.",
    runbook: "slo.md#sessionsbudgetburnsfast",
    notFiring: [
      {
        why: "1h just inside",
        series: {
          'slo:errors:ratio_rate1h{slo="sessions"}': "0.14112",
          'slo:errors:ratio_rate5m{slo="sessions"}': "0.216",
        },
      },
      {
        why: "over in the last 5m",
        series: {
          'slo:errors:ratio_rate1h{slo="sessions"}': "0.216",
          'slo:errors:ratio_rate5m{slo="sessions"}': "0.14112",
        },
      },
    ],
  },
  {
    alert: "SessionsBudgetBurnsFast",
    series: {
      'slo:errors:ratio_rate6h{slo="sessions"}': "0.0612",
      'slo:errors:ratio_rate30m{slo="sessions"}': "0.0618",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      severity: "critical",
      slo: "sessions",
      team: "game",
    },
    summary: "The sessions error budget is burning fast: 6.12% bad events",
    description:
      "At this rate, the monthly error budget for sessions that end with a lost connection will be exhausted within days.",
    runbook: "slo.md#sessionsbudgetburnsfast",
    notFiring: [
      {
        why: "6h just inside",
        series: {
          'slo:errors:ratio_rate6h{slo="sessions"}': "0.0588",
          'slo:errors:ratio_rate30m{slo="sessions"}': "0.09",
        },
      },
      {
        why: "over in the last 30m",
        series: {
          'slo:errors:ratio_rate6h{slo="sessions"}': "0.09",
          'slo:errors:ratio_rate30m{slo="sessions"}': "0.0588",
        },
      },
    ],
  },
  {
    alert: "SessionsBudgetBurnsSlowly",
    series: {
      'slo:errors:ratio_rate1d{slo="sessions"}': "0.0306",
      'slo:errors:ratio_rate2h{slo="sessions"}': "0.0309",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      severity: "warning",
      slo: "sessions",
      team: "game",
    },
    summary: "The sessions error budget is burning too fast: 3.06% bad events",
    description:
      "At this rate, the monthly error budget for sessions that end with a lost connection will not last the month.",
    runbook: "slo.md#sessionsbudgetburnsslowly",
    notFiring: [
      {
        why: "1d just inside",
        series: {
          'slo:errors:ratio_rate1d{slo="sessions"}': "0.0294",
          'slo:errors:ratio_rate2h{slo="sessions"}': "0.045",
        },
      },
      {
        why: "over in the last 2h",
        series: {
          'slo:errors:ratio_rate1d{slo="sessions"}': "0.045",
          'slo:errors:ratio_rate2h{slo="sessions"}': "0.0294",
        },
      },
    ],
  },
  {
    alert: "SessionsBudgetBurnsSlowly",
    series: {
      'slo:errors:ratio_rate3d{slo="sessions"}': "0.0102",
      'slo:errors:ratio_rate6h{slo="sessions"}': "0.0103",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      severity: "warning",
      slo: "sessions",
      team: "game",
    },
    summary: "The sessions error budget is burning too fast: 1.02% bad events",
    description:
      "At this rate, the monthly error budget for sessions that end with a lost connection will not last the month.",
    runbook: "slo.md#sessionsbudgetburnsslowly",
    notFiring: [
      {
        why: "3d just inside",
        series: {
          'slo:errors:ratio_rate3d{slo="sessions"}': "0.0098",
          'slo:errors:ratio_rate6h{slo="sessions"}': "0.015",
        },
      },
      {
        why: "over in the last 6h",
        series: {
          'slo:errors:ratio_rate3d{slo="sessions"}': "0.015",
          'slo:errors:ratio_rate6h{slo="sessions"}': "0.0098",
        },
      },
    ],
  },
];
