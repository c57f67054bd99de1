import { expect, test } from "@jest/globals";
import type { CheckContext } from "../../../probes/check-context.ts";
import { HISTORY } from "../../../probes/history/index.ts";
import type { RecordedUpdate, UpdateHistory } from "../../../probes/history/update-history.ts";

const update: RecordedUpdate = {
  id: "20261128T100000Z",
  commit: "a".repeat(40),
  dirty: false,
  verdict: "good",
  summary: "10 of 10 checks passed",
  withdrawn: false,
  complete: true,
};

async function failuresOf(history: UpdateHistory | undefined): Promise<string[]> {
  const context = (history === undefined ? {} : { history: async () => history }) as CheckContext;
  const results = await Promise.all(
    HISTORY.map(async (check) => [check.name, await check.run(context)] as const),
  );
  return results.flatMap(([name, { findings }]) =>
    Object.entries(findings).flatMap(([finding, { outcome }]) =>
      outcome === "pass" ? [] : [`${name} ${finding} ${outcome}`],
    ),
  );
}

const withUpdates = (...updates: readonly RecordedUpdate[]): UpdateHistory => ({
  updates,
  commit: "a".repeat(40),
});

test("a verified update of this commit passes every check", async () => {
  expect(await failuresOf(withUpdates(update))).toEqual([]);
});

test("no update, a failed one and one of another commit fail", async () => {
  expect(await failuresOf(withUpdates())).toHaveLength(5);
  expect(await failuresOf(withUpdates(update, { ...update, verdict: "bad" }))).toEqual([
    "completed verified fail",
    "policy-passed passed fail",
  ]);
  expect(await failuresOf(withUpdates({ ...update, commit: "b".repeat(40) }))).toEqual([
    "completed same-release fail",
  ]);
  expect(await failuresOf(withUpdates({ ...update, dirty: true }))).toEqual(["completed same-release fail"]);
});

test("an update that was rolled back from, or is incomplete, is no rollback target", async () => {
  expect(await failuresOf(withUpdates({ ...update, withdrawn: true }))).toEqual([
    "rollback-target verified fail",
    "rollback-target deployable fail",
  ]);
  expect(await failuresOf(withUpdates({ ...update, complete: false }))).toEqual([
    "rollback-target deployable fail",
  ]);
});

test("without a ledger nothing is judged", async () => {
  expect(await failuresOf(undefined)).toEqual(expect.arrayContaining(["completed verified not-applicable"]));
  expect(await failuresOf(undefined)).toHaveLength(5);
});
