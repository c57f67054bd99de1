import { formatProblem } from "../../components/shared/errors.ts";
import {
  badge,
  EMPTY_HTML,
  type Html,
  renderPage,
  section,
  statList,
  type Tone,
  table,
} from "../../probes/html/index.ts";
import type { ExportCheck, ExportCheckStatus, ExportedServer, ExportReport } from "./export-report.ts";

const STATUS_TONES: Readonly<Record<ExportCheckStatus, Tone>> = {
  passed: "good",
  failed: "bad",
  warning: "warn",
  unproven: "warn",
  skipped: "neutral",
};

const VERDICTS: Readonly<Record<ExportReport["verdict"], { readonly tone: Tone; readonly text: string }>> = {
  passed: { tone: "good", text: "The export can be released" },
  failed: { tone: "bad", text: "The export must not be released" },
  unproven: { tone: "warn", text: "The export is not verified completely" },
};

/** Renders a report as a self-contained HTML page. */
export function renderHtmlReport(report: ExportReport): string {
  const { directory, checkedAt, durationMs, verdict, servers, checks } = report;
  const count = (status: ExportCheckStatus): number =>
    checks.filter((check) => check.status === status).length;
  const groups = [...new Set(checks.map((check) => check.export))];
  return renderPage({
    title: "Export checks",
    subtitle: directory,
    verdict: {
      ...VERDICTS[verdict],
      text: `${VERDICTS[verdict].text}: ${count("passed")} of ${checks.length} checks passed`,
    },
    generatedAt: checkedAt,
    sections: [
      statList([
        { label: "Passed", value: count("passed") },
        { label: "Failed", value: count("failed") },
        { label: "Warnings", value: count("warning") },
        { label: "Unproven", value: count("unproven") },
        { label: "Duration", value: (durationMs / 1000).toFixed(1), unit: "s" },
      ]),
      problemsSection(checks),
      serversSection(servers),
      ...groups.map((group) =>
        section(group ?? "Directory", checksTable(checks.filter((check) => check.export === group))),
      ),
    ],
  });
}

function problemsSection(checks: readonly ExportCheck[]): Html {
  const rows = checks.flatMap(({ title, status, problems, moreProblems }) => [
    ...problems.map((problem) => [title, badge(STATUS_TONES[status], status), formatProblem(problem)]),
    ...(moreProblems === 0 ? [] : [[title, badge(STATUS_TONES[status], status), `and ${moreProblems} more`]]),
  ]);
  if (rows.length === 0) return EMPTY_HTML;
  const columns = [
    { title: "Check", kind: "long" as const },
    { title: "Status" },
    { title: "Problem", kind: "long" as const },
  ];
  return section("Problems", table({ columns, rows }));
}

function serversSection(servers: readonly ExportedServer[]): Html {
  const columns = [
    { title: "Executable" },
    { title: "Platform" },
    { title: "Pack" },
    { title: "Engine" },
    { title: "Files", kind: "number" as const },
    { title: "Executable, MB", kind: "number" as const },
    { title: "Pack, MB", kind: "number" as const },
  ];
  const rows = servers.map(({ executable, platform, architecture, bytes, signed, pack }) => [
    executable,
    `${platform} ${architecture}${signed ? ", signed" : ""}`,
    pack === undefined
      ? "none"
      : `format ${pack.formatVersion}, ${pack.embedded ? "embedded" : pack.file}${pack.encryption === "none" ? "" : `, encrypted ${pack.encryption}`}`,
    pack?.engine ?? "",
    pack?.files ?? "",
    (bytes / 1e6).toFixed(1),
    pack === undefined ? "" : (pack.bytes / 1e6).toFixed(1),
  ]);
  return section("Servers", table({ columns, rows, empty: "No server was found." }));
}

function checksTable(checks: readonly ExportCheck[]): Html {
  const columns = [
    { title: "Check", kind: "long" as const },
    { title: "Status" },
    { title: "Measured", kind: "long" as const },
  ];
  const rows = checks.map(({ title, status, detail }) => [
    title,
    badge(STATUS_TONES[status], status),
    detail,
  ]);
  return table({ columns, rows });
}
