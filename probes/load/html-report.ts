import {
  badge,
  type Html,
  html,
  type Point,
  paragraphs,
  renderHistogram,
  renderLinePlot,
  renderPage,
  type Stat,
  section,
  statList,
  table,
} from "../html/index.ts";
import type { HttpResult } from "./http-stats.ts";
import type { LoadReport } from "./load-report.ts";
import type { Distribution } from "./percentiles.ts";
import type { SessionsResult } from "./session-pool.ts";
import { formatMs } from "./text-report.ts";

const VERDICT_TEXTS = {
  good: "The environment met its targets under this load.",
  warn: "The environment met its targets, with warnings.",
  bad: "The environment did not meet its targets under this load.",
} as const;

function loadStats({ http, sessions }: LoadReport): Stat[] {
  const stats: Stat[] = [];
  if (http !== undefined) {
    const failed = http.sent - http.answered;
    stats.push({ label: "Responses", value: http.answeredPerSecond, unit: "/s" });
    if (http.latencyMs !== undefined)
      stats.push({ label: "p99 latency", value: formatMs(http.latencyMs.p99) });
    stats.push({ label: "Rate limited", value: http.rateLimited.refused });
    stats.push({
      label: "No response",
      value: failed,
      note: failed === 0 ? { tone: "good", text: "none" } : { tone: "bad", text: `of ${http.sent}` },
    });
  }
  if (sessions !== undefined) {
    const { held, clients, lost, framesPerSecond } = sessions;
    stats.push({ label: "Sessions held", value: `${held}/${clients}` });
    const note =
      lost === 0
        ? ({ tone: "good", text: "none" } as const)
        : ({ tone: "bad", text: "not reconnected in time" } as const);
    stats.push({ label: "Sessions lost", value: lost, note });
    if (framesPerSecond !== undefined) {
      stats.push({ label: "Frames per client", value: framesPerSecond.p50.toFixed(1), unit: "/s" });
    }
  }
  return stats;
}

function findingsTable({ findings }: LoadReport): Html {
  const rows = findings.map(({ tone, text }) => [badge(tone, tone === "bad" ? "failure" : "warning"), text]);
  if (rows.length === 0) return paragraphs("No findings.");
  return table({ columns: [{ title: "Severity" }, { title: "Finding", kind: "long" }], rows });
}

function countsTable(title: string, counts: Readonly<Record<string, number>>): Html {
  return table({
    columns: [
      { title, kind: "long" },
      { title: "Count", kind: "number" },
    ],
    rows: Object.entries(counts),
  });
}

const PERCENTILES = ["p50", "p90", "p95", "p99", "max"] as const;

function percentilesTable(label: string, distribution: Distribution): Html {
  return table({
    columns: [{ title: label }, ...PERCENTILES.map((title) => ({ title, kind: "number" as const }))],
    rows: [[`${distribution.count} values`, ...PERCENTILES.map((name) => formatMs(distribution[name]))]],
  });
}

function httpSection(http: HttpResult, seconds: number): Html {
  const { latencyMs, rateLimited, statuses, unanswered } = http;
  // The last second is usually incomplete and would look like a drop.
  const perSecond = http.perSecond.slice(0, Math.max(1, Math.floor(seconds + 0.01)));
  const pointsOf = (select: (second: (typeof perSecond)[number]) => number | undefined): Point[] =>
    perSecond.map((second) => [second.second, select(second)]);
  const thresholds = (["p50", "p95", "p99"] as const).flatMap((name) =>
    latencyMs === undefined ? [] : [{ value: latencyMs[name], text: name }],
  );
  return section("HTTP", [
    renderLinePlot({
      title: "Responses",
      unit: "per second",
      series: [
        { name: "responses", points: pointsOf(({ answered }) => answered) },
        { name: "429", points: pointsOf((second) => second.rateLimited) },
        { name: "failed", points: pointsOf(({ failed }) => failed) },
      ],
    }),
    renderLinePlot({
      title: "Latency from the scheduled time of a request",
      unit: "ms",
      series: (["p50", "p99", "max"] as const).map((name) => ({
        name,
        points: pointsOf((second) => second.latencyMs?.[name]),
      })),
    }),
    renderHistogram({
      title: "Latency of all responses below 400",
      unit: "ms",
      values: { bins: http.histogram },
      scale: "log",
      thresholds,
    }),
    html`<h3>Latency</h3>`,
    latencyMs === undefined ? paragraphs("No request succeeded.") : percentilesTable("Requests", latencyMs),
    html`<h3>Responses</h3>`,
    countsTable("Status", { ...statuses, ...unanswered }),
    html`<h3>Rate limits</h3>`,
    countsTable("Outcome", {
      "429 responses": rateLimited.refused,
      "of these without a valid Retry-After": rateLimited.withoutRetryAfter,
      "requests delayed while waiting": rateLimited.heldBack,
      "accepted after waiting": rateLimited.letInAfterwards,
      "rejected again after waiting": rateLimited.refusedAfterwards,
    }),
  ]);
}

function sessionsSection(sessions: SessionsResult): Html {
  const { perSecond, reconnectMs, rateHz, clients } = sessions;
  const rate = perSecond.map(
    ({ second, frames, connected }): Point => [second, connected === 0 ? 0 : frames / connected],
  );
  return section("Telemetry sessions", [
    renderLinePlot({
      title: "Connected sessions",
      unit: "sessions",
      series: [{ name: "connected", points: perSecond.map(({ second, connected }) => [second, connected]) }],
      thresholds: [{ value: clients, text: `${clients} requested`, tone: "neutral" }],
    }),
    renderLinePlot({
      title: "Frames per connected client",
      unit: "frames/s",
      series: [{ name: "frames", points: rate }],
      thresholds: [{ value: rateHz, text: `target ${rateHz}`, tone: "neutral" }],
    }),
    html`<h3>Outcomes</h3>`,
    countsTable("Sessions", {
      connected: sessions.connected,
      "held at the end": sessions.held,
      "dropped without notice": sessions.dropped,
      stalled: sessions.stalled,
      "reconnected in time": sessions.reconnected,
      "of these resumed": sessions.resumed,
      lost: sessions.lost,
      ...sessions.notConnected,
      ...sessions.lostReasons,
    }),
    ...(reconnectMs === undefined
      ? []
      : [html`<h3>Reconnect time</h3>`, percentilesTable("Reconnects", reconnectMs)]),
  ]);
}

/** Renders a load report as a self-contained HTML page. */
export function renderLoadHtml(report: LoadReport): string {
  const { target, profile, seconds, interrupted, through, http, sessions, startedAt, verdict } = report;
  const load = through === undefined ? `profile ${profile.name}` : `while "${through.command}" ran`;
  const early = interrupted ? ", interrupted" : "";
  const rate = profile.rate === 0 ? "" : `, up to ${profile.rate} requests per second`;
  return renderPage({
    title: `Load test of ${target.name}`,
    subtitle: `${target.url}: ${load}${rate}, ${seconds.toFixed(1)} s${early}`,
    verdict: { tone: verdict, text: VERDICT_TEXTS[verdict] },
    generatedAt: startedAt,
    sections: [
      section("Summary", statList(loadStats(report))),
      section("Findings", findingsTable(report)),
      ...(http === undefined ? [] : [httpSection(http, seconds)]),
      ...(sessions === undefined ? [] : [sessionsSection(sessions)]),
    ],
  });
}
