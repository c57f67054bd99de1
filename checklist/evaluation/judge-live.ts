import type { Verdict } from "../../probes/check.ts";
import type { CheckReport, SuiteReport } from "../../probes/report/suite-report.ts";
import { CLOCK_SKEW_MS } from "../clock-skew.ts";
import type { ChecklistItem, ProbeTarget } from "../types.ts";
import type { LiveReport, UpdateFacts } from "./facts.ts";
import type { LiveCheckDeclaration, Registry } from "./registry.ts";
import { failed, type Judgement, passed, unproven } from "./verdict.ts";

type LiveItem = Extract<ChecklistItem, { method: "live" }>;

/** A report older than this says nothing about the environment of today. */
export const MAX_REPORT_AGE_HOURS = 24;

interface LiveFacts {
  readonly now: Date;
  readonly live: readonly LiveReport[];
  readonly update: UpdateFacts | undefined;
}

/** Judges an item by the newest report of its suite on its target. */
export function judgeLive(
  { check }: LiveItem,
  facts: LiveFacts,
  registry: Pick<Registry, "liveChecks">,
): Judgement {
  const declared = registry.liveChecks.filter(({ id }) => matches(check.probe, id));
  if (declared.length === 0) return unproven(`The check ${check.probe} is not implemented.`);
  const finding = "window" in check ? check.window : "finding" in check ? check.finding : undefined;
  if (finding !== undefined && !declared.some(({ findings }) => findings.includes(finding)))
    return unproven(`The check ${check.probe} has no finding ${finding}.`);
  const suite = check.probe.slice(0, check.probe.indexOf("/"));
  const newest = newestReport(facts.live, check.target, suite);
  if (newest === undefined)
    return unproven(`The suite ${suite} has not run against ${describeTarget(check.target)}.`);
  const stale = stalenessOf(newest, check.target, facts);
  return stale === undefined ? judgeReports(newest, declared, finding) : unproven(stale);
}

function matches(probe: string, id: string): boolean {
  return probe.endsWith("/*") ? id.startsWith(probe.slice(0, -1)) : probe === id;
}

function newestReport(
  live: readonly LiveReport[],
  target: ProbeTarget,
  suite: string,
): SuiteReport | undefined {
  return live
    .filter((one) => one.target === target && one.report.suite === suite)
    .map(({ report }) => report)
    .sort((a, b) => b.started.localeCompare(a.started))[0];
}

/** Why a report cannot be used; undefined if it can. */
function stalenessOf(
  { suite, started }: SuiteReport,
  target: ProbeTarget,
  { now, update }: LiveFacts,
): string | undefined {
  const ageMs = now.getTime() - Date.parse(started);
  if (ageMs < -CLOCK_SKEW_MS) return `The report of ${suite} is dated in the future (${started}).`;
  if (ageMs > MAX_REPORT_AGE_HOURS * 3_600_000)
    return `The last run of ${suite} is from ${started}, more than ${MAX_REPORT_AGE_HOURS} hours ago.`;
  if (target === "environment" && update !== undefined && started < update.finishedAt)
    return `The last run of ${suite} (${started}) is older than the update ${update.id}.`;
  return undefined;
}

function describeTarget(target: ProbeTarget): string {
  switch (target) {
    case "environment":
      return "this environment";
    case "staging":
      return "staging";
    case "candidate":
      return "the exported build on this machine";
    case "platform":
      return "the platform";
  }
}

/** All declared checks must be in the report and pass: a missing one is unproven, not passed. */
function judgeReports(
  report: SuiteReport,
  declared: readonly LiveCheckDeclaration[],
  finding: string | undefined,
): Judgement {
  const byId = new Map(report.checks.map((check) => [check.id, check]));
  const verdicts = declared.flatMap(({ id, findings }) =>
    (finding === undefined ? findings : [finding]).map((name) => ({ id, name, check: byId.get(id) })),
  );
  const proof = [`${report.suite} of ${report.url}, ${report.started}`];
  const judged = verdicts.map(({ id, name, check }) => ({
    label: `${id} ${name}`,
    verdict: check?.findings[name],
  }));
  const problems = judged.flatMap(({ label, verdict }) =>
    verdict?.outcome === "fail" ? [`${label}: ${formatFailure(verdict)}`] : [],
  );
  const subjects = judged.filter(
    ({ verdict }) => verdict?.outcome === "pass" || verdict?.outcome === "fail",
  ).length;
  const measured = declared.flatMap(({ id }) => formatMeasurements(byId.get(id)));
  const rest = { proof, subjects, ...(measured.length === 0 ? {} : { recorded: measured.join(", ") }) };
  if (problems.length > 0) return failed(problems[0] ?? "", { ...rest, problems });
  const open = judged.find(({ verdict }) => verdict?.outcome !== "pass");
  if (open === undefined)
    return passed(subjects, `${subjects} ${subjects === 1 ? "finding" : "findings"} passed.`, rest);
  const reason = open.verdict?.outcome === "not-applicable" ? open.verdict.reason : "it is not in the report";
  return unproven(`${open.label} was not checked: ${reason}.`, { proof });
}

function formatFailure(verdict: Extract<Verdict, { outcome: "fail" }>): string {
  return `${verdict.reason} Expected ${verdict.expected}, actual ${verdict.seen}.`;
}

/** More measurements of a whole suite would hide the others. */
const MAX_MEASUREMENTS = 6;

function formatMeasurements(check: CheckReport | undefined): string[] {
  return Object.entries(check?.measured ?? {})
    .slice(0, MAX_MEASUREMENTS)
    .map(([name, value]) => `${name} ${value}`);
}
