import {
  badge,
  type Html,
  html,
  paragraphs,
  renderPage,
  section,
  statList,
  table,
} from "../../probes/html/index.ts";
import type { Tone } from "../../probes/html/palette.ts";
import { type ItemResult, type ItemVerdict, VERDICTS } from "../evaluation/verdict.ts";
import type { Decision } from "../go-no-go/decision.ts";
import { sectionById } from "../items/index.ts";
import type { ChecklistReport } from "./checklist-report.ts";

const TONES: Readonly<Record<ItemVerdict, Tone>> = {
  fail: "bad",
  unproven: "warn",
  waived: "warn",
  pass: "good",
  "not-applicable": "neutral",
};

const LABELS: Readonly<Record<ItemVerdict, string>> = {
  fail: "Failed",
  unproven: "Unproven",
  waived: "Waived",
  pass: "Passed",
  "not-applicable": "Not applicable",
};

/** Renders a report as a self-contained page, which also prints. */
export function reportHtml(report: ChecklistReport): string {
  const { environment, decision, results } = report;
  const isGo = decision.decision === "go";
  const sections = [...new Set(results.map(({ item }) => item.section))];
  return renderPage({
    title: `Deployment checklist of ${environment}`,
    subtitle: bindingText(report),
    verdict: {
      tone: isGo ? "good" : "bad",
      text: isGo
        ? "Go: every item that must be closed before the deployment is closed."
        : `No-Go: ${decision.blocking.length + decision.recordProblems.length} items or records block the deployment.`,
    },
    generatedAt: report.evaluatedAt,
    sections: [
      summarySection(report),
      ...(decision.blocking.length + decision.recordProblems.length === 0 ? [] : [blockingSection(decision)]),
      riskSection(decision),
      ...sections.map((id) =>
        itemsSection(
          id,
          results.filter(({ item }) => item.section === id),
        ),
      ),
    ],
  });
}

function bindingText({ binding, update, commit }: ChecklistReport): string {
  return [
    `release ${binding.releaseDigest ?? "not known"}`,
    `plan ${binding.planDigest}`,
    `commit ${commit ?? "not known"}`,
    `stack update ${update?.id ?? "not read"}`,
  ].join(", ");
}

function summarySection({ counts, decision, results, unmapped }: ChecklistReport): Html {
  return section("Summary", [
    statList([
      { label: "Items", value: results.length },
      ...VERDICTS.map((verdict) => ({ label: LABELS[verdict], value: counts[verdict] })),
      { label: "Without an implemented check", value: unmapped.length },
    ]),
    html`<h3>Confidence</h3>`,
    table({
      columns: [
        { title: "Phase" },
        { title: "Proven", kind: "number" },
        { title: "Applicable", kind: "number" },
      ],
      rows: decision.confidence.map(({ phase, proven, total }) => [phase, proven, total]),
    }),
  ]);
}

function blockingSection({ blocking, recordProblems }: Decision): Html {
  return section("Blocking", [
    table({
      columns: [
        { title: "Item", kind: "long" },
        { title: "Verdict" },
        { title: "Reason", kind: "long" },
        { title: "Owner" },
      ],
      rows: [
        ...blocking.map(({ item, verdict, reason }) => [
          item.title,
          badge(TONES[verdict], LABELS[verdict]),
          reason,
          item.owner,
        ]),
        ...recordProblems.map(({ file, message }) => [file, badge("bad", "Invalid record"), message, ""]),
      ],
    }),
  ]);
}

function riskSection({ risks }: Decision): Html {
  return section("Risk register", [
    paragraphs(
      "Each open or waived item that is due before the deployment. Likelihood follows from the verdict, impact from the item's priority.",
    ),
    table({
      columns: [
        { title: "Risk", kind: "long" },
        { title: "Likelihood" },
        { title: "Impact" },
        { title: "Mitigation", kind: "long" },
        { title: "Recovery", kind: "long" },
        { title: "Owner" },
      ],
      rows: risks.map(({ title, likelihood, impact, mitigation, recovery, owner }) => [
        title,
        likelihood,
        impact,
        mitigation,
        recovery,
        owner,
      ]),
      empty: "No item is open or waived.",
    }),
  ]);
}

function itemsSection(id: string, results: readonly ItemResult[]): Html {
  return section(sectionById(id)?.title ?? id, [
    table({
      columns: [
        { title: "Item", kind: "long" },
        { title: "Verdict" },
        { title: "Priority" },
        { title: "Reason and proof", kind: "long" },
      ],
      rows: results.map((result) => [
        html`${result.item.title} <small>${result.item.id}</small>`,
        badge(TONES[result.verdict], LABELS[result.verdict]),
        result.item.priority,
        reasonCell(result),
      ]),
      label: sectionById(id)?.title ?? id,
    }),
  ]);
}

function reasonCell({ item, verdict, reason, problems = [], proof = [], recorded }: ItemResult): Html {
  const others = problems.slice(1).map((problem) => html`<small>${problem}</small>`);
  const value =
    recorded === undefined || recorded === reason ? [] : [html`<small>Recorded: ${recorded}</small>`];
  const sources = proof.length === 0 ? [] : [html`<small>${proof.join("; ")}</small>`];
  const remedy = verdict === "fail" ? [html`<small>Remedy: ${item.remediation} (${item.docs})</small>`] : [];
  return html`${reason}${[...others, ...value, ...remedy, ...sources]}`;
}
