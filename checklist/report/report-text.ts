import { type ItemResult, type ItemVerdict, VERDICTS } from "../evaluation/verdict.ts";
import type { Decision } from "../go-no-go/decision.ts";
import { sectionById } from "../items/index.ts";
import type { ChecklistReport } from "./checklist-report.ts";

type Format = "red" | "yellow" | "green" | "dim" | "bold";

/** Formats parts of a text for a terminal; without colours it returns the text. */
export type Paint = (format: Format, text: string) => string;

const FORMATS: Readonly<Record<ItemVerdict, Format>> = {
  fail: "red",
  unproven: "yellow",
  waived: "yellow",
  pass: "green",
  "not-applicable": "dim",
};

interface TextOptions {
  readonly paint: Paint;
  /** Whether every item is listed, not only those that failed. */
  readonly all: boolean;
}

/** Formats a report as text: failed items (or all), counts per phase, and the totals. */
export function reportText(report: ChecklistReport, { paint, all }: TextOptions): string {
  const listed = all ? report.results : report.results.filter(({ verdict }) => verdict === "fail");
  const lines = [
    ...sectionLines(listed, paint),
    ...report.decision.recordProblems.map(
      ({ file, path, message }) =>
        `${paint("red", "INVALID")}  ${file}${path === "" ? "" : ` ${path}`}: ${message}`,
    ),
    "",
    ...confidenceLines(report.decision),
    "",
    countsLine(report, paint),
  ];
  return `${lines.join("\n").trimStart()}\n`;
}

function sectionLines(results: readonly ItemResult[], paint: Paint): string[] {
  const sections = [...new Set(results.map(({ item }) => item.section))];
  return sections.flatMap((section) => [
    "",
    paint("bold", `${sectionById(section)?.title ?? section} (${section})`),
    ...results.filter(({ item }) => item.section === section).flatMap((result) => itemLines(result, paint)),
  ]);
}

const LABEL_WIDTH = Math.max(...VERDICTS.map((verdict) => verdict.length));

/** More problems of one item are counted, not listed; the JSON has them all. */
const MAX_PROBLEMS = 4;

function itemLines({ item, verdict, reason, problems = [] }: ItemResult, paint: Paint): string[] {
  const indent = " ".repeat(LABEL_WIDTH + 4);
  const more = problems.length - MAX_PROBLEMS;
  const details =
    problems.length > 1
      ? problems.slice(0, MAX_PROBLEMS).map((one) => `${indent}- ${one}`)
      : [`${indent}${reason}`];
  return [
    `  ${paint(FORMATS[verdict], verdict.padEnd(LABEL_WIDTH))}  ${item.title} ${paint("dim", `[${item.id}, ${item.priority}]`)}`,
    ...[...details, ...(more > 0 ? [`${indent}- and ${more} more`] : [])].map((line) => paint("dim", line)),
    ...(verdict === "fail" ? [paint("dim", `${indent}Remedy: ${item.remediation} (${item.docs})`)] : []),
  ];
}

/** Confidence is stated as proven of total, per phase. */
export function confidenceLines({ confidence }: Pick<Decision, "confidence">): string[] {
  const width = Math.max(...confidence.map(({ phase }) => phase.length));
  return confidence.map(({ phase, proven, total }) => `${phase.padEnd(width)}  ${proven} of ${total} proven`);
}

function countsLine({ environment, counts, unmapped, results }: ChecklistReport, paint: Paint): string {
  const parts = VERDICTS.map((verdict) => paint(FORMATS[verdict], `${counts[verdict]} ${verdict}`));
  return `${environment}: ${results.length} items, ${parts.join(", ")}; ${unmapped.length} without an implemented check`;
}

/** Formats the Go/No-Go decision: the blocking items, the risks and the confidence. */
export function decisionText(report: ChecklistReport, paint: Paint): string {
  const { decision, blocking, recordProblems, risks } = report.decision;
  const isGo = decision === "go";
  const lines = [
    paint(
      "bold",
      isGo
        ? paint("green", `GO: ${report.environment} may be deployed.`)
        : paint("red", `NO-GO: ${report.environment} must not be deployed.`),
    ),
    `release ${report.binding.releaseDigest ?? "not known"}`,
    `plan    ${report.binding.planDigest}`,
    "",
    `Blocking items: ${blocking.length}`,
    ...blocking.flatMap((result) => itemLines(result, paint)),
    ...recordProblems.map(({ file, message }) => `  invalid record ${file}: ${message}`),
    "",
    `Risks: ${risks.length}`,
    ...risks
      .filter(({ item }) => !blocking.some((one) => one.item.id === item))
      .flatMap(({ title, likelihood, impact, owner, mitigation, recovery }) => [
        `  likelihood ${likelihood}, impact ${impact}: ${title} (${owner})`,
        paint("dim", `    Mitigation: ${mitigation}`),
        paint("dim", `    Recovery: ${recovery}`),
      ]),
    "",
    "Confidence (passed items of those that apply):",
    ...confidenceLines(report.decision),
  ];
  return `${lines.join("\n")}\n`;
}
