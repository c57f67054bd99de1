import type { Duration, RecordingRule } from "./types.ts";

/** Which SLOs there are. */
export const SLO_NAMES = ["availability", "latency", "frame-rate", "sessions"] as const;
export type SloName = (typeof SLO_NAMES)[number];

/** A promise: the share of good events over 30 days, and what good means. */
export interface Slo {
  readonly name: SloName;
  /** Share of good events. */
  readonly objective: number;
  /** PromQL for the events per second that were not good, over a window. */
  readonly bad: (window: Duration) => string;
  readonly total: (window: Duration) => string;
}

const GAME_SERVER_JOB = 'job="game-server"';

/** Questions of probes and of Prometheus are no player's, and a drain lasts as long as it must. */
const PLAYER_ROUTES = `${GAME_SERVER_JOB},route!~"/health|/ready|/metrics|/drain"`;

/** Seconds. A request that is answered within it feels immediate; a bucket of GODOT_METRICS_LATENCY_BUCKETS_MS. */
const LATENCY_BUCKET_SECONDS = "0.25";

/** Seconds. A frame at 85 Hz, the low end of seed document 003; a bucket of the contract's histogram. */
const FRAME_BUCKET_SECONDS = "0.0118";

function rateExpr(metric: string, matchers: string, window: Duration): string {
  return `sum(rate(${metric}{${matchers}}[${window}]))`;
}

/** Events of a histogram beyond a bucket. */
function histogramEvents(histogram: string, matchers: string, bucket: string): Pick<Slo, "bad" | "total"> {
  const total = (window: Duration): string => rateExpr(`${histogram}_count`, matchers, window);
  const bad = (window: Duration): string =>
    `(${total(window)} - ${rateExpr(`${histogram}_bucket`, `${matchers},le="${bucket}"`, window)})`;
  return { bad, total };
}

/** Events of a counter, selected by a label. Without bad events the series is missing, which must count as 0. */
function counterEvents(metric: string, all: string, bad: string): Pick<Slo, "bad" | "total"> {
  const total = (window: Duration): string => rateExpr(metric, all, window);
  return { total, bad: (window) => `(${rateExpr(metric, bad, window)} or 0 * ${total(window)})` };
}

/** The four promises; an objective is what players accept, so lower where the measure is stricter. */
export const SLOS: readonly Slo[] = [
  {
    name: "availability",
    objective: 0.999,
    ...counterEvents("spacetime_http_requests_total", PLAYER_ROUTES, `${PLAYER_ROUTES},status=~"5.."`),
  },
  {
    name: "latency",
    objective: 0.99,
    ...histogramEvents("spacetime_http_request_duration_seconds", PLAYER_ROUTES, LATENCY_BUCKET_SECONDS),
  },
  {
    name: "frame-rate",
    // The fastest burn is 14.4 times the budget and must stay below 1.
    objective: 0.95,
    ...histogramEvents("spacetime_frame_duration_seconds", GAME_SERVER_JOB, FRAME_BUCKET_SECONDS),
  },
  {
    name: "sessions",
    objective: 0.99,
    // A session ends by the player's wish, by a handover, or by silence, which is a lost connection.
    ...counterEvents(
      "spacetime_sessions_total",
      `${GAME_SERVER_JOB},event=~"closed|handed_over|idle"`,
      `${GAME_SERVER_JOB},event="idle"`,
    ),
  },
];

/** One row: the budget burns `factor` times too fast over the long window, and still does over the short one. */
export interface BurnWindow {
  readonly long: Duration;
  readonly short: Duration;
  readonly factor: number;
  readonly speed: "fast" | "slow";
}

/**
 * The windows of the SRE Workbook (https://sre.google/workbook/alerting-on-slos/, tables 5-2 and 5-8) for 30 days: a page
 * when 2 % of the budget is gone in an hour or 5 % in six, a message when 10 % is gone in a day or three days.
 */
export const BURN_WINDOWS: readonly BurnWindow[] = [
  { long: "1h", short: "5m", factor: 14.4, speed: "fast" },
  { long: "6h", short: "30m", factor: 6, speed: "fast" },
  { long: "1d", short: "2h", factor: 3, speed: "slow" },
  { long: "3d", short: "6h", factor: 1, speed: "slow" },
];

/** The recorded share of bad events over a window. */
export function errorRatioRecord(window: Duration): `${string}:${string}:${string}` {
  return `slo:errors:ratio_rate${window}`;
}

/** Every window of the table, once. */
const SLO_WINDOWS = [...new Set(BURN_WINDOWS.flatMap(({ long, short }) => [short, long]))];

/** The days that an objective speaks about. */
const SLO_PERIOD = "30d";

function errorRatioExpr({ bad, total }: Slo, window: Duration): string {
  // Absent, and not a division by zero, while there is no event at all.
  return `${bad(window)} / (${total(window)} > 0)`;
}

/** The objective, the error ratio per window, and what is left of the budget (1 = all of it). */
export function sloRecordingRules(slo: Slo): RecordingRule[] {
  const labels = { slo: slo.name };
  const selector = `{slo="${slo.name}"}`;
  return [
    { record: "slo:objective:ratio", expr: `vector(${slo.objective})`, labels },
    ...SLO_WINDOWS.map((window) => ({
      record: errorRatioRecord(window),
      expr: errorRatioExpr(slo, window),
      labels,
    })),
    {
      // Over the recorded ratio and not over 30 days of raw samples, which would cost more than all other rules together.
      record: "slo:error_budget_remaining:ratio",
      expr: `1 - avg_over_time(${errorRatioRecord("5m")}${selector}[${SLO_PERIOD}]) / (1 - slo:objective:ratio${selector})`,
      labels,
    },
  ];
}
