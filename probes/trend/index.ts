import { SLOS, type SloName } from "../../components/monitoring/rules/slo.ts";
import { FRAME_RATE, HTTP, SECURITY, SERVER } from "../../components/monitoring/rules/thresholds.ts";
import type { Check } from "../check.ts";
import type { RateLimitClass } from "../target/expectations.ts";
import { defineTrend, type TrendJudgement, type TrendProblem } from "./define-trend.ts";
import { changeOverPeriod, median, type Sample, TREND_WINDOWS } from "./range-query.ts";

const JOB = 'job="game-server"';

const values = (samples: readonly Sample[]): number[] => samples.map(({ value }) => value);
const lowest = (samples: readonly Sample[]): number => Math.min(...values(samples));
const highest = (samples: readonly Sample[]): number =>
  samples.length === 0 ? 0 : Math.max(...values(samples));
const latest = (samples: readonly Sample[]): number => samples.at(-1)?.value ?? 0;
const mean = (samples: readonly Sample[]): number =>
  samples.length === 0 ? 0 : values(samples).reduce((sum, value) => sum + value, 0) / samples.length;

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

function problemUnless(condition: boolean, problem: TrendProblem): TrendProblem | undefined {
  return condition ? undefined : problem;
}

function sloOf(name: SloName) {
  const found = SLOS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no SLO ${name}.`);
  return found;
}

const availabilityObjective = sloOf("availability").objective;

export const apiAvailability = defineTrend({
  name: "api-availability",
  title: "The public API answered the availability probe.",
  expression: () => 'min(probe_success{job="blackbox",probe="public-http"})',
  windows: {
    "1h": (samples) => ({
      problem: problemUnless(lowest(samples) === 1, {
        reason: "The API failed a health check.",
        expected: "every probe successful",
        seen: `${samples.filter(({ value }) => value < 1).length} of ${samples.length} samples failed`,
      }),
      measured: { availability: round(mean(samples), 5) },
    }),
    "24h": (samples) => ({
      problem: problemUnless(mean(samples) >= availabilityObjective, {
        reason: "The API was available for less time than its objective.",
        expected: `at least ${availabilityObjective * 100} %`,
        seen: `${round(mean(samples) * 100, 3)} %`,
      }),
      measured: { availability: round(mean(samples), 5) },
    }),
  },
  remedy: "Compare the times of the failed probes with the gateway's access log and with rollouts.",
});

/** Hz. A smaller change of the fitted line over the period is noise of the frame limiter. */
const FRAME_RATE_NOISE = 2;

export const frameRateTrend = defineTrend({
  name: "frame-rate",
  title: "The frame rate of every server stayed in its range and did not fall.",
  expression: () => `min(spacetime_frame_rate_hertz{${JOB}})`,
  windows: {
    "1h": (samples) => ({
      problem: problemUnless(lowest(samples) >= FRAME_RATE.low && highest(samples) <= FRAME_RATE.high, {
        reason: "The frame rate left its range.",
        expected: `${FRAME_RATE.low} to ${FRAME_RATE.high} Hz`,
        seen: `${round(lowest(samples))} to ${round(highest(samples))} Hz`,
      }),
      measured: { lowest_hertz: round(lowest(samples)), highest_hertz: round(highest(samples)) },
    }),
    "4h": (samples) => {
      const change = changeOverPeriod(samples);
      return {
        problem: problemUnless(change > -FRAME_RATE_NOISE, {
          reason: "The frame rate is falling.",
          expected: `a fall of less than ${FRAME_RATE_NOISE} Hz in four hours`,
          seen: `${round(change)} Hz`,
        }),
        measured: {
          lowest_hertz: round(lowest(samples)),
          median_hertz: round(median(values(samples))),
          change_hertz: round(change),
        },
      };
    },
  },
  remedy: "Check the servers' CPU usage, the number of players and the scene.",
});

/** Share of the median. Less growth within four hours is noise: it would take days to matter. */
const MEMORY_NOISE = 0.05;

export const memoryTrend = defineTrend({
  name: "memory",
  title: "The memory of every server stayed below its target and did not grow.",
  expression: () => `max(spacetime_memory_resident_bytes{${JOB}})`,
  windows: {
    "1h": (samples) => ({
      problem: problemUnless(highest(samples) < SERVER.memoryTargetBytes, {
        reason: "A server used too much memory.",
        expected: `less than ${SERVER.memoryTargetBytes / 1e6} MB`,
        seen: `${round(highest(samples) / 1e6, 0)} MB`,
      }),
      measured: { highest_megabytes: round(highest(samples) / 1e6, 0) },
    }),
    "4h": (samples) => {
      const middle = median(values(samples));
      const change = changeOverPeriod(samples);
      return {
        problem: problemUnless(change < middle * MEMORY_NOISE, {
          reason: "The memory usage is growing.",
          expected: `less than ${MEMORY_NOISE * 100} % of the median in four hours`,
          seen: `${round((change / middle) * 100, 1)} %`,
        }),
        measured: {
          highest_megabytes: round(highest(samples) / 1e6, 0),
          median_megabytes: round(middle / 1e6, 0),
          change_megabytes: round(change / 1e6, 1),
        },
      };
    },
  },
  remedy:
    "Take the server out of service before it is OOM-killed, and compare its players and scene with the others.",
});

/** Share of the time in which there must have been requests: with fewer, latency and errors say little. */
const REQUEST_COVERAGE = 0.5;

const REQUESTS = "spacetime_http_request_duration_seconds_bucket";
const PLAYER_ROUTES = `${JOB},route!~"/health|/ready|/metrics|/drain"`;

export const latencyTrend = defineTrend({
  name: "latency",
  title: "The p95 latency of players' requests stayed within its target.",
  // Without requests there is no quantile, and the comparison removes the NaN.
  expression: () => `histogram_quantile(0.95, sum by (le) (rate(${REQUESTS}{${PLAYER_ROUTES}}[5m]))) >= 0`,
  minCoverage: REQUEST_COVERAGE,
  windows: {
    "4h": (samples) => {
      const slow = samples.filter(({ value }) => value > HTTP.p95Seconds).length;
      return {
        problem: problemUnless(slow === 0, {
          reason: "The latency exceeded its target.",
          expected: `p95 of at most ${HTTP.p95Seconds * 1000} ms`,
          seen: `${slow} of ${samples.length} samples above it, at most ${round(highest(samples) * 1000, 0)} ms`,
        }),
        measured: {
          median_ms: round(median(values(samples)) * 1000, 0),
          highest_ms: round(highest(samples) * 1000, 0),
        },
      };
    },
  },
  remedy: "Find the slow route on the HTTP API dashboard.",
});

const { bad: failedRequests, total: allRequests } = sloOf("availability");

function errorJudgement(maximum: number, of: (samples: readonly Sample[]) => number, reason: string) {
  return (samples: readonly Sample[]): TrendJudgement => ({
    problem: problemUnless(of(samples) <= maximum, {
      reason,
      expected: `at most ${round(maximum * 100, 2)} % of requests`,
      seen: `${round(of(samples) * 100, 2)} %`,
    }),
    measured: { error_ratio: round(of(samples), 6) },
  });
}

export const errorRateTrend = defineTrend({
  name: "error-rate",
  title: "The share of requests that failed stayed within its limits.",
  // A spike is seen over five minutes, the others over the whole window; both only at times with requests.
  expression: (window) => {
    const over = window === "1h" ? "5m" : window;
    return `((${failedRequests(over)}) / (${allRequests(over)} > 0)) and on () (${allRequests("5m")} > 0)`;
  },
  minCoverage: REQUEST_COVERAGE,
  windows: {
    "1h": errorJudgement(HTTP.errorsHigh, highest, "The error rate spiked."),
    "4h": errorJudgement(HTTP.errorsElevated, latest, "The error rate exceeded its target."),
    "24h": errorJudgement(
      1 - availabilityObjective,
      latest,
      "The failed requests exceeded the error budget.",
    ),
  },
  remedy: "Find the failing route on the HTTP API dashboard, then its error in the logs.",
});

function counterJudgement(reason: string, unit: string) {
  return (samples: readonly Sample[]): TrendJudgement => {
    // The expression is the increase over the whole window; its last sample covers exactly the window.
    const count = latest(samples);
    return {
      problem: problemUnless(count === 0, { reason, expected: "none", seen: `${round(count, 0)} ${unit}` }),
      measured: { count: round(count, 1) },
    };
  };
}

/** The increase of a counter over a window, and 0 if the servers are scraped but have not counted anything yet. */
function increaseExpression(metric: string, matchers: string, window: string): () => string {
  return () => `sum(increase(${metric}{${matchers}}[${window}])) or 0 * sum(up{${JOB}})`;
}

export const restartsTrend = defineTrend({
  name: "restarts",
  title: "No game server container restarted.",
  expression: () => 'sum(increase(kube_pod_container_status_restarts_total{namespace="spacetime"}[24h]))',
  windows: { "24h": counterJudgement("A container restarted.", "restarts") },
  remedy: "Read the last state of the container: kubectl describe pod.",
});

export const droppedSessionsTrend = defineTrend({
  name: "dropped-sessions",
  title: "No session ended with a lost connection.",
  expression: increaseExpression("spacetime_sessions_total", `${JOB},event="idle"`, "1h"),
  windows: { "1h": counterJudgement("Players were disconnected.", "sessions") },
  remedy: "Compare the times with the rollout; a drained server must finish its sessions.",
});

export const logErrorsTrend = defineTrend({
  name: "log-errors",
  title: "The servers logged no errors.",
  expression: increaseExpression("spacetime_log_lines_total", `${JOB},level="error"`, "1h"),
  windows: { "1h": counterJudgement("The servers logged errors.", "lines") },
  remedy: "Read them in the log storage, with level=error.",
});

export const logWarningsTrend = defineTrend({
  name: "log-warnings",
  title: "The servers logged no warnings.",
  expression: increaseExpression("spacetime_log_lines_total", `${JOB},level="warning"`, "1h"),
  windows: { "1h": counterJudgement("The servers logged warnings.", "lines") },
  remedy: "Read them in the log storage, with level=warning; an expected one needs a waiver.",
});

export const authenticationFailuresTrend = defineTrend({
  name: "authentication-failures",
  title: "Invalid credentials stayed below the rate of an attack.",
  expression: () =>
    `sum(rate(spacetime_auth_failures_total{${JOB},reason="invalid"}[5m])) or 0 * sum(up{${JOB}})`,
  windows: {
    "4h": (samples) => ({
      problem: problemUnless(highest(samples) <= SECURITY.invalidPerSecond, {
        reason: "Invalid credentials were sent at the rate of an attack.",
        expected: `at most ${SECURITY.invalidPerSecond * 60} per minute`,
        seen: `${round(highest(samples) * 60, 1)} per minute`,
      }),
      measured: { highest_per_minute: round(highest(samples) * 60, 1) },
    }),
  },
  remedy: "Follow the runbook docs/runbooks/security.md.",
});

export const requestsTrend = defineTrend({
  name: "requests",
  title: "The highest request rate stayed within the rate of the load test.",
  expression: () => `sum(rate(spacetime_http_requests_total{${PLAYER_ROUTES}}[5m])) or 0 * sum(up{${JOB}})`,
  windows: {
    "24h": (samples, { testedRequestsPerSecond: tested }) => ({
      unknown: tested === undefined ? NO_LOAD_TEST : undefined,
      problem: problemUnless(highest(samples) <= (tested ?? 0), {
        reason: "There were more requests than in the load test.",
        expected: `at most ${tested} requests per second`,
        seen: `${round(highest(samples))} requests per second`,
      }),
      measured: {
        requests: Math.round(mean(samples) * TREND_WINDOWS["24h"]),
        highest_per_second: round(highest(samples)),
      },
    }),
  },
  remedy: "Test staging with a higher rate, and add servers if it does not meet its targets.",
});

const NO_LOAD_TEST = "no passed load test of staging is recorded: run npm run load -- staging --allow-remote";

/** The requests that each rate limit counts. */
const LIMITED_ROUTES: Readonly<Record<RateLimitClass, string>> = {
  global: JOB,
  probe: `${JOB},route=~"/health|/ready|/metrics"`,
  status: `${JOB},route="/status"`,
  scene_read: `${JOB},route="/scene",method="GET"`,
  scene_write: `${JOB},route="/scene",method="POST"`,
};

/** Below this share of a limit, no client can have exceeded it; the rest covers requests between two scrapes. */
const LIMIT_MARGIN = 0.8;

/**
 * The metrics have no clients. But if all clients together sent fewer requests than one may send, then none exceeded its limit, and a
 * rejection is wrong. The requests are counted over more than two windows of the limiter.
 */
function wrongRejections(limits: Readonly<Record<RateLimitClass, number>>): string {
  const classes = Object.entries(LIMITED_ROUTES) as [RateLimitClass, string][];
  const terms = classes.map(([name, matchers]) => {
    const rejected = `sum(increase(spacetime_rate_limited_total{${JOB},class="${name}"}[2m]))`;
    const requests = `sum(increase(spacetime_http_requests_total{${matchers}}[5m]))`;
    return `((${rejected} and on () (${requests} < ${limits[name] * LIMIT_MARGIN})) or 0 * sum(up{${JOB}}))`;
  });
  return terms.join(" + ");
}

export const rateLimitedTrend = defineTrend({
  name: "rate-limited",
  title: "No request was rejected while all clients together stayed below the limit of one.",
  expression: (_, { target }) => wrongRejections(target.expected.rateLimitsPerMinute),
  windows: {
    "4h": (samples) => ({
      problem: problemUnless(highest(samples) === 0, {
        reason: "Rate limits rejected clients that had not exceeded them.",
        expected: "no rejection at a time with fewer requests than one client may send",
        seen: `rejections in ${samples.filter(({ value }) => value > 0).length} of ${samples.length} samples`,
      }),
      measured: { wrong_rejections_per_2_minutes: round(highest(samples), 1) },
    }),
  },
  remedy:
    "Check that Redis is reachable from every server and its clock is correct: the servers count in it together.",
});

/** Trends over Prometheus. */
export const TREND: readonly Check[] = [
  apiAvailability,
  frameRateTrend,
  memoryTrend,
  latencyTrend,
  errorRateTrend,
  restartsTrend,
  droppedSessionsTrend,
  logErrorsTrend,
  logWarningsTrend,
  authenticationFailuresTrend,
  requestsTrend,
  rateLimitedTrend,
];
