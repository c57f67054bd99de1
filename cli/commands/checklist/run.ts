import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ItemResult } from "../../../checklist/evaluation/verdict.ts";
import { sectionById } from "../../../checklist/items/index.ts";
import { PRINCIPAL } from "../../../checklist/records/signed-record.ts";
import { dayDocuments, escalationRows, formatDuration } from "../../../checklist/run/day-documents.ts";
import { readDay, writeDay } from "../../../checklist/run/day-files.ts";
import type { DayState, FollowUp } from "../../../checklist/run/day-state.ts";
import {
  applyAction,
  createDay,
  currentStep,
  type DayAction,
  elapsedSeconds,
} from "../../../checklist/run/deployment-day.ts";
import { ROLLBACK_MINUTES, triggersAt } from "../../../checklist/run/rollback-triggers.ts";
import { parseEnvironment } from "../../../components/config/parse-environment.ts";
import type { Environment } from "../../../components/shared/environments.ts";
import { escapeUnsafeCharacters, InputError } from "../../../components/shared/errors.ts";
import { formatJson, writeResultFile } from "../../output.ts";
import { type ChecklistContext, type Evaluation, evaluate } from "./evaluate.ts";

export interface RunOptions {
  readonly by?: string;
  readonly state?: string;
  readonly status?: true;
  readonly json?: true;
  readonly documents?: string;
  readonly followUp?: string;
}

interface Day {
  readonly file: string;
  /** Judged again when the operator asks for it. */
  evaluation: Evaluation;
  readonly context: ChecklistContext;
  readonly by: string;
}

/** `checklist run`: shows the deployment day, or goes through its steps. */
export async function runDay(name: string, options: RunOptions, context: ChecklistContext): Promise<void> {
  const environment = parseEnvironment(name);
  const { directory, output } = context;
  const file = options.state ?? join(directory, ".spacetime-vr", environment, "deployment-day.json");
  const saved = readDay(file);
  if (saved !== undefined && saved.environment !== environment)
    throw usage(
      "--state",
      file,
      `is the day of ${saved.environment}, not of ${environment}`,
      "Name the right state file.",
    );
  const { by } = options;
  if (by !== undefined && !PRINCIPAL.test(by))
    throw usage("--by", by, "must be an e-mail address or a name without spaces", "Every step records it.");
  if (options.status === true) return showStatus(requireDay(saved, environment), options, context);
  const evaluation = await evaluate({ environment }, context);
  if (options.documents !== undefined)
    return writeDocuments(options.documents, requireDay(saved, environment), evaluation, context);
  if (by === undefined) throw usage("--by", undefined, "must say who you are", "Every step records it.");
  const day: Day = { file, evaluation, context, by };
  if (options.followUp !== undefined) {
    const followUp = { kind: "follow-up", name: options.followUp as "hour 1" } as const;
    const state = act(requireDay(saved, environment), followUp, day);
    return showStatus(state, options, context);
  }
  const state = await goThroughSteps(openDay(saved, environment, day), day);
  output.result(endText(state, currentTime(context)));
  if (state.status === "rolled-back") process.exitCode = 1;
}

/** What is to be done after the run has ended or was paused. */
function endText(state: DayState, now: Date): string {
  const { environment, followUps } = state;
  const next: Readonly<Record<DayState["status"], readonly string[]>> = {
    running: [],
    paused: [
      `Continue here with the same command, or on another machine with a copy of the state file: checklist run ${environment} --by <identity> --state <file>`,
    ],
    completed: [
      ...followUps.map((one) => followUpLine(one, now)),
      `Complete a follow-up with: checklist run ${environment} --by <identity> --follow-up "hour 1"`,
    ],
    "rolled-back": [
      `Roll back now: npm run rollback -- ${environment} --reason "..."`,
      `It must be verified within ${ROLLBACK_MINUTES} minutes. For whom to call: checklist run ${environment} --documents <directory>`,
    ],
  };
  return `\n${[statusLine(state, now), ...next[state.status]].join("\n")}\n`;
}

function currentTime({ now }: ChecklistContext): Date {
  return now?.() ?? new Date();
}

/** Continues a paused or interrupted day, or creates a new one. A day is for one release and plan. */
function openDay(saved: DayState | undefined, environment: Environment, day: Day): DayState {
  const { report } = day.evaluation;
  const actor = { by: day.by, at: currentTime(day.context) };
  if (saved === undefined) {
    const applicable = new Set(
      report.results
        .filter(({ verdict }) => verdict !== "not-applicable")
        .map(({ item }) => item.id as string),
    );
    const created = createDay(environment, report.binding, (id) => applicable.has(id), actor);
    writeDay(day.file, created, undefined);
    return created;
  }
  if (saved.binding.planDigest !== report.binding.planDigest)
    throw usage(
      "--state",
      day.file,
      "is for another plan",
      "Finish it in a checkout of its commit, or name another file to start a new day.",
    );
  return saved.status === "paused" ? act(saved, { kind: "resume" }, day) : saved;
}

function act(state: DayState, action: DayAction, { by, file, context }: Day): DayState {
  const changed = applyAction(state, action, { by, at: currentTime(context) });
  writeDay(file, changed, state);
  return changed;
}

/** Shows each step and applies what the operator types; the end of the input pauses the day. */
async function goThroughSteps(opened: DayState, day: Day): Promise<DayState> {
  let state = opened;
  if (state.status !== "running") return state;
  const input = createInterface({ input: process.stdin });
  // Ctrl-C pauses like the end of the input: the state says so, and the clock stops.
  const close = (): void => input.close();
  process.once("SIGINT", close).once("SIGTERM", close);
  try {
    state = beginStep(state, day);
    for await (const line of input) {
      if (/^v(\s|$)/i.test(line.trim())) await judgeAgain(state, day);
      else state = applyLine(state, line, day);
      if (state.status !== "running") return state;
    }
  } finally {
    input.close();
    process.removeListener("SIGINT", close).removeListener("SIGTERM", close);
  }
  return act(state, { kind: "pause" }, day);
}

/** Checks that ran in another terminal, and sign-offs, change the verdicts during the day. */
async function judgeAgain(state: DayState, day: Day): Promise<void> {
  day.evaluation = await evaluate({ environment: state.environment }, day.context);
  day.context.output.result(stepText(state, day));
}

/** Starts the current step if it has not started, and shows it. */
function beginStep(state: DayState, day: Day): DayState {
  const step = currentStep(state);
  if (step === undefined) return state;
  const started = step.status === "open" ? act(state, { kind: "start" }, day) : state;
  day.context.output.result(stepText(started, day));
  return started;
}

function applyLine(state: DayState, line: string, day: Day): DayState {
  const action = parseLine(line);
  const { output } = day.context;
  if (typeof action === "string") {
    output.note(action);
    return state;
  }
  const open = action.kind === "done" ? failedCriticalItems(state, day) : [];
  if (open.length > 0 && action.kind === "done" && action.note === undefined) {
    output.note(
      `${open.map(({ item }) => item.id).join(", ")} failed: type d and why the day may continue, or f, or r.`,
    );
    return state;
  }
  const before = currentStep(state);
  const changed = act(state, action, day);
  const confirmation = CONFIRMATIONS[action.kind];
  if (confirmation !== undefined) output.note(confirmation);
  return changed.status === "running" && currentStep(changed)?.section !== before?.section
    ? beginStep(changed, day)
    : changed;
}

/** What the operator reads after an action that does not lead to another step. */
const CONFIRMATIONS: Readonly<Partial<Record<DayAction["kind"], string>>> = {
  note: "Noted.",
  failed: "Recorded as failed: type d with the fix, s with a reason to skip it, or r to roll back.",
};

/** Parses a typed line; a text is a message to the operator. */
export function parseLine(line: string): DayAction | string {
  const [letter = "", note] = splitLine(line);
  switch (letter) {
    case "d":
      return note === undefined ? { kind: "done" } : { kind: "done", note };
    case "n":
      return note === undefined ? "Type the note after n." : { kind: "note", note };
    case "f":
      return note === undefined ? "Type what failed after f." : { kind: "failed", note };
    case "s":
      return note === undefined ? "Type the reason after s." : { kind: "skipped", note };
    case "r":
      return note === undefined ? "Type the reason after r." : { kind: "rollback", note };
    case "p":
      return { kind: "pause" };
    default:
      return "Type d (done), f (failed), s (skip), n (note), v (judge again), p (pause) or r (roll back), and a note after a space.";
  }
}

function splitLine(line: string): [letter: string, note: string | undefined] {
  const text = line.trim();
  const note = text.slice(1).trim();
  return [/^[a-z](\s|$)/i.test(text) ? text.charAt(0).toLowerCase() : "", note === "" ? undefined : note];
}

function itemsOfStep({ section }: { readonly section: string }, { evaluation }: Day): readonly ItemResult[] {
  return evaluation.report.results.filter(
    ({ item, verdict }) => item.section === section && verdict !== "not-applicable",
  );
}

function failedCriticalItems(state: DayState, day: Day): readonly ItemResult[] {
  const step = currentStep(state);
  if (step === undefined) return [];
  return itemsOfStep(step, day).filter(
    ({ item, verdict }) => verdict === "fail" && item.priority === "critical",
  );
}

function stepText(state: DayState, day: Day): string {
  const step = currentStep(state);
  if (step === undefined) return "";
  const now = currentTime(day.context);
  const timing = sectionById(step.section)?.timing ?? "deployment";
  const position = state.steps.indexOf(step) + 1;
  const triggers = triggersAt(timing);
  const lines = [
    "",
    `Step ${position} of ${state.steps.length}, ${timing}: ${step.title} (${formatTime(now)}, ${formatDuration(elapsedSeconds(state, now))} so far)`,
    ...itemsOfStep(step, day).map(({ item, verdict }) => `  ${verdict.padEnd(8)}  ${item.title}`),
    ...triggers.map((condition) => `  Roll back if: ${condition}`),
    "d done, f failed, s skip, n note, v judge again, p pause, r roll back",
  ];
  return escapeUnsafeCharacters(`${lines.join("\n")}\n`);
}

function showStatus(state: DayState, options: RunOptions, context: ChecklistContext): void {
  const { output } = context;
  const now = currentTime(context);
  if (options.json === true) {
    output.result(formatJson(state));
    return;
  }
  const lines = [
    statusLine(state, now),
    ...state.steps.map(
      ({ status, title, by, finishedAt }) =>
        `  ${status.padEnd(8)}  ${title}${by === undefined ? "" : ` (${by}${finishedAt === undefined ? "" : `, ${finishedAt}`})`}`,
    ),
    ...state.followUps.map((one) => followUpLine(one, now)),
  ];
  // The file may come from another machine.
  output.result(escapeUnsafeCharacters(`${lines.join("\n")}\n`));
}

function followUpLine({ name, dueAt, doneAt, by }: FollowUp, now: Date): string {
  const open = dueAt < now.toISOString() ? `OVERDUE since ${dueAt}` : `due at ${dueAt}`;
  return `  follow-up ${name}: ${doneAt === undefined ? open : `done at ${doneAt} by ${by}`}`;
}

/** The time of day, as a clock in the room shows it. */
function formatTime(at: Date): string {
  return at.toTimeString().slice(0, 5);
}

function statusLine(state: DayState, now: Date): string {
  const closed = state.steps.filter(({ status }) => status === "done" || status === "skipped").length;
  return `${state.environment}: ${state.status}, ${closed} of ${state.steps.length} steps, ${formatDuration(elapsedSeconds(state, now))}`;
}

function writeDocuments(
  directory: string,
  state: DayState,
  { report, facts }: Evaluation,
  context: ChecklistContext,
): void {
  mkdirSync(directory, { recursive: true });
  const documents = dayDocuments({ state, report, people: facts.people, now: currentTime(context) });
  for (const [name, text] of Object.entries(documents))
    writeResultFile("--documents", join(directory, name), text);
  const { output } = context;
  output.result(
    `${Object.keys(documents)
      .map((name) => join(directory, name))
      .join("\n")}\n`,
  );
  if (escalationRows(facts.people).length === 0)
    output.note("No escalation path is configured: add it to records/people.yaml.");
}

function requireDay(saved: DayState | undefined, environment: Environment): DayState {
  if (saved !== undefined) return saved;
  throw usage(
    "the deployment day",
    undefined,
    "has not started",
    `Start it with: checklist run ${environment} --by <identity>`,
  );
}

function usage(subject: string, value: string | undefined, rule: string, remedy: string): InputError {
  return new InputError("The deployment day was not changed:", [
    { subject, ...(value === undefined ? {} : { value }), rule, remedy },
  ]);
}
