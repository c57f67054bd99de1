import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { RestorePoint } from "../sources/restore-points.ts";

export const NO_LEDGER = "the ledger of updates was not read: set PULUMI_BACKEND_URL";

/** An older restore point would lose too much of what players did before the update. */
const MAX_AGE_MINUTES = 60;

/** The newest restore point that was complete when the update started, and early enough before it. */
export function findRestorePoint(
  points: readonly RestorePoint[],
  startedAt: string,
): RestorePoint | undefined {
  const start = Date.parse(startedAt);
  return points
    .filter(({ completedAt }) => {
      const minutes = (start - Date.parse(completedAt)) / 60_000;
      return minutes >= 0 && minutes <= MAX_AGE_MINUTES;
    })
    .toSorted((a, b) => Date.parse(b.completedAt) - Date.parse(a.completedAt))[0];
}

export const restorePoint = defineCheck({
  suite: "history",
  name: "restore-point",
  title: `A named restore point of the database was complete within ${MAX_AGE_MINUTES} minutes before the last update.`,
  findings: ["named"],
  async run({ history, restorePoints }) {
    const unknown = (reason: string) => ({ findings: { named: notApplicable(reason) } });
    if (history === undefined) return unknown(NO_LEDGER);
    const last = (await history()).updates.at(-1);
    if (last === undefined) return unknown("no update is recorded");
    if (restorePoints === undefined) return unknown("the target is not a cluster; name the environment");
    const read = await restorePoints();
    if (read.kind === "unknown") return unknown(read.reason);
    const found = findRestorePoint(read.points, last.startedAt);
    const newest = read.points
      .toSorted((a, b) => Date.parse(a.completedAt) - Date.parse(b.completedAt))
      .at(-1);
    const named: Verdict = passIf(found !== undefined, {
      reason: "There was no restore point immediately before the last update.",
      expected: `one that was complete within ${MAX_AGE_MINUTES} minutes before ${last.startedAt}`,
      seen: newest === undefined ? "no restore point" : `the newest is ${newest.name}, ${newest.completedAt}`,
      remedy: "Before the next update, create a named backup or snapshot of the database and wait for it.",
    });
    if (found === undefined) return { findings: { named } };
    return { findings: { named }, measured: { name: found.name, completed_at: found.completedAt } };
  },
});
