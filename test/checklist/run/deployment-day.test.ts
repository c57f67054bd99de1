import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { items, sectionById } from "../../../checklist/items/index.ts";
import { formatDuration } from "../../../checklist/run/day-documents.ts";
import { readDay, writeDay } from "../../../checklist/run/day-files.ts";
import type { DayState } from "../../../checklist/run/day-state.ts";
import {
  applyAction,
  createDay,
  currentStep,
  type DayAction,
  elapsedSeconds,
} from "../../../checklist/run/deployment-day.ts";

const at = (minutes: number) => ({ by: "ada@example.org", at: new Date(Date.UTC(2026, 10, 28, 8, minutes)) });
const binding = { planDigest: "0".repeat(64), releaseDigest: undefined };

function newDay(applies: (id: string) => boolean = () => true): DayState {
  return createDay("production", binding, applies, at(0));
}

function apply(
  state: DayState,
  ...actions: readonly (readonly [action: DayAction, minute: number])[]
): DayState {
  return actions.reduce((current, [action, minute]) => applyAction(current, action, at(minute)), state);
}

function completed(): DayState {
  let state = newDay();
  for (let minute = 1; currentStep(state) !== undefined; minute += 1)
    state = apply(state, [{ kind: "start" }, minute], [{ kind: "done" }, minute]);
  return state;
}

describe("the steps of the day", () => {
  test("are the sections of the day in the order of the work", () => {
    const timings = newDay().steps.map(({ section }) => sectionById(section)?.timing);
    const order = ["day-before", "two-hours-before", "deployment", "half-hour-after"];
    expect([...new Set(timings)]).toEqual(order);
    expect(timings).toEqual([...timings].sort((a, b) => order.indexOf(a ?? "") - order.indexOf(b ?? "")));
  });

  test("a section of which no item applies is no step", () => {
    const without = newDay(
      (id) => items.find((item) => item.id === id)?.section !== "deploy.execution.ingress",
    );
    expect(newDay().steps.some(({ section }) => section === "deploy.execution.ingress")).toBe(true);
    expect(without.steps.some(({ section }) => section === "deploy.execution.ingress")).toBe(false);
  });

  test("record who did what and when; a failed step stays the current one", () => {
    const first = newDay().steps[0]?.section;
    const failed = apply(newDay(), [{ kind: "start" }, 1], [{ kind: "failed", note: "cluster is down" }, 5]);
    expect(currentStep(failed)).toMatchObject({
      section: first,
      status: "failed",
      by: "ada@example.org",
      note: "cluster is down",
    });
    const done = apply(failed, [{ kind: "done" }, 9]);
    expect(done.steps[0]).toMatchObject({
      status: "done",
      startedAt: "2026-11-28T08:01:00.000Z",
      finishedAt: "2026-11-28T08:09:00.000Z",
    });
    expect(done.events.map(({ what }) => what)).toEqual(["created", "started", "failed", "done"]);
  });

  test("a step that has not started cannot be done", () => {
    expect(() => apply(newDay(), [{ kind: "done" }, 1])).toThrow(/has not started this step/);
  });
});

describe("pause and resume", () => {
  test("nothing happens while the day is paused, and the pause does not count", () => {
    const paused = apply(newDay(), [{ kind: "pause" }, 10]);
    expect(() => apply(paused, [{ kind: "start" }, 11])).toThrow(/is paused/);
    const resumed = apply(paused, [{ kind: "resume" }, 40]);
    expect(elapsedSeconds(resumed, at(45).at)).toBe(15 * 60);
    expect(formatDuration(15 * 60)).toBe("15 min 00 s");
    expect(formatDuration(3900)).toBe("1 h 05 min");
  });
});

describe("the end of the day", () => {
  test("after the last step the follow-ups are scheduled for hours 1, 4 and 24 and for week 1", () => {
    const state = completed();
    const end = Date.parse(state.events.at(-1)?.at ?? "");
    expect(state.status).toBe("completed");
    expect(state.followUps.map(({ name, dueAt }) => [name, (Date.parse(dueAt) - end) / 3_600_000])).toEqual([
      ["hour 1", 1],
      ["hour 4", 4],
      ["hour 24", 24],
      ["week 1", 168],
    ]);
    expect(state.followUps.every(({ sections }) => sections.length > 0)).toBe(true);
  });

  test("a follow-up is completed once", () => {
    const done = apply(completed(), [{ kind: "follow-up", name: "hour 1" }, 59]);
    expect(done.followUps[0]).toMatchObject({ by: "ada@example.org", doneAt: expect.any(String) });
    expect(() => apply(done, [{ kind: "follow-up", name: "hour 1" }, 59])).toThrow(/no open follow-up/);
  });

  test("a rollback ends the day", () => {
    const rolledBack = apply(newDay(), [{ kind: "rollback", note: "error rate above 5 %" }, 3]);
    expect(rolledBack.status).toBe("rolled-back");
    expect(() => apply(rolledBack, [{ kind: "start" }, 4])).toThrow(/is rolled-back/);
  });
});

describe("the state file", () => {
  const directory = mkdtempSync(join(tmpdir(), "day-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("is read back unchanged on another machine", () => {
    const path = join(directory, "a", "day.json");
    expect(readDay(path)).toBeUndefined();
    const state = completed();
    writeDay(path, state, undefined);
    expect(readDay(path)).toEqual(state);
  });

  test("two operators at once do not replace each other's record", () => {
    const path = join(directory, "shared.json");
    const opened = newDay();
    writeDay(path, opened, undefined);
    const [ada, bob] = [1, 2].map((minute) => apply(opened, [{ kind: "start" }, minute]));
    if (ada === undefined || bob === undefined) throw new Error("no state");
    writeDay(path, ada, opened);
    expect(() => writeDay(path, bob, opened)).toThrow(
      /was changed by ada@example.org at .*Run the command again/s,
    );
    expect(() => writeDay(path, newDay(), undefined)).toThrow(/was changed by/);
    expect(readDay(path)).toEqual(ada);
    rmSync(path);
    expect(() => writeDay(path, apply(ada, [{ kind: "done" }, 3]), ada)).toThrow(/was removed/);
  });

  test("a file of another format is rejected", () => {
    const path = join(directory, "other.json");
    writeFileSync(path, '{"version":2}');
    expect(() => readDay(path)).toThrow(/is not the state of a deployment day/);
  });
});
