import {
  badge,
  type Html,
  histogram,
  html,
  type KeyFigure,
  keyFigures,
  linePlot,
  type Point,
  prose,
  renderPage,
  section,
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

function loadStats({ http, sessions }: LoadReport): KeyFigure[] {
  const found: KeyFigure[] = [];
  if (http !== undefined) {
    const failed = http.sent - http.answered;
    found.push({ label: "Answered", value: http.answeredPerSecond, unit: "/s" });
    if (http.latencyMs !== undefined)
      found.push({ label: "p99 latency", value: formatMs(http.latencyMs.p99) });
    found.push({ label: "Rate limited", value: http.rateLimited.refused });
    found.push({
      label: "Without an answer",
      value: failed,
      note: failed === 0 ? { tone: "good", text: "none" } : { tone: "bad", text: `of ${http.sent}` },
    });
  }
  if (sessions !== undefined) {
    const { held, clients, lost, framesPerSecond } = sessions;
    found.push({ label: "Sessions held", value: `${held}/${clients}` });
    const note =
      lost === 0
        ? ({ tone: "good", text: "none" } as const)
        : ({ tone: "bad", text: "not back in time" } as const);
    found.push({ label: "Sessions lost", value: lost, note });
    if (framesPerSecond !== undefined) {
      found.push({ label: "Frames per client", value: framesPerSecond.p50.toFixed(1), unit: "/s" });
    }
  }
  return found;
}

function findingsTable({ findings: found }: LoadReport): Html {
  const rows = found.map(({ tone, text }) => [badge(tone, tone === "bad" ? "fails" : "warns"), text]);
  if (rows.length === 0) return prose("Nothing is wrong.");
  return table({ columns: [{ title: "Verdict" }, { title: "What was seen", kind: "long" }], rows });
}

function countsTable(title: string, of: Readonly<Record<string, number>>): Html {
  return table({
    columns: [
      { title, kind: "long" },
      { title: "Count", kind: "number" },
    ],
    rows: Object.entries(of),
  });
}

const PERCENTILES = ["p50", "p90", "p95", "p99", "max"] as const;

function percentilesTable(label: string, found: Distribution): Html {
  return table({
    columns: [{ title: label }, ...PERCENTILES.map((title) => ({ title, kind: "number" as const }))],
    rows: [[`${found.count} values`, ...PERCENTILES.map((name) => formatMs(found[name]))]],
  });
}

function httpSection(http: HttpResult, seconds: number): Html {
  const { latencyMs, rateLimited, statuses, unanswered } = http;
  // The last second is seldom a whole one, and would look like a collapse.
  const perSecond = http.perSecond.slice(0, Math.max(1, Math.floor(seconds + 0.01)));
  const by = (of: (second: (typeof perSecond)[number]) => number | undefined): Point[] =>
    perSecond.map((second) => [second.second, of(second)]);
  const marked = (["p50", "p95", "p99"] as const).flatMap((name) =>
    latencyMs === undefined ? [] : [{ value: latencyMs[name], text: name }],
  );
  return section("HTTP", [
    linePlot({
      title: "Answers",
      unit: "per second",
      series: [
        { name: "answered", points: by(({ answered }) => answered) },
        { name: "429", points: by((second) => second.rateLimited) },
        { name: "failed", points: by(({ failed }) => failed) },
      ],
    }),
    linePlot({
      title: "Latency from the scheduled time of a request",
      unit: "ms",
      series: (["p50", "p99", "max"] as const).map((name) => ({
        name,
        points: by((second) => second.latencyMs?.[name]),
      })),
    }),
    histogram({
      title: "Latency of all responses below 400",
      unit: "ms",
      values: { bins: http.histogram },
      scale: "log",
      thresholds: marked,
    }),
    html`<h3>Latency</h3>`,
    latencyMs === undefined ? prose("No request succeeded.") : percentilesTable("Requests", latencyMs),
    html`<h3>Answers</h3>`,
    countsTable("Status", { ...statuses, ...unanswered }),
    html`<h3>Rate limits</h3>`,
    countsTable("What happened", {
      "answers 429": rateLimited.refused,
      "of these without a Retry-After that can be read": rateLimited.withoutRetryAfter,
      "requests held back while waiting": rateLimited.heldBack,
      "let in after waiting": rateLimited.letInAfterwards,
      "refused again after waiting": rateLimited.refusedAfterwards,
    }),
  ]);
}

function sessionsSection(sessions: SessionsResult): Html {
  const { perSecond, reconnectMs, rateHz, clients } = sessions;
  const rate = perSecond.map(
    ({ second, frames, connected }): Point => [second, connected === 0 ? 0 : frames / connected],
  );
  return section("Telemetry sessions", [
    linePlot({
      title: "Connected sessions",
      unit: "sessions",
      series: [{ name: "connected", points: perSecond.map(({ second, connected }) => [second, connected]) }],
      thresholds: [{ value: clients, text: `${clients} asked`, tone: "neutral" }],
    }),
    linePlot({
      title: "Frames per connected client",
      unit: "frames/s",
      series: [{ name: "frames", points: rate }],
      thresholds: [{ value: rateHz, text: `${rateHz} promised`, tone: "neutral" }],
    }),
    html`<h3>What became of them</h3>`,
    countsTable("Sessions", {
      connected: sessions.connected,
      "held at the end": sessions.held,
      "dropped without notice": sessions.dropped,
      "gone silent": sessions.stalled,
      "reconnected in time": sessions.reconnected,
      "of these with their session": sessions.resumed,
      lost: sessions.lost,
      ...sessions.notConnected,
      ...sessions.lostReasons,
    }),
    ...(reconnectMs === undefined
      ? []
      : [html`<h3>Time until back</h3>`, percentilesTable("Returns", reconnectMs)]),
  ]);
}

/** A load's report as one page. */
export function renderLoadHtml(report: LoadReport): string {
  const { target, profile, seconds, interrupted, through, http, sessions, startedAt, verdict } = report;
  const asked = through === undefined ? `profile ${profile.name}` : `while "${through.command}" ran`;
  const early = interrupted ? ", interrupted" : "";
  const rate = profile.rate === 0 ? "" : `, up to ${profile.rate} requests per second`;
  return renderPage({
    title: `Load on ${target.name}`,
    subtitle: `${target.url}: ${asked}${rate}, ${seconds.toFixed(1)} s${early}`,
    verdict: { tone: verdict, text: VERDICT_TEXTS[verdict] },
    generatedAt: startedAt,
    sections: [
      section("At a glance", keyFigures(loadStats(report))),
      section("Findings", findingsTable(report)),
      ...(http === undefined ? [] : [httpSection(http, seconds)]),
      ...(sessions === undefined ? [] : [sessionsSection(sessions)]),
    ],
  });
}
