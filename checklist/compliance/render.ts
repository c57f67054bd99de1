import type { Control, Evidence, Framework } from "./types.ts";

const STATUS_TEXTS = { met: "met", partly: "partly", "not-assessed": "not assessed" } as const;

const EVIDENCE_LABELS: Readonly<Record<keyof Evidence, string>> = {
  rules: "rules",
  probes: "checks",
  items: "items",
  tests: "tests",
};

function evidenceText(evidence: Evidence): string {
  return (Object.keys(EVIDENCE_LABELS) as (keyof Evidence)[])
    .flatMap((kind) => {
      const names = evidence[kind] ?? [];
      return names.length === 0
        ? []
        : [`${EVIDENCE_LABELS[kind]}: ${names.map((name) => `\`${name}\``).join(", ")}`];
    })
    .join("; ");
}

function controlRow({ id, title, status, evidence, note }: Control): string {
  const proof = [evidenceText(evidence), note ?? ""].filter((text) => text !== "").join(". ");
  return `| ${id} | ${title} | ${STATUS_TEXTS[status]} | ${proof} |`;
}

/** The number of controls of each status, such as `20 met, 3 partly, 1 not assessed`. */
export function countStatuses({ controls }: Framework): string {
  return Object.entries(STATUS_TEXTS)
    .map(([status, text]) => `${controls.filter((control) => control.status === status).length} ${text}`)
    .join(", ");
}

/** Renders the frameworks as a Markdown page. */
export function renderCompliance(frameworks: readonly Framework[]): string {
  const sections = frameworks.map((framework) =>
    [
      `## ${framework.name}`,
      "",
      `Version: ${framework.version}. IDs from <${framework.source}>. ${framework.scope}`,
      "",
      `${countStatuses(framework)}.`,
      "",
      "| control | asks for | status | evidence |",
      "|---|---|---|---|",
      ...framework.controls.map(controlRow),
      "",
    ].join("\n"),
  );
  return [
    "# Compliance",
    "",
    "<!-- Generated from checklist/compliance by `npm run docs`; edit the data, not this page. -->",
    "",
    "Which controls of ten frameworks this product gives evidence for. *met*: the evidence verifies everything that the control asks of the",
    "product. *partly*: it verifies a part, and the note says what is missing. *not assessed*: nothing verifies it. No row is a certificate: an",
    "auditor judges the organization too. Rules are evaluated on the plan (`npm run plan`), checks on a running environment",
    "(`npm run verify` and the other suites), items are in `checklist/items`; a test fails if a named rule, check, item or test does not exist.",
    "",
    ...frameworks.map((framework) => `- ${framework.name}: ${countStatuses(framework)}`),
    "",
    ...sections,
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}
