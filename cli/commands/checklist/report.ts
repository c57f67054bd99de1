import type { ChecklistReport } from "../../../checklist/report/checklist-report.ts";
import { parseEnvironment } from "../../../components/config/parse-environment.ts";
import { InputError } from "../../../components/shared/errors.ts";
import { createPaint } from "../../../plan/format.ts";
import { formatJson, writeResultFile } from "../../output.ts";
import { type ChecklistContext, type Evaluation, evaluate } from "./evaluate.ts";
import { type LiveOptions, readLedger, runLiveSuites } from "./live.ts";

export interface ReportOptions extends LiveOptions {
  readonly json?: true;
  readonly all?: true;
  readonly goNoGo?: true;
  readonly html?: string;
  readonly markdown?: string;
  readonly oscal?: string;
  readonly live?: true;
}

/** Options that only have an effect on live checks. */
const LIVE_OPTIONS = [
  "tokenFile",
  "metricsTokenFile",
  "caFile",
  "telemetryUrl",
  "serverUrl",
  "prometheusUrl",
  "alertmanagerUrl",
  "grafanaUrl",
  "monitoringCaFile",
  "secrets",
  "startPod",
] as const;

/** `checklist <environment>`: evaluates, prints and writes the report. */
export async function runChecklist(
  name: string,
  options: ReportOptions,
  context: ChecklistContext,
): Promise<void> {
  const { output } = context;
  rejectUnusedOptions(options);
  const { report } = await evaluateWithLive(name, options, context);
  const { reportJson } = await import("../../../checklist/report/report-json.ts");
  const { reportText, decisionText } = await import("../../../checklist/report/report-text.ts");
  const { hasBlockingFailure } = await import("../../../checklist/report/checklist-report.ts");
  const paint = createPaint(output.style);
  if (options.json === true) output.result(formatJson(reportJson(report)));
  else if (options.goNoGo === true) output.result(decisionText(report, paint));
  else output.result(reportText(report, { paint, all: options.all === true }));
  const isBad = options.goNoGo === true ? report.decision.decision === "no-go" : hasBlockingFailure(report);
  if (isBad) process.exitCode = 1;
  // After the result: a full disk must not hide it.
  await writeReports(report, options, context);
}

async function evaluateWithLive(
  name: string,
  options: ReportOptions,
  context: ChecklistContext,
): Promise<Evaluation> {
  const environment = parseEnvironment(name);
  if (options.live !== true) return evaluate({ environment }, context);
  const ledger = await readLedger(environment, context);
  const live = await runLiveSuites(environment, options, ledger?.history, context);
  return evaluate({ environment, ledger: ledger?.facts, live }, context);
}

function rejectUnusedOptions(options: ReportOptions): void {
  const unused = options.live === true ? undefined : LIVE_OPTIONS.find((name) => options[name] !== undefined);
  if (unused === undefined) return;
  const option = `--${unused.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new InputError("Invalid combination of options:", [
    { subject: option, rule: "has no effect without --live", remedy: "Add --live, or remove the option." },
  ]);
}

async function writeReports(
  report: ChecklistReport,
  { html, markdown, oscal }: ReportOptions,
  { output }: ChecklistContext,
): Promise<void> {
  if (html !== undefined) {
    const { reportHtml } = await import("../../../checklist/report/report-html.ts");
    writeResultFile("--html", html, reportHtml(report));
    output.note(`${html}: the report as a page`);
  }
  if (markdown !== undefined) {
    const { reportMarkdown } = await import("../../../checklist/report/report-markdown.ts");
    writeResultFile("--markdown", markdown, reportMarkdown(report));
    output.note(`${markdown}: the report as Markdown`);
  }
  if (oscal !== undefined) {
    const { assessmentResults } = await import("../../../checklist/evidence/oscal.ts");
    writeResultFile("--oscal", oscal, formatJson(assessmentResults(report)));
    output.note(`${oscal}: OSCAL assessment results`);
  }
}
