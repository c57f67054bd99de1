import type { SessionsResult } from "./hold-sessions.ts";
import type { HttpResult } from "./http-tally.ts";
import { listed } from "./judge.ts";
import type { Distribution } from "./percentiles.ts";
import type { LoadReport } from "./report.ts";

/** Milliseconds with as many digits as matter. */
export function ms(value: number): string {
  return `${value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3))} ms`;
}

function latencies({ p50, p90, p95, p99, max }: Distribution): string {
  return `p50 ${ms(p50)}, p90 ${ms(p90)}, p95 ${ms(p95)}, p99 ${ms(p99)}, max ${ms(max)}`;
}

function httpLines(http: HttpResult): string[] {
  const { sent, answered, answeredPerSecond, statuses, unanswered, latencyMs, rateLimited } = http;
  const lines = [
    `HTTP      ${sent} sent, ${answered} answered (${answeredPerSecond}/s): ${listed(statuses)}`,
  ];
  if (Object.keys(unanswered).length > 0) lines.push(`          without an answer: ${listed(unanswered)}`);
  if (latencyMs !== undefined) lines.push(`          ${latencies(latencyMs)}`);
  const { refused, heldBack, withoutRetryAfter, letInAfterwards, refusedAfterwards } = rateLimited;
  const told = `${refused - withoutRetryAfter} with Retry-After`;
  const back = `${letInAfterwards} let in after waiting, ${refusedAfterwards} refused again`;
  lines.push(`limits    ${refused} × 429 (${told}), ${heldBack} held back, ${back}`);
  return lines;
}

function sessionLines(sessions: SessionsResult): string[] {
  const { clients, connected, held, reconnected, resumed, dropped, stalled, lost } = sessions;
  const { framesPerSecond, rateHz, reconnectMs } = sessions;
  const lines = [
    `sessions  ${connected} of ${clients} connected, ${held} held at the end; ${dropped} dropped, ${stalled} stalled, ` +
      `${reconnected} reconnected (${resumed} resumed), ${lost} lost`,
  ];
  if (reconnectMs !== undefined) lines.push(`          back after ${latencies(reconnectMs)}`);
  if (framesPerSecond !== undefined) {
    const { min, p50 } = framesPerSecond;
    lines.push(
      `          ${p50.toFixed(1)} frames/s per client (least ${min.toFixed(1)}), ${rateHz} promised`,
    );
  }
  return lines;
}

/** A report in a few lines for a terminal. */
export function loadText(report: LoadReport): string {
  const { target, profile, seconds, interrupted, http, sessions, through, findings, verdict } = report;
  const early = interrupted ? ", interrupted" : "";
  const name = through === undefined ? profile.name : `through "${through.command}"`;
  const lines = [
    `load ${target.name} (${target.url}): ${name}, ${seconds.toFixed(1)} s${early}`,
    ...(http === undefined ? [] : httpLines(http)),
    ...(sessions === undefined ? [] : sessionLines(sessions)),
    ...findings.map(({ tone, text }) => `${tone.padEnd(10)}${text}`),
    verdict === "good" ? "good: it kept its promises under this load" : `${verdict}: see above`,
  ];
  return `${lines.join("\n")}\n`;
}
