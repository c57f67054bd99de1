import { formatCounts } from "./evaluate-load.ts";
import type { HttpResult } from "./http-stats.ts";
import type { LoadReport } from "./load-report.ts";
import type { Distribution } from "./percentiles.ts";
import type { SessionsResult } from "./session-pool.ts";

/** Milliseconds with as many digits as matter. */
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
  if (Object.keys(unanswered).length > 0)
    lines.push(`          without an answer: ${formatCounts(unanswered)}`);
  if (latencyMs !== undefined) lines.push(`          ${formatLatencies(latencyMs)}`);
  const { refused, heldBack, withoutRetryAfter, letInAfterwards, refusedAfterwards } = rateLimited;
  const told = `${refused - withoutRetryAfter} with Retry-After`;
  const back = `${letInAfterwards} let in after waiting, ${refusedAfterwards} refused again`;
  lines.push(`limits    ${refused} × 429 (${told}), ${heldBack} held back, ${back}`);
  return lines;
}

function formatSessions(sessions: SessionsResult): string[] {
  const { clients, connected, held, reconnected, resumed, dropped, stalled, lost } = sessions;
  const { framesPerSecond, rateHz, reconnectMs } = sessions;
  const lines = [
    `sessions  ${connected} of ${clients} connected, ${held} held at the end; ${dropped} dropped, ${stalled} stalled, ` +
      `${reconnected} reconnected (${resumed} resumed), ${lost} lost`,
  ];
  if (reconnectMs !== undefined) lines.push(`          back after ${formatLatencies(reconnectMs)}`);
  if (framesPerSecond !== undefined) {
    const { min, p50 } = framesPerSecond;
    lines.push(
      `          ${p50.toFixed(1)} frames/s per client (least ${min.toFixed(1)}), ${rateHz} promised`,
    );
  }
  return lines;
}

/** A report in a few lines for a terminal. */
export function renderLoadText(report: LoadReport): string {
  const { target, profile, seconds, interrupted, http, sessions, through, findings, verdict } = report;
  const early = interrupted ? ", interrupted" : "";
  const name = through === undefined ? profile.name : `through "${through.command}"`;
  const lines = [
    `load ${target.name} (${target.url}): ${name}, ${seconds.toFixed(1)} s${early}`,
    ...(http === undefined ? [] : formatHttp(http)),
    ...(sessions === undefined ? [] : formatSessions(sessions)),
    ...findings.map(({ tone, text }) => `${tone.padEnd(10)}${text}`),
    verdict === "good" ? "good: it kept its promises under this load" : `${verdict}: see above`,
  ];
  return `${lines.join("\n")}\n`;
}
