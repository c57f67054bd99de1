import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { OperationError } from "../../../../operations/errors.ts";
import {
  type HistoryRow,
  joinLedger,
  updateStatus,
} from "../../../../operations/pulumi/history/history-rows.ts";
import { parseHistory } from "../../../../operations/pulumi/history/stack-history.ts";
import { selectRollbackTarget } from "../../../../operations/pulumi/rollback/rollback-target.ts";
import type { LedgerRecord } from "../../../../operations/pulumi/state/ledger.ts";
import { readCliFixture } from "../support/stack-fixture.ts";

const row = fc
  .record({
    kind: fc.constantFrom("update", "update", "update", "refresh", "destroy"),
    result: fc.constantFrom("succeeded", "succeeded", "failed"),
    verdict: fc.constantFrom("good", "good", "bad", "unverified", undefined),
    withdrawn: fc.boolean(),
    commit: fc.constantFrom("a", "b", "c"),
  })
  .map(
    ({
      kind,
      result,
      verdict,
      withdrawn,
      commit,
    }): Omit<HistoryRow, "update"> & { update: Omit<HistoryRow["update"], "id"> } => ({
      update: { kind, result, startedAt: "", endedAt: "", message: "", commit, dirty: false, config: {} },
      record:
        verdict === undefined || kind !== "update"
          ? undefined
          : ({ verdict, commit: commit.repeat(40), stackFile: "", dirty: false } as LedgerRecord),
      withdrawn,
    }),
  );

/** Histories, newest first, with unique update IDs. */
const histories = fc.array(row, { maxLength: 12 }).map((rows) =>
  rows.map((found, index): HistoryRow => {
    const id = `id-${rows.length - index}`;
    return { ...found, update: { ...found.update, id }, record: found.record && { ...found.record, id } };
  }),
);

function selectTarget(rows: readonly HistoryRow[], named?: string) {
  try {
    return selectRollbackTarget(rows, named);
  } catch (error) {
    if (error instanceof OperationError) return undefined;
    throw error;
  }
}

describe("for any history", () => {
  test("the target is the newest verified deployment that differs from the current one, not before a destroy", () => {
    fc.assert(
      fc.property(histories, (rows) => {
        const deployments = rows.filter(({ update }) => update.kind !== "refresh");
        const [present, ...before] = deployments;
        const destroyed = before.findIndex(({ update }) => update.kind === "destroy");
        const reachable = destroyed === -1 ? before : before.slice(0, destroyed);
        const expected = reachable.find(
          (found) =>
            updateStatus(found) === "verified" &&
            !(present?.update.result === "succeeded" && present.record?.commit === found.record?.commit),
        );
        const target = selectTarget(rows);
        const gone = present?.update.kind === "destroy";
        expect(target?.row.update.id).toBe(gone ? undefined : expected?.update.id);
        if (target === undefined) return;
        expect(target.left.map(({ update }) => update.id)).toEqual(
          deployments
            .slice(
              0,
              deployments.findIndex(({ update }) => update.id === target.row.update.id),
            )
            .map(({ update }) => update.id),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test("a named update is accepted only if it succeeded, is recorded and is not before a destroy", () => {
    fc.assert(
      fc.property(histories, fc.nat(12), (rows, index) => {
        const named = rows[index];
        const target = selectTarget(rows, named?.update.id ?? "id-none");
        if (target === undefined) return;
        expect(target.row.update.id).toBe(named?.update.id);
        expect(target.row.update).toMatchObject({ kind: "update", result: "succeeded" });
        expect(target.left.some(({ update }) => update.kind === "destroy")).toBe(false);
        expect(target.left[0]).toBe(target.present);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("the history that the real CLI prints", () => {
  const updates = parseHistory(readCliFixture("history").stdout);

  test("is sorted newest first, with IDs from the start times because the version is always 0", () => {
    expect(updates.map(({ id, kind, result, dirty }) => [id, kind, result, dirty])).toEqual([
      ["20261121T053529Z", "refresh", "succeeded", false],
      ["20261121T053525Z", "update", "succeeded", false],
      ["20261121T053520Z", "update", "failed", true],
      ["20261121T053516Z", "update", "succeeded", false],
      ["20261121T053433Z", "update", "succeeded", false],
    ]);
    expect(updates[1]?.commit).toBe("89dd1f75319ca69f199b55a597fd7c73e6d393e6");
    expect(updates[1]?.config).toEqual({ "spacetime-vr:gameImageTag": "1.30" });
  });

  test("has different, stable IDs for two updates of the same second", () => {
    const [, one] = JSON.parse(readCliFixture("history").stdout);
    const [newer, older] = parseHistory(JSON.stringify([one, one]));
    expect([newer?.id, older?.id]).toEqual(["20261121T053525Z-2", "20261121T053525Z"]);
  });

  test("is parsed without the values of secrets", () => {
    const [entry] = JSON.parse(readCliFixture("history").stdout);
    const config = { "spacetime-vr:smtpPassword": { value: "hunter2", secret: true } };
    expect(JSON.stringify(parseHistory(JSON.stringify([{ ...entry, config }])))).not.toContain("hunter2");
  });

  test.each(["", "{}", "[{}]", "no JSON"])("is rejected when its text is %j", (text) => {
    expect(() => parseHistory(text)).toThrow("is not the known output of `pulumi stack history --json`");
  });

  test("has no verified update when it is joined with an empty ledger", () => {
    const rows = joinLedger(updates, { records: new Map(), withdrawn: new Set() });
    expect(rows.map(updateStatus)).not.toContain("verified");
  });
});
