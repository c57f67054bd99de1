import type { AnySuiteName, Verdict } from "../check.ts";
import {
  badge,
  EMPTY_HTML,
  type Html,
  html,
  renderPage,
  renderSparkline,
  section,
  statList,
  type Tone,
  table,
} from "../html/index.ts";
import { type CheckReport, formatCounts, type SuiteReport } from "./suite-report.ts";

/** Page titles of the suites. */
export const SUITE_TITLES: Readonly<Record<AnySuiteName, string>> = {
  verify: "Post-deployment verification",
  smoke: "Smoke tests",
  health: "System health",
  features: "Feature validation",
  preflight: "Platform before the deployment",
  history: "Update history",
  trend: "Trends",
  security: "Security probes",
  load: "Load test",
};

const OUTCOME_TONES: Readonly<Record<Verdict["outcome"], Tone>> = {
  pass: "good",
  fail: "bad",
  "not-applicable": "neutral",
};

const OUTCOME_LABELS: Readonly<Record<Verdict["outcome"], string>> = {
  pass: "pass",
  fail: "fail",
  "not-applicable": "not applicable",
};

const VERDICT_TONES: Readonly<Record<SuiteReport["verdict"], Tone>> = {
  successful: "good",
  partial: "warn",
  failed: "bad",
};

/** Renders a report as a self-contained HTML page; `history` contains earlier runs, oldest first. */
export function renderHtmlReport(report: SuiteReport, history: readonly SuiteReport[] = []): string {
  const { suite, target, url, environment, verdict, passed, failed, notApplicable, durationMs } = report;
  const groups = [...new Set(report.checks.map(({ group }) => group))];
  return renderPage({
    title: SUITE_TITLES[suite],
    subtitle: `${target === url ? url : `${target}, ${url}`}${environment === undefined || environment === target ? "" : `, ${environment}`}`,
    verdict: { tone: VERDICT_TONES[verdict], text: `${verdict}: ${formatCounts(report)}` },
    generatedAt: report.started,
    sections: [
      statList([
        { label: "Passed", value: passed },
        { label: "Failed", value: failed },
        { label: "Not applicable", value: notApplicable },
        { label: "Duration", value: (durationMs / 1000).toFixed(1), unit: "s" },
      ]),
      failuresSection(report.checks),
      ...groups.map((group) =>
        section(
          group ?? "Checks",
          checksTable(
            report.checks.filter((check) => check.group === group),
            history,
          ),
        ),
      ),
      historySection(report, history),
    ],
  });
}

function failuresSection(checks: readonly CheckReport[]): Html {
  const rows = checks.flatMap(({ name, findings }) =>
    Object.entries(findings).flatMap(([finding, verdict]) =>
      verdict.outcome === "fail"
        ? [[`${name}: ${finding}`, verdict.reason, verdict.expected, verdict.seen, verdict.remedy]]
        : [],
    ),
  );
  if (rows.length === 0) return EMPTY_HTML;
  const long = "long" as const;
  return section(
    "Failures",
    table({
      columns: [
        { title: "Check" },
        { title: "Reason", kind: long },
        { title: "Expected", kind: long },
        { title: "Actual", kind: long },
        { title: "Remedy", kind: long },
      ],
      rows,
    }),
  );
}

function checksTable(checks: readonly CheckReport[], history: readonly SuiteReport[]): Html {
  const hasHistory = history.length > 0;
  return table({
    columns: [
      { title: "Check" },
      { title: "Verdict" },
      { title: "Condition", kind: "long" },
      { title: "Measured", kind: "long" },
      { title: "Duration", kind: "number" },
      ...(hasHistory ? [{ title: "Earlier runs" }] : []),
    ],
    rows: checks.map((check) => [
      check.name,
      badge(OUTCOME_TONES[check.verdict.outcome], OUTCOME_LABELS[check.verdict.outcome]),
      check.verdict.outcome === "not-applicable"
        ? html`${check.title} <small>${check.verdict.reason}</small>`
        : check.title,
      formatMeasurements(check),
      `${check.durationMs} ms`,
      ...(hasHistory ? [formatPassHistory(check, history)] : []),
    ]),
  });
}

/** Units by the suffix of a measurement's name. */
const UNITS: Readonly<Record<string, string>> = {
  ms: " ms",
  s: " s",
  mb: " MB",
  hz: " Hz",
  percent: " %",
  seconds: " s",
};

/** Formats the measurements of a check in one line, such as `days left 29, p95 12 ms`. */
export function formatMeasurements({ measured }: Pick<CheckReport, "measured">): string {
  return Object.entries(measured)
    .map(([name, value]) => {
      const parts = name.split("_");
      const unit = parts.length > 1 ? UNITS[parts.at(-1) ?? ""] : undefined;
      const label = (unit === undefined ? parts : parts.slice(0, -1)).join(" ");
      return `${label} ${String(value)}${unit ?? ""}`;
    })
    .join(", ");
}

/** Formats how often the check passed in the earlier runs in which it was applicable. */
function formatPassHistory({ name }: CheckReport, history: readonly SuiteReport[]): string {
  const outcomes = history.flatMap(({ checks }) =>
    checks.filter((one) => one.name === name).map(({ verdict }) => verdict.outcome),
  );
  const applicable = outcomes.filter((outcome) => outcome !== "not-applicable");
  return applicable.length === 0
    ? ""
    : `${applicable.filter((outcome) => outcome === "pass").length} of ${applicable.length}`;
}

function historySection(report: SuiteReport, history: readonly SuiteReport[]): Html {
  if (history.length === 0) return EMPTY_HTML;
  const runs = [...history, report];
  const rows = runs
    .toReversed()
    .slice(0, 20)
    .map(({ started, verdict, passed, failed, durationMs }) => [
      started.slice(0, 19).replace("T", " "),
      badge(VERDICT_TONES[verdict], verdict),
      passed,
      failed,
      `${(durationMs / 1000).toFixed(1)} s`,
    ]);
  const counts = runs.map(({ failed }) => failed);
  const label = `Checks that failed in the last ${runs.length} runs`;
  return section("History", [
    html`<p>${label}: ${renderSparkline(counts, label)}</p>`,
    table({
      columns: [
        { title: "Run (UTC)" },
        { title: "Verdict" },
        { title: "Passed", kind: "number" },
        { title: "Failed", kind: "number" },
        { title: "Duration", kind: "number" },
      ],
      rows,
    }),
  ]);
}
