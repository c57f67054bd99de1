import { escapeUnsafeCharacters } from "../../components/shared/errors.ts";
import type { Failure, Verdict } from "../check.ts";
import { formatMeasurements, SUITE_TITLES } from "./html-report.ts";
import { type CheckReport, formatCounts, type SuiteReport } from "./suite-report.ts";

/** Applies a style to a text, or returns it unchanged. */
type Colourize = (style: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

const withoutColour: Colourize = (_style, text) => text;

const OUTCOME_SIGNS: Readonly<
  Record<Verdict["outcome"], readonly [sign: string, style: Parameters<Colourize>[0]]>
> = {
  pass: ["✓", "green"],
  fail: ["✗", "red"],
  "not-applicable": ["–", "dim"],
};

/** Renders a report as text: a line for each check with its failures, and the verdict. */
export function renderTextReport(original: SuiteReport, colourize: Colourize = withoutColour): string {
  const report = escapeReport(original);
  const width = Math.max(...report.checks.map(({ name }) => name.length));
  const lines = report.checks.flatMap((check) => formatCheck(check, width, colourize));
  const target = report.target === report.url ? report.url : `${report.target} (${report.url})`;
  const heading = `${colourize("bold", `${SUITE_TITLES[report.suite]} of ${target}`)}: ${formatCounts(report)}`;
  return [heading, ...lines, formatVerdict(report, colourize), ""].join("\n");
}

/** Escapes control characters, because texts from the server must not control the terminal. */
function escapeReport(report: SuiteReport): SuiteReport {
  return JSON.parse(JSON.stringify(report), (_key, value: unknown) =>
    typeof value === "string" ? escapeUnsafeCharacters(value.replaceAll(/\s+/g, " ")) : value,
  );
}

function formatCheck(check: CheckReport, width: number, colourize: Colourize): readonly string[] {
  const [sign, style] = OUTCOME_SIGNS[check.verdict.outcome];
  const measured = formatMeasurements(check);
  const detail = check.verdict.outcome === "not-applicable" ? check.verdict.reason : measured;
  const line =
    `  ${colourize(style, sign)} ${check.name.padEnd(width)}  ${colourize("dim", detail)}`.trimEnd();
  const failures = groupFailuresByCause(check).flatMap(({ findings, failure }) => [
    `      ${findings.join(", ")}: ${failure.reason}`,
    `        expected ${failure.expected}; actual ${failure.seen}`,
    `        ${failure.remedy}`,
  ]);
  return [line, ...failures];
}

/** Groups the findings of a check that failed for the same reason, so that the reason is shown once. */
function groupFailuresByCause({ findings }: CheckReport) {
  const byCause = new Map<string, { readonly findings: string[]; readonly failure: Failure }>();
  for (const [finding, verdict] of Object.entries(findings)) {
    if (verdict.outcome !== "fail") continue;
    const cause = JSON.stringify(verdict);
    const group = byCause.get(cause);
    if (group === undefined) byCause.set(cause, { findings: [finding], failure: verdict });
    else group.findings.push(finding);
  }
  return [...byCause.values()];
}

/** Formats the last line: counts, duration and verdict. */
export function formatVerdict(report: SuiteReport, colourize: Colourize = withoutColour): string {
  const { suite, durationMs, verdict } = report;
  const subject = suite === "verify" ? "deployment " : "";
  const style = verdict === "successful" ? "green" : verdict === "partial" ? "yellow" : "red";
  const result = colourize(style, `${subject}${verdict}`);
  return `${formatCounts(report)} in ${(durationMs / 1000).toFixed(1)} s: ${result}`;
}
