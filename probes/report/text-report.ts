import { escapeUnsafeCharacters } from "../../components/shared/errors.ts";
import type { Failure, Verdict } from "../check.ts";
import { formatMeasurements, SUITE_TITLES } from "./html-report.ts";
import type { CheckReport, SuiteReport } from "./suite-report.ts";

/** Colours a text, or leaves it alone. */
type Colourize = (style: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

const withoutColour: Colourize = (_style, text) => text;

const OUTCOME_SIGNS: Readonly<
  Record<Verdict["outcome"], readonly [sign: string, style: Parameters<Colourize>[0]]>
> = {
  pass: ["✓", "green"],
  fail: ["✗", "red"],
  "not-applicable": ["–", "dim"],
};

/** A report for people: a line for each check, what is wrong below it, and the verdict. */
export function renderTextReport(given: SuiteReport, paint: Colourize = withoutColour): string {
  const report = escapeReport(given);
  const width = Math.max(...report.checks.map(({ name }) => name.length));
  const lines = report.checks.flatMap((check) => formatCheck(check, width, paint));
  const where = report.target === report.url ? report.url : `${report.target} (${report.url})`;
  const heading = paint("bold", `${SUITE_TITLES[report.suite]} of ${where}`);
  return [heading, ...lines, formatVerdict(report, paint), ""].join("\n");
}

/** What a server says is quoted: nothing of it may steer the terminal, and colours come from here alone. */
function escapeReport(report: SuiteReport): SuiteReport {
  return JSON.parse(JSON.stringify(report), (_key, value: unknown) =>
    typeof value === "string" ? escapeUnsafeCharacters(value.replaceAll(/\s+/g, " ")) : value,
  );
}

function formatCheck(check: CheckReport, width: number, paint: Colourize): readonly string[] {
  const [sign, style] = OUTCOME_SIGNS[check.verdict.outcome];
  const measured = formatMeasurements(check);
  const told = check.verdict.outcome === "not-applicable" ? check.verdict.reason : measured;
  const line = `  ${paint(style, sign)} ${check.name.padEnd(width)}  ${paint("dim", told)}`.trimEnd();
  const faults = groupFailuresByCause(check).flatMap(({ findings, fault }) => [
    `      ${findings.join(", ")}: ${fault.reason}`,
    `        expected ${fault.expected}; seen ${fault.seen}`,
    `        ${fault.remedy}`,
  ]);
  return [line, ...faults];
}

/** What is wrong with a check; where all of it has one cause, that stands once. */
function groupFailuresByCause({ findings }: CheckReport) {
  const byCause = new Map<string, { readonly findings: string[]; readonly fault: Failure }>();
  for (const [finding, verdict] of Object.entries(findings)) {
    if (verdict.outcome !== "fail") continue;
    const cause = JSON.stringify(verdict);
    const known = byCause.get(cause);
    if (known === undefined) byCause.set(cause, { findings: [finding], fault: verdict });
    else known.findings.push(finding);
  }
  return [...byCause.values()];
}

/** The last line: the counts, the time and the verdict. */
export function formatVerdict(report: SuiteReport, paint: Colourize = withoutColour): string {
  const { suite, passed, failed, notApplicable, durationMs, verdict } = report;
  const open = notApplicable === 0 ? "" : `, ${notApplicable} not applicable`;
  const subject = suite === "verify" ? "deployment " : "";
  const style = verdict === "successful" ? "green" : verdict === "partial" ? "yellow" : "red";
  const words = paint(style, `${subject}${verdict}`);
  return `${passed} of ${passed + failed} passed${open} in ${(durationMs / 1000).toFixed(1)} s: ${words}`;
}
