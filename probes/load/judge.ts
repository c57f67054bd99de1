import type { SessionsResult } from "./hold-sessions.ts";
import type { HttpResult } from "./http-tally.ts";
import type { Finding, LoadReport } from "./report.ts";

/** What somebody expects of a target beyond that it keeps its promises. */
export interface Bars {
  /** Milliseconds that 99 of 100 requests must stay under. */
  readonly p99Ms?: number;
}

/** A share of failures that a retry hides from players (SRE practice: 99.9 % good); above it, it is bad. */
const TOLERATED_FAILURES = 0.001;

/** Clients that receive less than this share of the promised frames see it stutter. */
const LEAST_FRAMES = 0.95;

/** Above this, latencies are partly the load generator's own. */
const GENERATOR_LAG_MS = 100;

type Judged = Pick<LoadReport, "http" | "sessions" | "through">;

/** What is wrong with what was seen, in sentences; nothing when all is well. */
export function judge({ http, sessions, through }: Judged, bars: Bars = {}): Finding[] {
  const findings = [
    ...(http === undefined ? [] : [...judgeAnswers(http), ...judgeLimits(http), ...judgeLatency(http, bars)]),
    ...(sessions === undefined ? [] : [...judgeSessions(sessions), ...judgeFrames(sessions)]),
  ];
  if (through !== undefined && through.exitCode !== 0) {
    findings.push(bad(`The command ended with ${through.exitCode ?? "a signal"}.`));
  }
  return findings;
}

export function verdictOf(findings: readonly Finding[]): LoadReport["verdict"] {
  if (findings.some(({ tone }) => tone === "bad")) return "bad";
  return findings.length > 0 ? "warn" : "good";
}

const bad = (text: string): Finding => ({ tone: "bad", text });
const warn = (text: string): Finding => ({ tone: "warn", text });

/** `3 × ECONNREFUSED, 1 × TIMEOUT`. */
export function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} × ${name}`)
    .join(", ");
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function judgeAnswers({ sent, answered, statuses, unanswered, notSent }: HttpResult): Finding[] {
  const findings: Finding[] = [];
  const { interrupted = 0, ...missing } = unanswered;
  const byCode = (first: string): Record<string, number> =>
    Object.fromEntries(
      Object.entries(statuses).filter(([status]) => status.startsWith(first) && status !== "429"),
    );
  const failures = { ...byCode("5"), ...missing };
  const failed = total(failures);
  if (answered === 0 && sent > interrupted) findings.push(bad(`Nothing was answered: ${listed(failures)}.`));
  else if (failed > 0) {
    const say = failed > sent * TOLERATED_FAILURES ? bad : warn;
    findings.push(say(`${failed} of ${sent} requests failed: ${listed(failures)}.`));
  }
  const refused = byCode("4");
  if (total(refused) > 0) {
    findings.push(
      bad(`${total(refused)} requests were refused: ${listed(refused)}. The token may lack a role.`),
    );
  }
  if (notSent > 0) {
    findings.push(bad(`${notSent} requests were due but not sent: too many waited for an answer already.`));
  }
  return findings;
}

function judgeLimits({ rateLimited }: HttpResult): Finding[] {
  const findings: Finding[] = [];
  const { refused, withoutRetryAfter, refusedAfterwards, letInAfterwards } = rateLimited;
  if (withoutRetryAfter > 0) {
    findings.push(bad(`${withoutRetryAfter} of ${refused} answers 429 had no Retry-After that can be read.`));
  }
  if (refusedAfterwards > 0) {
    const back = refusedAfterwards + letInAfterwards;
    findings.push(
      bad(`${refusedAfterwards} of ${back} clients waited as Retry-After said and were refused again.`),
    );
  }
  return findings;
}

function judgeLatency({ latencyMs, generatorLagMs }: HttpResult, { p99Ms }: Bars): Finding[] {
  const findings: Finding[] = [];
  if (generatorLagMs > GENERATOR_LAG_MS) {
    findings.push(
      warn(
        `This machine was busy: the load itself was up to ${generatorLagMs} ms late, and latencies hold some of it.`,
      ),
    );
  }
  if (p99Ms !== undefined && latencyMs === undefined)
    findings.push(bad("No request succeeded, so p99 is unknown."));
  else if (p99Ms !== undefined && latencyMs !== undefined && latencyMs.p99 > p99Ms) {
    findings.push(bad(`p99 is ${latencyMs.p99} ms; the bar is ${p99Ms} ms.`));
  }
  return findings;
}

function judgeSessions(result: SessionsResult): Finding[] {
  const findings: Finding[] = [];
  const { clients, connected, notConnected, lost, lostReasons, dropped, stalled, leftBehind } = result;
  const missing = total(notConnected);
  if (missing > 0)
    findings.push(bad(`${missing} of ${clients} sessions were never connected: ${listed(notConnected)}.`));
  if (lost > 0) findings.push(bad(`${lost} of ${connected} sessions were lost: ${listed(lostReasons)}.`));
  if (stalled > 0) findings.push(bad(`${stalled} times frames stopped on an open connection.`));
  if (dropped > stalled) findings.push(warn(`${dropped - stalled} connections ended without notice.`));
  if (leftBehind > 0)
    findings.push(warn(`${leftBehind} of the load's players could not be erased afterwards.`));
  return findings;
}

function judgeFrames({ framesPerSecond, rateHz, reconnected, lost, perSecond }: SessionsResult): Finding[] {
  // In the first second and after a return there are too few frames to judge a rate by.
  if (framesPerSecond === undefined || reconnected > 0 || lost > 0 || perSecond.length < 2) return [];
  if (framesPerSecond.min >= rateHz * LEAST_FRAMES) return [];
  const text = `A client received ${framesPerSecond.min.toFixed(1)} frames a second; ${rateHz} were promised.`;
  return [warn(text)];
}
