import { VERDICTS } from "../evaluation/verdict.ts";
import { sectionById } from "../items/index.ts";
import type { ChecklistReport } from "./checklist-report.ts";

/** The report as Markdown: the decision, the counts, and every item. */
export function reportMarkdown(report: ChecklistReport): string {
  const { environment, evaluatedAt, binding, update, counts, decision, results } = report;
  const sections = [...new Set(results.map(({ item }) => item.section))];
  const lines = [
    `# Deployment checklist of ${environment}`,
    "",
    `${decision.decision === "go" ? "**Go.**" : `**No-Go:** ${decision.blocking.length} items block the deployment.`} Evaluated at ${evaluatedAt}.`,
    "",
    ...table(
      ["Bound to", "Value"],
      [
        ["release", binding.releaseDigest ?? "not known"],
        ["plan", binding.planDigest],
        ["stack update", update?.id ?? "not read"],
      ],
    ),
    "",
    ...table(
      ["Verdict", "Items"],
      VERDICTS.map((verdict) => [verdict, String(counts[verdict])]),
    ),
    "",
    ...table(
      ["Phase", "Proven", "Applicable"],
      decision.confidence.map(({ phase, proven, total }) => [phase, String(proven), String(total)]),
    ),
    ...sections.flatMap((section) => [
      "",
      `## ${escapeCell(sectionById(section)?.title ?? section)}`,
      "",
      ...table(
        ["Item", "Verdict", "Priority", "Reason"],
        results
          .filter(({ item }) => item.section === section)
          .map(({ item, verdict, reason }) => [
            `${item.title} (\`${item.id}\`)`,
            verdict,
            item.priority,
            reason,
          ]),
      ),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

/** A table; the cells are text, so that a value cannot add markup. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)];
}

function escapeCell(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("![", "!\\[");
}
