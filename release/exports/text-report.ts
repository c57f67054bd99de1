import { escapeUnsafeCharacters, formatProblem } from "../../components/shared/errors.ts";
import type { ExportCheck, ExportCheckStatus, ExportReport } from "./export-report.ts";

/** Applies a style to a text, or returns it unchanged. */
type Colourize = (style: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

const withoutColour: Colourize = (_style, text) => text;

const SIGNS: Readonly<Record<ExportCheckStatus, readonly [sign: string, style: Parameters<Colourize>[0]]>> = {
  passed: ["✓", "green"],
  failed: ["✗", "red"],
  warning: ["!", "yellow"],
  unproven: ["?", "yellow"],
  skipped: ["–", "dim"],
};

const VERDICTS: Readonly<Record<ExportReport["verdict"], string>> = {
  passed: "the export can be released",
  failed: "the export must not be released",
  unproven: "the export is not verified completely",
};

/** Renders a report as text: the checks of the directory, then those of each server, and the verdict. */
export function renderTextReport(report: ExportReport, colourize: Colourize = withoutColour): string {
  const { checks, directory, durationMs, verdict } = report;
  const groups = [...new Set(checks.map((check) => check.export))];
  const lines = groups.flatMap((group) => [
    ...(group === undefined ? [] : [colourize("bold", escapeUnsafeCharacters(group))]),
    ...checks.filter((check) => check.export === group).flatMap((check) => formatCheck(check, colourize)),
  ]);
  const count = (status: ExportCheckStatus): number =>
    checks.filter((check) => check.status === status).length;
  const others = (["failed", "warning", "unproven", "skipped"] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `, ${count(status)} ${status}`);
  const style = verdict === "passed" ? "green" : verdict === "failed" ? "red" : "yellow";
  return [
    colourize("bold", `Export in ${escapeUnsafeCharacters(directory)}`),
    ...lines,
    `${count("passed")} of ${checks.length} checks passed${others.join("")} in ${(durationMs / 1000).toFixed(1)} s: ${colourize(style, VERDICTS[verdict])}`,
    "",
  ].join("\n");
}

function formatCheck(
  { status, title, detail, problems, moreProblems }: ExportCheck,
  colourize: Colourize,
): string[] {
  const [sign, style] = SIGNS[status];
  const suffix = detail === "" ? "" : colourize("dim", `: ${escapeUnsafeCharacters(detail)}`);
  return [
    `  ${colourize(style, sign)} ${title}${suffix}`,
    ...problems.map((problem) => `      ${formatProblem(problem)}`),
    ...(moreProblems === 0 ? [] : [`      and ${moreProblems} more`]),
  ];
}
