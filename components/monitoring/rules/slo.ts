import type { Duration, RecordingRule } from "./types.ts";

/** The names of the SLOs. */
export const SLO_NAMES = ["availability", "latency", "frame-rate", "sessions"] as const;
export type SloName = (typeof SLO_NAMES)[number];

/** A service level objective: the required share of good events over 30 days. */
export interface Slo {
  readonly name: SloName;
  /** Share of good events. */
  readonly objective: number;
  /** PromQL for the bad events per second over a window. */
  readonly bad: (window: Duration) => string;
  readonly total: (window: Duration) => string;
}

const GAME_SERVER_JOB = 'job="game-server"';

/** Excludes the requests of probes and scrapes, and drains, whose duration is intended. */
const PLAYER_ROUTES = `${GAME_SERVER_JOB},route!~"/health|/ready|/metrics|/drain"`;

/** Seconds. Faster responses feel immediate; must be a bucket of GODOT_METRICS_LATENCY_BUCKETS_MS. */
const LATENCY_BUCKET_SECONDS = "0.25";

/** Seconds. One frame at 85 Hz, the lowest stable rate in seed document 003; must be a bucket of the histogram. */
const FRAME_BUCKET_SECONDS = "0.0118";

function rateExpr(metric: string, matchers: string, window: Duration): string {
  return `sum(rate(${metric}{${matchers}}[${window}]))`;
}

/** Counts the events of a histogram above a bucket as bad. */
function histogramEvents(histogram: string, matchers: string, bucket: string): Pick<Slo, "bad" | "total"> {
  const total = (window: Duration): string => rateExpr(`${histogram}_count`, matchers, window);
  const bad = (window: Duration): string =>
    `(${total(window)} - ${rateExpr(`${histogram}_bucket`, `${matchers},le="${bucket}"`, window)})`;
  return { bad, total };
}

/** Counts the events of a counter that match `bad`. The series is missing until the first bad event and counts as 0 then. */
function counterEvents(metric: string, all: string, bad: string): Pick<Slo, "bad" | "total"> {
  const total = (window: Duration): string => rateExpr(metric, all, window);
  return { total, bad: (window) => `(${rateExpr(metric, bad, window)} or 0 * ${total(window)})` };
}

/** The four SLOs. An objective is what players accept, so it is lower if its measure is stricter. */
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
    // The fastest burn rate alert fires at 14.4 times the budget, which must be below 1.
    objective: 0.95,
    ...histogramEvents("spacetime_frame_duration_seconds", GAME_SERVER_JOB, FRAME_BUCKET_SECONDS),
  },
  {
    name: "sessions",
    objective: 0.99,
    // A session ends because the player leaves, by a handover, or by an idle timeout, which means a lost connection.
    ...counterEvents(
      "spacetime_sessions_total",
      `${GAME_SERVER_JOB},event=~"closed|handed_over|idle"`,
      `${GAME_SERVER_JOB},event="idle"`,
    ),
  },
];

/** An alert condition: the burn rate exceeds `factor` over the long window and over the short one. */
export interface BurnWindow {
  readonly long: Duration;
  readonly short: Duration;
  readonly factor: number;
  readonly speed: "fast" | "slow";
}

/**
 * The windows of the SRE Workbook (https://sre.google/workbook/alerting-on-slos/, tables 5-2 and 5-8) for 30 days: a page
 * if 2 % of the budget is spent in one hour or 5 % in six hours, a message if 10 % is spent in one day or in three days.
 */
export const BURN_WINDOWS: readonly BurnWindow[] = [
  { long: "1h", short: "5m", factor: 14.4, speed: "fast" },
  { long: "6h", short: "30m", factor: 6, speed: "fast" },
  { long: "1d", short: "2h", factor: 3, speed: "slow" },
  { long: "3d", short: "6h", factor: 1, speed: "slow" },
];

/** The name of the recording rule for the share of bad events over a window. */
export function errorRatioRecord(window: Duration): `${string}:${string}:${string}` {
  return `slo:errors:ratio_rate${window}`;
}

/** The distinct windows of the table. */
const SLO_WINDOWS = [...new Set(BURN_WINDOWS.flatMap(({ long, short }) => [short, long]))];

/** The period of the objectives. */
const SLO_PERIOD = "30d";

function errorRatioExpr({ bad, total }: Slo, window: Duration): string {
  // Without events, the result is absent instead of NaN.
  return `${bad(window)} / (${total(window)} > 0)`;
}

/** Records the objective, the error ratio per window, and the remaining error budget (1 is the whole budget). */
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
      // Uses the recorded ratio, because 30 days of raw samples would cost more than all other rules together.
      record: "slo:error_budget_remaining:ratio",
      expr: `1 - avg_over_time(${errorRatioRecord("5m")}${selector}[${SLO_PERIOD}]) / (1 - slo:objective:ratio${selector})`,
      labels,
    },
  ];
}
