import { createPaint, type Paint } from "../plan/format.ts";
import {
  isBlocking,
  isUnwaivedViolation,
  type PolicyReport,
  type ReportedFinding,
  type RuleReport,
  type WaiverReport,
} from "../policy/evaluate.ts";

/** How text is formatted for the reader. */
export interface ReportStyle {
  /** Whether the reader is a terminal that shows colours. */
  readonly colour: boolean;
}

/** More findings of one rule are counted, not listed; the JSON has them all. */
const MAX_LISTED_FINDINGS = 8;

/** Formats a policy report as text: violations, advisories, reasons and remedies. */
export function policyReportText(report: PolicyReport, { colour }: ReportStyle): string {
  const paint = createPaint({ colour });
  const reported = report.rules.filter(({ findings }) => findings.length > 0);
  // Blocking violations come last, so that they are visible when the command ends.
  const ordered = [...reported.filter((rule) => !isBlocking(rule)), ...reported.filter(isBlocking)];
  const lines = [
    ...ordered.flatMap((rule) => ruleLines(rule, paint)),
    ...report.waivers.flatMap((waiver) => waiverLines(waiver, paint)),
    summaryLine(report, paint),
  ];
  return `${lines.join("\n")}\n`;
}

function ruleLines(report: RuleReport, paint: Paint): string[] {
  const { rule, level, findings } = report;
  const title = isBlocking(report) ? paint("red", "BLOCKS") : paint("yellow", "warns ");
  const places = findings.slice(0, MAX_LISTED_FINDINGS).map((finding) => `        - ${findingLine(finding)}`);
  const more = findings.length - places.length;
  return [
    `${title}  ${rule.name} (${level}): ${rule.description}`,
    ...places,
    ...(more > 0 ? [`        - and ${more} more`] : []),
    paint("dim", `        Why: ${rule.explanation}`),
    paint("dim", `        Remedy: ${rule.remediation}`),
  ];
}

function findingLine(finding: ReportedFinding): string {
  const place = finding.path === "" ? finding.subject : `${finding.subject} ${finding.path}`;
  const { waiver } = finding;
  const excuse =
    waiver === undefined ? "" : ` [waived by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}]`;
  const doubt = finding.kind === "unknown" ? "undecided: " : "";
  return `${place}: ${doubt}${finding.message}${excuse}`;
}

function waiverLines({ waiver, state }: WaiverReport, paint: Paint): string[] {
  const what = `waiver of ${waiver.rule} for ${waiver.resource}, by ${waiver.owner}`;
  if (state === "expired")
    return [
      `${paint("red", "BLOCKS")}  ${what}, has expired on ${waiver.expires}. Fix the violation or renew the waiver.`,
    ];
  if (state === "unused") return [`${paint("yellow", "warns ")}  ${what}, is unused. Remove it.`];
  return [];
}

function summaryLine(report: PolicyReport, paint: Paint): string {
  const verdict = report.blocked
    ? paint("red", `the policy blocks ${report.environment}`)
    : paint("green", `${report.environment} passes the policy`);
  return `${verdict} (${report.purpose}): ${formatOutcomeCounts(report)}`;
}

function formatOutcomeCounts(report: PolicyReport): string {
  const count = (outcome: RuleReport["outcome"]): number =>
    report.rules.filter((rule) => rule.outcome === outcome).length;
  return [
    `${report.rules.length} rules`,
    `${count("satisfied")} satisfied`,
    `${count("violated")} violated`,
    ...(count("waived") > 0 ? [`${count("waived")} waived`] : []),
    ...(count("undecided") > 0 ? [`${count("undecided")} undecided`] : []),
    `${count("not-applicable")} not applicable`,
  ].join(", ");
}

/** Formats the verdict of a report in a few words, as a part of a longer line. */
export function policyVerdict(report: PolicyReport, { colour }: ReportStyle): string {
  const violated = report.rules.filter(({ outcome }) => outcome === "violated").length;
  const advisories = violated === 0 ? "" : ` (${violated} advisory)`;
  const [format, text] = report.blocked
    ? (["red", "policy blocks"] as const)
    : (["green", "policy passes"] as const);
  return `${createPaint({ colour })(format, text)}${advisories}`;
}

/** Formats a policy report as JSON: every rule with its outcome, and every finding. */
export function policyReportJson(report: PolicyReport): Record<string, unknown> {
  const { environment, purpose, blocked } = report;
  return {
    environment,
    purpose,
    blocked,
    rules: report.rules.map(({ rule, level, outcome, subjects, findings }) => ({
      rule: rule.name,
      items: rule.items,
      level,
      outcome,
      subjects,
      ...(findings.length === 0
        ? {}
        : {
            description: rule.description,
            explanation: rule.explanation,
            remediation: rule.remediation,
            findings: findings.map((finding) => ({
              ...finding,
              blocks: level === "mandatory" && isUnwaivedViolation(finding),
            })),
          }),
    })),
    waivers: report.waivers.map(({ waiver, state }) => ({ ...waiver, state })),
  };
}
