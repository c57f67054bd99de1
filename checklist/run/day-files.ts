import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { InputError } from "../../components/shared/errors.ts";
import { parseJson } from "../../components/shared/parse-json.ts";
import { readTextIfPresent } from "../../components/shared/read-text-if-present.ts";
import { writeAtomically } from "../../components/shared/write-atomically.ts";
import { type DayState, dayStateSchema } from "./day-state.ts";

/**
 * Reads the state of a deployment day; undefined if there is none.
 * @throws InputError if the file is not a state.
 */
export function readDay(path: string): DayState | undefined {
  const text = readTextIfPresent(path);
  if (text === undefined) return undefined;
  const parsed = dayStateSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError("The deployment day cannot be continued:", [
    {
      subject: "--state",
      value: path,
      rule: `is not the state of a deployment day (${issue?.path.join(".") || "the file"}: ${issue?.message})`,
      remedy: "Name the file that `checklist run` wrote, or another file to start a new day.",
    },
  ]);
}

/**
 * Writes the state after every action, so that nothing is lost if this machine fails.
 * @param previous is the state that the action was applied to; undefined for a new day.
 * @throws InputError if another operator has changed the file since: neither record replaces the other.
 */
export function writeDay(path: string, state: DayState, previous: DayState | undefined): void {
  const stored = readDay(path);
  if (eventsOf(stored) !== eventsOf(previous)) {
    const last = stored?.events.at(-1);
    const change = last === undefined ? "was removed" : `was changed by ${last.by} at ${last.at}`;
    throw new InputError("The last action was not recorded:", [
      {
        subject: "--state",
        value: path,
        rule: `${change}, after this command had read it`,
        remedy: "Run the command again: it shows the current step. One operator at a time records the day.",
      },
    ]);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeAtomically(path, (temporaryPath) =>
    writeFileSync(temporaryPath, `${JSON.stringify(state, undefined, 2)}\n`, { flag: "wx", mode: 0o600 }),
  );
}

/** The events are only ever appended, so they identify a state. */
function eventsOf(state: DayState | undefined): string {
  const events = (state?.events ?? []).map(({ at, by, what, section, note }) => [
    at,
    by,
    what,
    section,
    note,
  ]);
  return JSON.stringify(events);
}
