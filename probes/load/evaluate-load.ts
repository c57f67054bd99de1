import type { HttpResult } from "./http-stats.ts";
import type { Finding, LoadReport } from "./load-report.ts";
import type { SessionsResult } from "./session-pool.ts";

/** Optional limits in addition to the target's own. */
export interface LoadThresholds {
  /** Maximum 99th percentile of the latency, in milliseconds. */
  readonly p99Ms?: number;
}

/** Up to this ratio retries hide failures from players (a common availability target is 99.9 %). */
const MAX_FAILURE_RATIO = 0.001;

/** Below this ratio of the target frame rate, players notice stutter. */
const MIN_FRAME_RATIO = 0.95;

/** Above this delay the load generator itself adds to the measured latencies. */
const MAX_GENERATOR_LAG_MS = 100;

type LoadResults = Pick<LoadReport, "http" | "sessions" | "through">;

/** Returns the findings about a load run; empty if it met all targets. */
export function evaluateLoad(
  { http, sessions, through }: LoadResults,
  thresholds: LoadThresholds = {},
): Finding[] {
  const findings = [
    ...(http === undefined
      ? []
      : [...evaluateResponses(http), ...evaluateRateLimits(http), ...evaluateLatency(http, thresholds)]),
    ...(sessions === undefined ? [] : [...evaluateSessions(sessions), ...evaluateFrameRate(sessions)]),
  ];
  if (through !== undefined && through.exitCode !== 0) {
    findings.push(failure(`The command ended with ${through.exitCode ?? "a signal"}.`));
  }
  return findings;
}

export function loadVerdict(findings: readonly Finding[]): LoadReport["verdict"] {
  if (findings.some(({ tone }) => tone === "bad")) return "bad";
  return findings.length > 0 ? "warn" : "good";
}

const failure = (text: string): Finding => ({ tone: "bad", text });
const warning = (text: string): Finding => ({ tone: "warn", text });

/** Formats counts such as `3 × ECONNREFUSED, 1 × TIMEOUT`. */
export function formatCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} × ${name}`)
    .join(", ");
}

function sumCounts(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function evaluateResponses({ sent, answered, statuses, unanswered, notSent }: HttpResult): Finding[] {
  const findings: Finding[] = [];
  const { interrupted = 0, ...missing } = unanswered;
  const byCode = (first: string): Record<string, number> =>
    Object.fromEntries(
      Object.entries(statuses).filter(([status]) => status.startsWith(first) && status !== "429"),
    );
  const failures = { ...byCode("5"), ...missing };
  const failed = sumCounts(failures);
  if (answered === 0 && sent > interrupted)
    findings.push(failure(`No response was received: ${formatCounts(failures)}.`));
  else if (failed > 0) {
    const createFinding = failed > sent * MAX_FAILURE_RATIO ? failure : warning;
    findings.push(createFinding(`${failed} of ${sent} requests failed: ${formatCounts(failures)}.`));
  }
  const rejected = byCode("4");
  if (sumCounts(rejected) > 0) {
    findings.push(
      failure(
        `${sumCounts(rejected)} requests were rejected: ${formatCounts(rejected)}. The token may lack a role.`,
      ),
    );
  }
  if (notSent > 0) {
    findings.push(
      failure(
        `${notSent} requests were due but not sent, because too many were already waiting for a response.`,
      ),
    );
  }
  return findings;
}

function evaluateRateLimits({ rateLimited }: HttpResult): Finding[] {
  const findings: Finding[] = [];
  const { refused, withoutRetryAfter, refusedAfterwards, letInAfterwards } = rateLimited;
  if (withoutRetryAfter > 0) {
    findings.push(
      failure(
        `${withoutRetryAfter} of ${refused} 429 responses had no Retry-After header or an invalid one.`,
      ),
    );
  }
  if (refusedAfterwards > 0) {
    const retried = refusedAfterwards + letInAfterwards;
    findings.push(
      failure(
        `${refusedAfterwards} of ${retried} requests sent after Retry-After had elapsed were rejected again.`,
      ),
    );
  }
  return findings;
}

function evaluateLatency({ latencyMs, generatorLagMs }: HttpResult, { p99Ms }: LoadThresholds): Finding[] {
  const findings: Finding[] = [];
  if (generatorLagMs > MAX_GENERATOR_LAG_MS) {
    findings.push(
      warning(
        `The load generator itself was up to ${generatorLagMs} ms late; the latencies include some of this delay.`,
      ),
    );
  }
  if (p99Ms !== undefined && latencyMs === undefined)
    findings.push(failure("No request succeeded, so p99 is unknown."));
  else if (p99Ms !== undefined && latencyMs !== undefined && latencyMs.p99 > p99Ms) {
    findings.push(failure(`p99 is ${latencyMs.p99} ms; the limit is ${p99Ms} ms.`));
  }
  return findings;
}

function evaluateSessions(result: SessionsResult): Finding[] {
  const findings: Finding[] = [];
  const { clients, connected, notConnected, lost, lostReasons, dropped, stalled, leftBehind } = result;
  const missing = sumCounts(notConnected);
  if (missing > 0)
    findings.push(
      failure(`${missing} of ${clients} sessions were never connected: ${formatCounts(notConnected)}.`),
    );
  if (lost > 0)
    findings.push(failure(`${lost} of ${connected} sessions were lost: ${formatCounts(lostReasons)}.`));
  if (stalled > 0) findings.push(failure(`Frames stopped ${stalled} times on an open connection.`));
  if (dropped > stalled) findings.push(warning(`${dropped - stalled} connections ended without notice.`));
  if (leftBehind > 0) findings.push(warning(`${leftBehind} players of the load run could not be deleted.`));
  return findings;
}

function evaluateFrameRate({
  framesPerSecond,
  rateHz,
  reconnected,
  lost,
  perSecond,
}: SessionsResult): Finding[] {
  // A run of one second, or one with reconnects, has too few frames for a reliable rate.
  if (framesPerSecond === undefined || reconnected > 0 || lost > 0 || perSecond.length < 2) return [];
  if (framesPerSecond.min >= rateHz * MIN_FRAME_RATIO) return [];
  const text = `A client received ${framesPerSecond.min.toFixed(1)} frames per second; the target is ${rateHz}.`;
  return [warning(text)];
}
