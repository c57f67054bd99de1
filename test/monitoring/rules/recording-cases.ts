import type { RecordingCase } from "./case.ts";

const GAME = 'job="game-server",pod="game-server-0"';
const OTHER = 'job="game-server",pod="game-server-1"';
const STATUS = 'method="GET",route="/status"';
const PROBE = 'method="GET",route="/health"';

/** Requests per quarter minute: 6 good, 1 of another route, 0.35 failed on one server; 15 probes that do not count. */
const REQUESTS = {
  [`spacetime_http_requests_total{${GAME},${STATUS},status="200"}`]: "1000+6",
  [`spacetime_http_requests_total{${OTHER},method="GET",route="/scene",status="200"}`]: "1000+1.15",
  [`spacetime_http_requests_total{${GAME},${STATUS},status="503"}`]: "1000+0.35",
  [`spacetime_http_requests_total{${GAME},${PROBE},status="200"}`]: "1000+15",
};

/** A histogram whose slowest twentieth lies between the last two bounds. */
function buckets(
  metric: string,
  labels: string,
  bounds: readonly [string, number][],
): Record<string, string> {
  return Object.fromEntries(
    bounds.map(([le, perStep]) => [`${metric}_bucket{${labels},le="${le}"}`, `1000+${perStep}`]),
  );
}

const DURATIONS = {
  ...buckets("spacetime_http_request_duration_seconds", `${GAME},${STATUS}`, [
    ["0.1", 0],
    ["0.25", 50],
    ["1", 100],
    ["+Inf", 100],
  ]),
  // Probes are fast and many; were they counted, nobody would see that players wait.
  ...buckets("spacetime_http_request_duration_seconds", `${GAME},${PROBE}`, [
    ["0.1", 5000],
    ["0.25", 5000],
    ["1", 5000],
    ["+Inf", 5000],
  ]),
};

const ALL_GAME = '{job="game-server"}';

function at(record: string, labels: string, series: RecordingCase["series"], value: number): RecordingCase {
  return { record, series, samples: [{ labels, value }] };
}

/** The recordings that alerts and dashboards share, each over ten minutes. */
export const RECORDING_CASES: readonly RecordingCase[] = [
  at("job:spacetime_http_requests:rate5m", ALL_GAME, REQUESTS, 0.5),
  {
    record: "job_route:spacetime_http_requests:rate5m",
    series: REQUESTS,
    samples: [
      { labels: '{job="game-server",route="/scene"}', value: 0.076667 },
      { labels: '{job="game-server",route="/status"}', value: 0.423333 },
    ],
  },
  at("job:spacetime_http_errors:ratio_rate5m", ALL_GAME, REQUESTS, 0.046667),
  at(
    "job:spacetime_http_errors:ratio_rate5m",
    ALL_GAME,
    { [`spacetime_http_requests_total{${GAME},${STATUS},status="200"}`]: "1000+6" },
    0,
  ),
  // Nobody plays: no ratio, and not one that divides by zero.
  {
    record: "job:spacetime_http_errors:ratio_rate5m",
    series: { [`spacetime_http_requests_total{${GAME},${STATUS},status="503"}`]: "7" },
    samples: [],
  },
  at("job:spacetime_http_request_duration_seconds:p95_rate5m", ALL_GAME, DURATIONS, 0.925),
  at("job:spacetime_http_request_duration_seconds:p99_rate5m", ALL_GAME, DURATIONS, 0.985),
  at(
    "job:spacetime_players:sum",
    ALL_GAME,
    { [`spacetime_players{${GAME}}`]: "40", [`spacetime_players{${OTHER}}`]: "41" },
    81,
  ),
  at(
    "job:spacetime_players:ratio",
    ALL_GAME,
    {
      [`job:spacetime_players:sum${ALL_GAME}`]: "81",
      [`spacetime_players_maximum{${GAME}}`]: "100",
      [`spacetime_players_maximum{${OTHER}}`]: "100",
    },
    0.405,
  ),
  at(
    "pod:spacetime_frame_duration_seconds:p99_rate5m",
    `{${GAME}}`,
    buckets("spacetime_frame_duration_seconds", GAME, [
      ["0.0111", 0],
      ["0.0211", 100],
      ["+Inf", 100],
    ]),
    0.021,
  ),
  at(
    "pod:spacetime_telemetry_frames_dropped:ratio_rate5m",
    `{${GAME}}`,
    {
      [`spacetime_telemetry_frames_dropped_total{${GAME}}`]: "1000+2",
      [`spacetime_telemetry_frames_sent_total{${GAME},format="binary"}`]: "1000+90",
      [`spacetime_telemetry_frames_sent_total{${GAME},format="json"}`]: "1000+8",
    },
    0.02,
  ),
  {
    record: "pod:spacetime_telemetry_frames_dropped:ratio_rate5m",
    series: {
      [`spacetime_telemetry_frames_dropped_total{${GAME}}`]: "3",
      [`spacetime_telemetry_frames_sent_total{${GAME},format="binary"}`]: "7",
    },
    samples: [],
  },
  {
    record: "job_event:spacetime_sessions:rate5m",
    series: {
      [`spacetime_sessions_total{${GAME},event="opened"}`]: "1000+3",
      [`spacetime_sessions_total{${OTHER},event="opened"}`]: "1000+6",
      [`spacetime_sessions_total{${OTHER},event="idle"}`]: "1000+1.5",
    },
    samples: [
      { labels: '{job="game-server",event="idle"}', value: 0.1 },
      { labels: '{job="game-server",event="opened"}', value: 0.6 },
    ],
  },
  at(
    "job_reason:spacetime_auth_failures:rate5m",
    '{job="game-server",reason="invalid"}',
    {
      [`spacetime_auth_failures_total{${GAME},reason="invalid"}`]: "1000+3",
      [`spacetime_auth_failures_total{${OTHER},reason="invalid"}`]: "1000+6",
    },
    0.6,
  ),
  at(
    "job_class:spacetime_rate_limited:rate5m",
    '{job="game-server",class="global"}',
    {
      [`spacetime_rate_limited_total{${GAME},class="global"}`]: "1000+3",
      [`spacetime_rate_limited_total{${OTHER},class="global"}`]: "1000+6",
    },
    0.6,
  ),
  at(
    "job:spacetime_database_query_duration_seconds:p99_rate5m",
    ALL_GAME,
    buckets("spacetime_database_query_duration_seconds", GAME, [
      ["0.05", 0],
      ["0.1", 100],
      ["+Inf", 100],
    ]),
    0.0995,
  ),
  at(
    "job:spacetime_redis_command_duration_seconds:p99_rate5m",
    ALL_GAME,
    buckets("spacetime_redis_command_duration_seconds", GAME, [
      ["0.001", 0],
      ["0.005", 100],
      ["+Inf", 100],
    ]),
    0.00496,
  ),
  at(
    "job:spacetime_cache_hits:ratio_rate5m",
    ALL_GAME,
    {
      [`spacetime_cache_requests_total{${GAME},result="hit"}`]: "1000+9",
      [`spacetime_cache_requests_total{${GAME},result="miss"}`]: "1000+3",
    },
    0.75,
  ),
  {
    record: "job:spacetime_cache_hits:ratio_rate5m",
    series: { [`spacetime_cache_requests_total{${GAME},result="hit"}`]: "9" },
    samples: [],
  },
];

/** Bad events only in the last five minutes of three days, a fifth of all: each window sees its own share of them. */
const SHARES: readonly [window: string, ratio: number][] = [
  ["5m", 0.2],
  ["30m", 0.033333],
  ["1h", 0.016667],
  ["2h", 0.008333],
  ["6h", 0.002778],
  ["1d", 0.000694],
  ["3d", 0.000231],
];

/** A sample each 150 seconds: promtool loads no more than 10,000 for a query. */
const STEP_SECONDS = 150;

/** Two steps are five minutes; 1,726 are what is left of three days. */
const TOTAL = "1000+15x1728";
const BAD = "1000x1726 1003+3x1";
const GOOD = "1000+15x1726 26902+12x1";

interface SloHistory {
  readonly slo: string;
  readonly objective: number;
  /** What is left of the budget when 0.04 % of all events of the month were bad. */
  readonly budgetLeft: number;
  readonly series: RecordingCase["series"];
  /** The same without a bad event: a ratio of 0 and not of nothing. */
  readonly flawless: RecordingCase["series"];
}

const LATENCY = "spacetime_http_request_duration_seconds";
const FRAMES = "spacetime_frame_duration_seconds";

const HISTORIES: readonly SloHistory[] = [
  {
    slo: "availability",
    objective: 0.999,
    budgetLeft: 0.6,
    series: {
      [`spacetime_http_requests_total{${GAME},${STATUS},status="200"}`]: GOOD,
      [`spacetime_http_requests_total{${GAME},${STATUS},status="500"}`]: BAD,
      [`spacetime_http_requests_total{${GAME},${PROBE},status="500"}`]: TOTAL,
    },
    flawless: { [`spacetime_http_requests_total{${GAME},${STATUS},status="200"}`]: TOTAL },
  },
  {
    slo: "latency",
    objective: 0.99,
    budgetLeft: 0.96,
    series: {
      [`${LATENCY}_count{${GAME},${STATUS}}`]: TOTAL,
      [`${LATENCY}_bucket{${GAME},${STATUS},le="0.25"}`]: GOOD,
      [`${LATENCY}_bucket{${GAME},${STATUS},le="0.5"}`]: TOTAL,
    },
    flawless: {
      [`${LATENCY}_count{${GAME},${STATUS}}`]: TOTAL,
      [`${LATENCY}_bucket{${GAME},${STATUS},le="0.25"}`]: TOTAL,
    },
  },
  {
    slo: "frame-rate",
    objective: 0.95,
    budgetLeft: 0.992,
    series: {
      [`${FRAMES}_count{${GAME}}`]: TOTAL,
      [`${FRAMES}_bucket{${GAME},le="0.0118"}`]: GOOD,
      [`${FRAMES}_bucket{${GAME},le="0.0125"}`]: TOTAL,
    },
    flawless: { [`${FRAMES}_count{${GAME}}`]: TOTAL, [`${FRAMES}_bucket{${GAME},le="0.0118"}`]: TOTAL },
  },
  {
    slo: "sessions",
    objective: 0.99,
    budgetLeft: 0.96,
    series: {
      [`spacetime_sessions_total{${GAME},event="closed"}`]: GOOD,
      [`spacetime_sessions_total{${GAME},event="idle"}`]: BAD,
      [`spacetime_sessions_total{${GAME},event="resumed"}`]: TOTAL,
    },
    flawless: { [`spacetime_sessions_total{${GAME},event="closed"}`]: TOTAL },
  },
];

function sloCases({ slo, objective, budgetLeft, series, flawless }: SloHistory): RecordingCase[] {
  const labels = `{slo="${slo}"}`;
  // Counters that stand still: nobody played.
  const idle = Object.fromEntries(Object.keys(flawless).map((selector) => [selector, "7"]));
  const ratio = (
    window: string,
    given: RecordingCase["series"],
    samples: RecordingCase["samples"],
  ): RecordingCase => ({
    record: `slo:errors:ratio_rate${window}`,
    series: given,
    at: "3d",
    stepSeconds: STEP_SECONDS,
    samples,
  });
  return [
    at("slo:objective:ratio", labels, { [`up{${GAME}}`]: "1" }, objective),
    ...SHARES.flatMap(([window, value]) => [
      ratio(window, series, [{ labels, value }]),
      ratio(window, flawless, [{ labels, value: 0 }]),
      ratio(window, idle, []),
    ]),
    at(
      "slo:error_budget_remaining:ratio",
      labels,
      { [`slo:objective:ratio${labels}`]: String(objective), [`slo:errors:ratio_rate5m${labels}`]: "0.0004" },
      budgetLeft,
    ),
  ];
}

/** The recordings of each SLO, by its name: they share the names of what they record. */
export const SLO_RECORDING_CASES: readonly {
  readonly slo: string;
  readonly cases: readonly RecordingCase[];
}[] = HISTORIES.map((history) => ({ slo: history.slo, cases: sloCases(history) }));
