import type { Environment } from "../../components/shared/environments.ts";
import { InputError } from "../../components/shared/errors.ts";
import type { Binding } from "../evaluation/facts.ts";
import { itemsOfSection, sections } from "../items/index.ts";
import type { Section, Timing } from "../types.ts";
import type { DayEvent, DayState, DayStep, FollowUp } from "./day-state.ts";

/** The sections of the deployment day, in order. */
const DAY_TIMINGS: readonly Timing[] = ["day-before", "two-hours-before", "deployment", "half-hour-after"];

/** When each follow-up is due after the deployment, in hours, and what belongs to it (seed 003: hours 1, 4 and 24, week 1). */
const FOLLOW_UPS: readonly {
  readonly name: FollowUp["name"];
  readonly hours: number;
  readonly timings: readonly Timing[];
}[] = [
  { name: "hour 1", hours: 1, timings: ["first-hour"] },
  { name: "hour 4", hours: 4, timings: ["fourth-hour"] },
  { name: "hour 24", hours: 24, timings: ["first-day"] },
  { name: "week 1", hours: 7 * 24, timings: ["first-week", "closing"] },
];

const HOUR_MS = 3_600_000;

/** Who did something, and when. */
export interface Actor {
  readonly by: string;
  readonly at: Date;
}

/** What the operator does with the current step, or with the day. */
export type DayAction =
  | { readonly kind: "start" }
  | { readonly kind: "done" | "note"; readonly note?: string }
  | { readonly kind: "failed" | "skipped"; readonly note: string }
  | { readonly kind: "rollback"; readonly note: string }
  | { readonly kind: "pause" | "resume" }
  | { readonly kind: "follow-up"; readonly name: FollowUp["name"] };

/** The sections that are steps of the day: those with an item that applies. */
function daySections(applies: (itemId: string) => boolean): readonly Section[] {
  return sections.filter(
    ({ id, timing }) => DAY_TIMINGS.includes(timing) && itemsOfSection(id).some((item) => applies(item.id)),
  );
}

/** Creates the state of a new day. */
export function createDay(
  environment: Environment,
  { planDigest, releaseDigest }: Binding,
  applies: (itemId: string) => boolean,
  { by, at }: Actor,
): DayState {
  const timeOrder = (section: Section): number => DAY_TIMINGS.indexOf(section.timing);
  return {
    version: 1,
    environment,
    binding: { planDigest, ...(releaseDigest === undefined ? {} : { releaseDigest }) },
    status: "running",
    steps: daySections(applies)
      .toSorted((a, b) => timeOrder(a) - timeOrder(b))
      .map(({ id, title }) => ({ section: id, title, status: "open" })),
    followUps: [],
    events: [{ at: at.toISOString(), by, what: "created" }],
  };
}

/** The step to work on: the first one that is neither done nor skipped. */
export function currentStep({ steps }: Pick<DayState, "steps">): DayStep | undefined {
  return steps.find(({ status }) => status !== "done" && status !== "skipped");
}

/**
 * Applies an action. A failed step stays the current one: it is done again, skipped with a reason, or the day ends with a rollback.
 * @throws InputError if the action is not possible in this state.
 */
export function applyAction(state: DayState, action: DayAction, actor: Actor): DayState {
  switch (action.kind) {
    case "pause":
      return withEvent({ ...requireStatus(state, "running", action), status: "paused" }, actor, {
        what: "paused",
      });
    case "resume":
      return withEvent({ ...requireStatus(state, "paused", action), status: "running" }, actor, {
        what: "resumed",
      });
    case "rollback":
      return withEvent({ ...requireStatus(state, "running", action), status: "rolled-back" }, actor, {
        what: "rollback",
        note: action.note,
      });
    case "follow-up":
      return completeFollowUp(state, action.name, actor);
    default:
      return completeIfLast(applyToStep(requireStatus(state, "running", action), action, actor), actor);
  }
}

type StepAction = Extract<DayAction, { kind: "start" | "done" | "note" | "failed" | "skipped" }>;

function applyToStep(state: DayState, action: StepAction, actor: Actor): DayState {
  const current = currentStep(state);
  if (current === undefined) throw impossible(state, action, "has no open step");
  const at = actor.at.toISOString();
  const note = "note" in action ? action.note : undefined;
  const what = action.kind === "start" ? "started" : action.kind;
  const event = { what, section: current.section, ...(note === undefined ? {} : { note }) } as const;
  if (action.kind === "note") return withEvent(state, actor, event);
  if (action.kind === "done" && current.startedAt === undefined)
    throw impossible(state, action, "has not started this step");
  const changed: DayStep = {
    ...current,
    status: what as DayStep["status"],
    by: actor.by,
    ...(action.kind === "start" ? { startedAt: current.startedAt ?? at } : { finishedAt: at }),
    ...(note === undefined ? {} : { note }),
  };
  const steps = state.steps.map((step) => (step === current ? changed : step));
  return withEvent({ ...state, steps }, actor, event);
}

/** Ends the day after its last step, and schedules the follow-ups. */
function completeIfLast(state: DayState, actor: Actor): DayState {
  if (currentStep(state) !== undefined) return state;
  const followUps = FOLLOW_UPS.map(({ name, hours, timings }) => ({
    name,
    dueAt: new Date(actor.at.getTime() + hours * HOUR_MS).toISOString(),
    sections: sections.filter(({ timing }) => timings.includes(timing)).map(({ id }) => id),
  }));
  return withEvent({ ...state, status: "completed", followUps }, actor, { what: "completed" });
}

function completeFollowUp(state: DayState, name: FollowUp["name"], actor: Actor): DayState {
  const found = state.followUps.find((one) => one.name === name && one.doneAt === undefined);
  if (found === undefined)
    throw impossible(state, { kind: "follow-up", name }, `has no open follow-up ${name}`);
  const done = { ...found, doneAt: actor.at.toISOString(), by: actor.by };
  const followUps = state.followUps.map((one) => (one === found ? done : one));
  return withEvent({ ...state, followUps }, actor, { what: "follow-up", note: name });
}

function withEvent(state: DayState, { by, at }: Actor, event: Omit<DayEvent, "at" | "by">): DayState {
  return { ...state, events: [...state.events, { at: at.toISOString(), by, ...event }] };
}

function requireStatus(state: DayState, status: DayState["status"], action: DayAction): DayState {
  if (state.status === status) return state;
  throw impossible(state, action, `is ${state.status}`);
}

function impossible(state: DayState, { kind }: DayAction, rule: string): InputError {
  return new InputError("The deployment day was not changed:", [
    {
      subject: `the deployment day of ${state.environment}`,
      rule: `${rule}, so "${kind}" is not possible`,
      remedy: "`checklist run <environment> --status` shows where it is.",
    },
  ]);
}

/** Seconds that the day has run, without pauses. */
export function elapsedSeconds({ events }: Pick<DayState, "events">, now: Date): number {
  let total = 0;
  let since: number | undefined;
  for (const { at, what } of events) {
    if (what === "created" || what === "resumed") since = Date.parse(at);
    if ((what === "paused" || what === "rollback" || what === "completed") && since !== undefined) {
      total += Date.parse(at) - since;
      since = undefined;
    }
  }
  if (since !== undefined) total += now.getTime() - since;
  return Math.max(0, Math.round(total / 1000));
}
