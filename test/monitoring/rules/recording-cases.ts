import type { RecordingCase } from "./rule-case.ts";

const GAME_SERVER_LABELS = 'job="game-server",pod="game-server-0"';
const OTHER_GAME_SERVER_LABELS = 'job="game-server",pod="game-server-1"';
const STATUS_ROUTE_LABELS = 'method="GET",route="/status"';
const HEALTH_ROUTE_LABELS = 'method="GET",route="/health"';

/** Requests per 15 seconds: 6 successful, 1 on another route, 0.35 failed on one server, and 15 probes that do not count. */
const REQUEST_SERIES = {
  [`spacetime_http_requests_total{${GAME_SERVER_LABELS},${STATUS_ROUTE_LABELS},status="200"}`]: "1000+6",
  [`spacetime_http_requests_total{${OTHER_GAME_SERVER_LABELS},method="GET",route="/scene",status="200"}`]:
    "1000+1.15",
  [`spacetime_http_requests_total{${GAME_SERVER_LABELS},${STATUS_ROUTE_LABELS},status="503"}`]: "1000+0.35",
  [`spacetime_http_requests_total{${GAME_SERVER_LABELS},${HEALTH_ROUTE_LABELS},status="200"}`]: "1000+15",
};

/** A histogram whose 95th percentile is between the last two bounds. */
function bucketSeries(
  metric: string,
  labels: string,
  bounds: readonly [string, number][],
): Record<string, string> {
  return Object.fromEntries(
    bounds.map(([le, perStep]) => [`${metric}_bucket{${labels},le="${le}"}`, `1000+${perStep}`]),
  );
}

const DURATION_SERIES = {
  ...bucketSeries("spacetime_http_request_duration_seconds", `${GAME_SERVER_LABELS},${STATUS_ROUTE_LABELS}`, [
    ["0.1", 0],
    ["0.25", 50],
    ["1", 100],
    ["+Inf", 100],
  ]),
  // Probes are fast and frequent; if they counted, they would hide slow player requests.
  ...bucketSeries("spacetime_http_request_duration_seconds", `${GAME_SERVER_LABELS},${HEALTH_ROUTE_LABELS}`, [
    ["0.1", 5000],
    ["0.25", 5000],
    ["1", 5000],
    ["+Inf", 5000],
  ]),
};

const ALL_GAME_SERVERS = '{job="game-server"}';

function recordingCase(
  record: string,
  labels: string,
  series: RecordingCase["series"],
  value: number,
): RecordingCase {
  return { record, series, samples: [{ labels, value }] };
}

/** Cases for the recording rules that alerts and dashboards share, each over ten minutes. */
export const RECORDING_CASES: readonly RecordingCase[] = [
  recordingCase("job:spacetime_http_requests:rate5m", ALL_GAME_SERVERS, REQUEST_SERIES, 0.5),
  {
    record: "job_route:spacetime_http_requests:rate5m",
    series: REQUEST_SERIES,
    samples: [
      { labels: '{job="game-server",route="/scene"}', value: 0.076667 },
      { labels: '{job="game-server",route="/status"}', value: 0.423333 },
    ],
  },
  recordingCase("job:spacetime_http_errors:ratio_rate5m", ALL_GAME_SERVERS, REQUEST_SERIES, 0.046667),
  recordingCase(
    "job:spacetime_http_errors:ratio_rate5m",
    ALL_GAME_SERVERS,
    {
      [`spacetime_http_requests_total{${GAME_SERVER_LABELS},${STATUS_ROUTE_LABELS},status="200"}`]: "1000+6",
    },
    0,
  ),
  // Without players, the ratio is absent instead of NaN.
  {
    record: "job:spacetime_http_errors:ratio_rate5m",
    series: {
      [`spacetime_http_requests_total{${GAME_SERVER_LABELS},${STATUS_ROUTE_LABELS},status="503"}`]: "7",
    },
    samples: [],
  },
  recordingCase(
    "job:spacetime_http_request_duration_seconds:p95_rate5m",
    ALL_GAME_SERVERS,
    DURATION_SERIES,
    0.925,
  ),
  recordingCase(
    "job:spacetime_http_request_duration_seconds:p99_rate5m",
    ALL_GAME_SERVERS,
    DURATION_SERIES,
    0.985,
  ),
  recordingCase(
    "job:spacetime_players:sum",
    ALL_GAME_SERVERS,
    {
      [`spacetime_players{${GAME_SERVER_LABELS}}`]: "40",
      [`spacetime_players{${OTHER_GAME_SERVER_LABELS}}`]: "41",
    },
    81,
  ),
  recordingCase(
    "job:spacetime_players:ratio",
    ALL_GAME_SERVERS,
    {
      [`job:spacetime_players:sum${ALL_GAME_SERVERS}`]: "81",
      [`spacetime_players_maximum{${GAME_SERVER_LABELS}}`]: "100",
      [`spacetime_players_maximum{${OTHER_GAME_SERVER_LABELS}}`]: "100",
    },
    0.405,
  ),
  recordingCase(
    "pod:spacetime_frame_duration_seconds:p99_rate5m",
    `{${GAME_SERVER_LABELS}}`,
    bucketSeries("spacetime_frame_duration_seconds", GAME_SERVER_LABELS, [
      ["0.0111", 0],
      ["0.0211", 100],
      ["+Inf", 100],
    ]),
    0.021,
  ),
  recordingCase(
    "pod:spacetime_telemetry_frames_dropped:ratio_rate5m",
    `{${GAME_SERVER_LABELS}}`,
    {
      [`spacetime_telemetry_frames_dropped_total{${GAME_SERVER_LABELS}}`]: "1000+2",
      [`spacetime_telemetry_frames_sent_total{${GAME_SERVER_LABELS},format="binary"}`]: "1000+90",
      [`spacetime_telemetry_frames_sent_total{${GAME_SERVER_LABELS},format="json"}`]: "1000+8",
    },
    0.02,
  ),
  {
    record: "pod:spacetime_telemetry_frames_dropped:ratio_rate5m",
    series: {
      [`spacetime_telemetry_frames_dropped_total{${GAME_SERVER_LABELS}}`]: "3",
      [`spacetime_telemetry_frames_sent_total{${GAME_SERVER_LABELS},format="binary"}`]: "7",
    },
    samples: [],
  },
  {
    record: "job_event:spacetime_sessions:rate5m",
    series: {
      [`spacetime_sessions_total{${GAME_SERVER_LABELS},event="opened"}`]: "1000+3",
      [`spacetime_sessions_total{${OTHER_GAME_SERVER_LABELS},event="opened"}`]: "1000+6",
      [`spacetime_sessions_total{${OTHER_GAME_SERVER_LABELS},event="idle"}`]: "1000+1.5",
    },
    samples: [
      { labels: '{job="game-server",event="idle"}', value: 0.1 },
      { labels: '{job="game-server",event="opened"}', value: 0.6 },
    ],
  },
  recordingCase(
    "job_reason:spacetime_auth_failures:rate5m",
    '{job="game-server",reason="invalid"}',
    {
      [`spacetime_auth_failures_total{${GAME_SERVER_LABELS},reason="invalid"}`]: "1000+3",
      [`spacetime_auth_failures_total{${OTHER_GAME_SERVER_LABELS},reason="invalid"}`]: "1000+6",
    },
    0.6,
  ),
  recordingCase(
    "job_class:spacetime_rate_limited:rate5m",
    '{job="game-server",class="global"}',
    {
      [`spacetime_rate_limited_total{${GAME_SERVER_LABELS},class="global"}`]: "1000+3",
      [`spacetime_rate_limited_total{${OTHER_GAME_SERVER_LABELS},class="global"}`]: "1000+6",
    },
    0.6,
  ),
  recordingCase(
    "job:spacetime_database_query_duration_seconds:p99_rate5m",
    ALL_GAME_SERVERS,
    bucketSeries("spacetime_database_query_duration_seconds", GAME_SERVER_LABELS, [
      ["0.05", 0],
      ["0.1", 100],
      ["+Inf", 100],
    ]),
    0.0995,
  ),
  recordingCase(
    "job:spacetime_redis_command_duration_seconds:p99_rate5m",
    ALL_GAME_SERVERS,
    bucketSeries("spacetime_redis_command_duration_seconds", GAME_SERVER_LABELS, [
      ["0.001", 0],
      ["0.005", 100],
      ["+Inf", 100],
    ]),
    0.00496,
  ),
  recordingCase(
    "job:spacetime_cache_hits:ratio_rate5m",
    ALL_GAME_SERVERS,
    {
      [`spacetime_cache_requests_total{${GAME_SERVER_LABELS},result="hit"}`]: "1000+9",
      [`spacetime_cache_requests_total{${GAME_SERVER_LABELS},result="miss"}`]: "1000+3",
    },
    0.75,
  ),
  {
    record: "job:spacetime_cache_hits:ratio_rate5m",
    series: { [`spacetime_cache_requests_total{${GAME_SERVER_LABELS},result="hit"}`]: "9" },
    samples: [],
  },
];

/** A fifth of the events in the last five minutes of three days are bad; each window has a different error ratio. */
const WINDOW_RATIOS: readonly [window: string, ratio: number][] = [
  ["5m", 0.2],
  ["30m", 0.033333],
  ["1h", 0.016667],
  ["2h", 0.008333],
  ["6h", 0.002778],
  ["1d", 0.000694],
  ["3d", 0.000231],
];

/** One sample per 150 seconds, because promtool loads at most 10,000 samples per query. */
const STEP_SECONDS = 150;

/** Three days: two steps are the last five minutes, 1,726 steps the time before. */
const TOTAL_VALUES = "1000+15x1728";
const BAD_VALUES = "1000x1726 1003+3x1";
const GOOD_VALUES = "1000+15x1726 26902+12x1";

interface SloHistory {
  readonly slo: string;
  readonly objective: number;
  /** The remaining budget if 0.04 % of all events of the month were bad. */
  readonly budgetLeft: number;
  readonly series: RecordingCase["series"];
  /** The same without bad events: the ratio must be 0 and not absent. */
  readonly flawless: RecordingCase["series"];
}

const LATENCY = "spacetime_http_request_duration_seconds";
const FRAMES = "spacetime_frame_duration_seconds";

const SLO_HISTORIES: readonly SloHistory[] = [
  {
    slo: "availability",
    objective: 0.999,
    budgetLeft: 0.6,
    series: {
      [`spacetime_http_requests_total{${GAME_SERVER_LABELS},${STATUS_ROUTE_LABELS},status="200"}`]:
        GOOD_VALUES,
      [`spacetime_http_requests_total{${GAME_SERVER_LABELS},${STATUS_ROUTE_LABELS},status="500"}`]:
        BAD_VALUES,
      [`spacetime_http_requests_total{${GAME_SERVER_LABELS},${HEALTH_ROUTE_LABELS},status="500"}`]:
        TOTAL_VALUES,
    },
    flawless: {
      [`spacetime_http_requests_total{${GAME_SERVER_LABELS},${STATUS_ROUTE_LABELS},status="200"}`]:
        TOTAL_VALUES,
    },
  },
  {
    slo: "latency",
    objective: 0.99,
    budgetLeft: 0.96,
    series: {
      [`${LATENCY}_count{${GAME_SERVER_LABELS},${STATUS_ROUTE_LABELS}}`]: TOTAL_VALUES,
      [`${LATENCY}_bucket{${GAME_SERVER_LABELS},${STATUS_ROUTE_LABELS},le="0.25"}`]: GOOD_VALUES,
      [`${LATENCY}_bucket{${GAME_SERVER_LABELS},${STATUS_ROUTE_LABELS},le="0.5"}`]: TOTAL_VALUES,
    },
    flawless: {
      [`${LATENCY}_count{${GAME_SERVER_LABELS},${STATUS_ROUTE_LABELS}}`]: TOTAL_VALUES,
      [`${LATENCY}_bucket{${GAME_SERVER_LABELS},${STATUS_ROUTE_LABELS},le="0.25"}`]: TOTAL_VALUES,
    },
  },
  {
    slo: "frame-rate",
    objective: 0.95,
    budgetLeft: 0.992,
    series: {
      [`${FRAMES}_count{${GAME_SERVER_LABELS}}`]: TOTAL_VALUES,
      [`${FRAMES}_bucket{${GAME_SERVER_LABELS},le="0.0118"}`]: GOOD_VALUES,
      [`${FRAMES}_bucket{${GAME_SERVER_LABELS},le="0.0125"}`]: TOTAL_VALUES,
    },
    flawless: {
      [`${FRAMES}_count{${GAME_SERVER_LABELS}}`]: TOTAL_VALUES,
      [`${FRAMES}_bucket{${GAME_SERVER_LABELS},le="0.0118"}`]: TOTAL_VALUES,
    },
  },
  {
    slo: "sessions",
    objective: 0.99,
    budgetLeft: 0.96,
    series: {
      [`spacetime_sessions_total{${GAME_SERVER_LABELS},event="closed"}`]: GOOD_VALUES,
      [`spacetime_sessions_total{${GAME_SERVER_LABELS},event="idle"}`]: BAD_VALUES,
      [`spacetime_sessions_total{${GAME_SERVER_LABELS},event="resumed"}`]: TOTAL_VALUES,
    },
    flawless: { [`spacetime_sessions_total{${GAME_SERVER_LABELS},event="closed"}`]: TOTAL_VALUES },
  },
];

function sloCases({ slo, objective, budgetLeft, series, flawless }: SloHistory): RecordingCase[] {
  const labels = `{slo="${slo}"}`;
  // Constant counters: no player was online.
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
    recordingCase("slo:objective:ratio", labels, { [`up{${GAME_SERVER_LABELS}}`]: "1" }, objective),
    ...WINDOW_RATIOS.flatMap(([window, value]) => [
      ratio(window, series, [{ labels, value }]),
      ratio(window, flawless, [{ labels, value: 0 }]),
      ratio(window, idle, []),
    ]),
    recordingCase(
      "slo:error_budget_remaining:ratio",
      labels,
      { [`slo:objective:ratio${labels}`]: String(objective), [`slo:errors:ratio_rate5m${labels}`]: "0.0004" },
      budgetLeft,
    ),
  ];
}

/** Cases for the recording rules of each SLO, by the name of the SLO, because the record names are the same. */
export const SLO_RECORDING_CASES: readonly {
  readonly slo: string;
  readonly cases: readonly RecordingCase[];
}[] = SLO_HISTORIES.map((history) => ({ slo: history.slo, cases: sloCases(history) }));
