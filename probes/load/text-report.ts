import { formatCounts } from "./evaluate-load.ts";
import type { HttpResult } from "./http-stats.ts";
import type { Finding, LoadReport } from "./load-report.ts";
import type { Distribution } from "./percentiles.ts";
import type { SessionsResult } from "./session-pool.ts";

/** Formats milliseconds with three significant digits. */
export function formatMs(value: number): string {
  return `${value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3))} ms`;
}

function formatLatencies({ p50, p90, p95, p99, max }: Distribution): string {
  return `p50 ${formatMs(p50)}, p90 ${formatMs(p90)}, p95 ${formatMs(p95)}, p99 ${formatMs(p99)}, max ${formatMs(max)}`;
}

function formatHttp(http: HttpResult): string[] {
  const { sent, answered, answeredPerSecond, statuses, unanswered, latencyMs, rateLimited } = http;
  const lines = [
    `HTTP      ${sent} sent, ${answered} answered (${answeredPerSecond}/s): ${formatCounts(statuses)}`,
  ];
  if (Object.keys(unanswered).length > 0) lines.push(`          no response: ${formatCounts(unanswered)}`);
  if (latencyMs !== undefined) lines.push(`          ${formatLatencies(latencyMs)}`);
  const { refused, heldBack, withoutRetryAfter, letInAfterwards, refusedAfterwards } = rateLimited;
  lines.push(
    `limits    429s: ${refused} (${refused - withoutRetryAfter} with Retry-After), ${heldBack} requests delayed, ` +
      `${letInAfterwards} accepted after waiting, ${refusedAfterwards} rejected again`,
  );
  return lines;
}

function formatSessions(sessions: SessionsResult): string[] {
  const { clients, connected, held, reconnected, resumed, dropped, stalled, lost } = sessions;
  const { framesPerSecond, rateHz, reconnectMs } = sessions;
  const lines = [
    `sessions  ${connected} of ${clients} connected, ${held} held at the end; ${dropped} dropped, ${stalled} stalled, ` +
      `${reconnected} reconnected (${resumed} resumed), ${lost} lost`,
  ];
  if (reconnectMs !== undefined) lines.push(`          reconnect time ${formatLatencies(reconnectMs)}`);
  if (framesPerSecond !== undefined) {
    const { min, p50 } = framesPerSecond;
    lines.push(
      `          ${p50.toFixed(1)} frames/s per client (minimum ${min.toFixed(1)}), target ${rateHz}`,
    );
  }
  return lines;
}

const FINDING_LABELS: Readonly<Record<Finding["tone"], string>> = { warn: "warning", bad: "failure" };

const VERDICT_LINES: Readonly<Record<LoadReport["verdict"], string>> = {
  good: "passed",
  warn: "passed with warnings",
  bad: "failed: see the findings above",
};

/** Renders a report as text for a terminal. */
export function renderLoadText(report: LoadReport): string {
  const { target, profile, seconds, interrupted, http, sessions, through, findings, verdict } = report;
  const early = interrupted ? ", interrupted" : "";
  const name = through === undefined ? profile.name : `through "${through.command}"`;
  const lines = [
    `load ${target.name} (${target.url}): ${name}, ${seconds.toFixed(1)} s${early}`,
    ...(http === undefined ? [] : formatHttp(http)),
    ...(sessions === undefined ? [] : formatSessions(sessions)),
    ...findings.map(({ tone, text }) => `${FINDING_LABELS[tone].padEnd(10)}${text}`),
    VERDICT_LINES[verdict],
  ];
  return `${lines.join("\n")}\n`;
}
