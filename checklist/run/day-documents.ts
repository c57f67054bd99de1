import type { People } from "../records/people.ts";
import type { ChecklistReport } from "../report/checklist-report.ts";
import { table } from "../report/report-markdown.ts";
import { confidenceLines } from "../report/report-text.ts";
import type { DayState } from "./day-state.ts";
import { elapsedSeconds } from "./deployment-day.ts";
import { ROLLBACK_MINUTES, ROLLBACK_TRIGGERS } from "./rollback-triggers.ts";

/** What the documents are written from. */
export interface DocumentSources {
  readonly state: DayState;
  readonly report: ChecklistReport;
  readonly people: People;
  readonly now: Date;
}

/** The documents of a deployment day, by file name. */
export function dayDocuments(sources: DocumentSources): Readonly<Record<string, string>> {
  return {
    "quick-reference.md": quickReference(sources),
    "executive-summary.md": executiveSummary(sources),
    "test-report.md": testReport(sources),
    "status-page.md": statusPage(sources),
    "lessons-learned.md": lessonsLearned(sources),
  };
}

const page = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;

/** Whom to call, in order. */
export function escalationRows({ people, escalation }: People): string[][] {
  return [...escalation]
    .sort((a, b) => a.afterMinutes - b.afterMinutes)
    .map(({ afterMinutes, person, decides }) => {
      const found = people.find(({ id }) => id === person);
      return [
        `${afterMinutes} min`,
        found?.name ?? person,
        found?.contact ?? "no contact given",
        decides ?? "",
      ];
    });
}

function quickReference({ state, people }: DocumentSources): string {
  const { environment } = state;
  const rows = escalationRows(people);
  return page(
    `# Quick reference: ${environment}`,
    "",
    ...table(
      ["To", "Run"],
      [
        ["see where the day is", `npm run checklist -- run ${environment} --status`],
        ["deploy", `npm run up -- ${environment}`],
        ["verify", `npm run verify -- ${environment}`],
        ["roll back", `npm run rollback -- ${environment}`],
        ["list rollback targets", `npm run rollback -- ${environment} --list`],
        ["judge the live items", `npm run checklist -- ${environment} --live`],
      ],
    ),
    "",
    "## Roll back if",
    "",
    ...ROLLBACK_TRIGGERS.map(({ condition }) => `- ${condition}`),
    "",
    `A rollback must be verified within ${ROLLBACK_MINUTES} minutes.`,
    "",
    "## Escalation",
    "",
    ...(rows.length === 0
      ? ["No escalation path is configured: add it to records/people.yaml."]
      : table(["After", "Call", "Contact", "Decides"], rows)),
  );
}

function executiveSummary({ state, report, now }: DocumentSources): string {
  const { decision, counts, environment, binding } = report;
  const done = state.steps.filter(({ status }) => status === "done").length;
  return page(
    `# Executive summary: ${environment}`,
    "",
    `The deployment is ${state.status}: ${done} of ${state.steps.length} steps are done after ${formatDuration(elapsedSeconds(state, now))}.`,
    `The decision is ${decision.decision === "go" ? "Go" : `No-Go (${decision.blocking.length} blocking items)`}.`,
    `${counts.pass} items passed, ${counts.fail} failed, ${counts.unproven} are unproven, ${counts.waived} are waived.`,
    "",
    ...confidenceLines(decision).map((line) => `- ${line}`),
    "",
    `Release ${binding.releaseDigest ?? "not known"}, plan ${binding.planDigest}.`,
  );
}

function testReport({ report, state }: DocumentSources): string {
  const methods = ["static", "live", "drill", "human"] as const;
  return page(
    `# Consolidated test report: ${report.environment}`,
    "",
    ...table(
      ["Method", "Pass", "Fail", "Unproven", "Waived", "Not applicable"],
      methods.map((method) => {
        const own = report.results.filter(({ item }) => item.method === method);
        const count = (verdict: string): string =>
          String(own.filter((one) => one.verdict === verdict).length);
        return [
          method,
          count("pass"),
          count("fail"),
          count("unproven"),
          count("waived"),
          count("not-applicable"),
        ];
      }),
    ),
    "",
    "## Failed items",
    "",
    ...table(
      ["Item", "Reason"],
      report.results.filter(({ verdict }) => verdict === "fail").map(({ item, reason }) => [item.id, reason]),
    ),
    "",
    "## Steps",
    "",
    ...table(
      ["Step", "Status", "By", "Started", "Finished", "Note"],
      state.steps.map(({ title, status, by, startedAt, finishedAt, note }) => [
        title,
        status,
        by ?? "",
        startedAt ?? "",
        finishedAt ?? "",
        note ?? "",
      ]),
    ),
  );
}

function statusPage({ state, people }: DocumentSources): string {
  const texts: Readonly<Record<DayState["status"], string>> = {
    running: "We are deploying a new release. Players may notice short interruptions.",
    paused: "The deployment of a new release is paused. The service is available.",
    completed: "The deployment of a new release is complete. All systems are verified.",
    "rolled-back":
      "We have returned to the previous release because of a problem. The service is being verified.",
  };
  return page(
    `# Text for the status page${people.statusPage === undefined ? "" : ` (${people.statusPage})`}`,
    "",
    texts[state.status],
  );
}

function lessonsLearned({ state, now }: DocumentSources): string {
  const unusual = state.events.filter(({ what }) =>
    ["failed", "skipped", "rollback", "note", "paused"].includes(what),
  );
  return page(
    `# Lessons learned: ${state.environment}`,
    "",
    `Status ${state.status}, ${formatDuration(elapsedSeconds(state, now))} without pauses.`,
    "",
    "## What did not go as planned",
    "",
    ...(unusual.length === 0
      ? ["Nothing was recorded."]
      : table(
          ["At", "By", "What", "Step", "Note"],
          unusual.map(({ at, by, what, section, note }) => [at, by, what, section ?? "", note ?? ""]),
        )),
    "",
    ...[
      "What went well?",
      "What took longer than planned, and why?",
      "Which check would have found it earlier?",
      "What do we change, who does it, and by when?",
    ].flatMap((question) => [`## ${question}`, "", "_to be filled in_", ""]),
  );
}

/** Formats seconds as `1 h 05 min` or `4 min 30 s`. */
export function formatDuration(seconds: number): string {
  const pad = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes >= 60
    ? `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`
    : `${minutes} min ${pad(seconds % 60)} s`;
}
