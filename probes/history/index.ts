import { type Check, defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { NO_LEDGER, restorePoint } from "./restore-point.ts";
import { stepsRecorded } from "./steps-recorded.ts";
import type { RecordedUpdate, UpdateHistory } from "./update-history.ts";

/** Judges the history; without one, no finding is judged. */
async function judgeHistory<Finding extends string>(
  { history }: CheckContext,
  findings: readonly Finding[],
  judge: (history: UpdateHistory) => Readonly<Record<Finding, Verdict>>,
) {
  if (history !== undefined) return { findings: judge(await history()) };
  const verdicts = findings.map((finding) => [finding, notApplicable(NO_LEDGER)]);
  return { findings: Object.fromEntries(verdicts) as Record<Finding, Verdict> };
}

const describe = (update: RecordedUpdate | undefined): string =>
  update === undefined ? "no update" : `${update.id}: ${update.verdict}, ${update.summary}`;

const completed = defineCheck({
  suite: "history",
  name: "completed",
  title: "The last update completed, is verified, and is of this release.",
  findings: ["verified", "same-release"],
  run: (context) =>
    judgeHistory(context, ["verified", "same-release"], ({ updates, commit }) => {
      const last = updates.at(-1);
      return {
        verified: passIf(last?.verdict === "good", {
          reason: "The last update did not complete, or its verification failed.",
          expected: "an update that was verified",
          seen: describe(last),
          remedy: "Run `up` again, or roll back.",
        }),
        "same-release": passIf(last !== undefined && last.commit === commit && !last.dirty, {
          reason: "The last update was of another commit.",
          expected: commit ?? "a commit",
          seen: last === undefined ? "no update" : `${last.commit}${last.dirty ? " with changes" : ""}`,
          remedy: "Deploy this commit first.",
        }),
      };
    }),
});

const policyPassed = defineCheck({
  suite: "history",
  name: "policy-passed",
  title: "The last update ran with the policy pack, which no mandatory rule blocked.",
  findings: ["passed"],
  run: (context) =>
    judgeHistory(context, ["passed"], ({ updates }) => {
      // `up` and `rollback` cannot skip the pack, and a mandatory violation ends them before anything is recorded as good.
      const last = updates.at(-1);
      return {
        passed: passIf(last?.verdict === "good", {
          reason: "No successful update is recorded, so the policy may have blocked it.",
          expected: "an update that was recorded as good",
          seen: describe(last),
          remedy: "Read the output of `preview`, which shows each violation.",
        }),
      };
    }),
});

const rollbackTarget = defineCheck({
  suite: "history",
  name: "rollback-target",
  title: "An earlier verified update can be deployed again.",
  findings: ["verified", "deployable"],
  run: (context) =>
    judgeHistory(context, ["verified", "deployable"], ({ updates }) => {
      const target = updates.findLast(({ verdict, withdrawn }) => verdict === "good" && !withdrawn);
      return {
        verified: passIf(target !== undefined, {
          reason: "There is no verified update to roll back to.",
          expected: "an update that was recorded as good and not rolled back from",
          seen: `${updates.length} updates, none of them`,
          remedy: "Deploy and verify a release first.",
        }),
        deployable: passIf(target?.complete === true, {
          reason: "The rollback target cannot be deployed again from here.",
          expected: "its commit in this clone and its packages next to the state",
          seen:
            target === undefined ? "no target" : `${target.id} at ${target.commit.slice(0, 12)}, incomplete`,
          remedy: "Run `git fetch`; if its packages are missing, deploy the commit again with `up`.",
        }),
      };
    }),
});

const started = defineCheck({
  suite: "history",
  name: "started",
  title: "The history has the time of the last update's start and its operator.",
  findings: ["recorded"],
  async run(context) {
    const result = await judgeHistory(context, ["recorded"], ({ updates }) => {
      const last = updates.at(-1);
      return {
        recorded: passIf(last?.startedBy !== undefined, {
          reason: "The history does not say who started the last update.",
          expected: "a start time and an operator",
          seen: last === undefined ? "no update" : `${last.id}, operator not recorded`,
          remedy: "Deploy with `npm run up`; records of older versions have no operator.",
        }),
      };
    });
    const last = (await context.history?.())?.updates.at(-1);
    if (last?.startedBy === undefined) return result;
    return { ...result, measured: { started_at: last.startedAt, operator: last.startedBy } };
  },
});

const rollbackRecorded = defineCheck({
  suite: "history",
  name: "rollback-recorded",
  title: "The history says whether the last deployment was rolled back, and why.",
  findings: ["recorded"],
  async run(context) {
    const result = await judgeHistory(context, ["recorded"], ({ updates }) => {
      const last = updates.at(-1);
      const isRollback = last?.kind === "rollback";
      return {
        recorded: passIf(last !== undefined && (!isRollback || last.reason !== undefined), {
          reason:
            last === undefined
              ? "No update is recorded."
              : "The last rollback was recorded without a reason.",
          expected: "an update, and the reason if it is a rollback",
          seen: describe(last),
          remedy: 'Roll back with `npm run rollback -- <environment> --reason "…"`.',
        }),
      };
    });
    const last = (await context.history?.())?.updates.at(-1);
    if (last === undefined) return result;
    const reason = last.reason === undefined ? {} : { reason: last.reason };
    return { ...result, measured: { rolled_back: last.kind === "rollback", ...reason } };
  },
});

/** Checks of the environment's update history. */
export const HISTORY: readonly Check[] = [
  started,
  completed,
  policyPassed,
  stepsRecorded,
  restorePoint,
  rollbackTarget,
  rollbackRecorded,
];
