import { OperationError } from "../../errors.ts";
import { type HistoryRow, updateStatus } from "../history/history-rows.ts";

/** The target of a rollback and the updates that it leaves. */
export interface RollbackTarget {
  readonly row: HistoryRow & { readonly record: NonNullable<HistoryRow["record"]> };
  /** The current deployment. */
  readonly present: HistoryRow;
  /** All updates after the target, including the current one, newest first. */
  readonly left: readonly HistoryRow[];
}

/**
 * Selects the rollback target: the named update, or the newest verified one that differs from the current deployment.
 * @throws OperationError with the reason if there is none.
 */
export function selectRollbackTarget(rows: readonly HistoryRow[], named?: string): RollbackTarget {
  const deployments = rows.filter(({ update }) => update.kind === "update" || update.kind === "destroy");
  const [present, ...before] = deployments;
  if (present === undefined || before.length === 0) {
    throw rejectedError(
      "has no update before the current one",
      "Deploy with `up`; there is no earlier update to return to.",
    );
  }
  if (present.update.kind === "destroy") {
    throw rejectedError(
      "was destroyed",
      "A rollback does not restore data: deploy with `up`, then restore a backup.",
    );
  }
  const index =
    named === undefined ? selectLastVerified(present, before) : selectById(present, before, named);
  const row = before[index];
  if (row?.record === undefined) throw rejectedError("changed while it was read", "Run this again.");
  return { row: { ...row, record: row.record }, present, left: [present, ...before.slice(0, index)] };
}

function selectLastVerified(present: HistoryRow, before: readonly HistoryRow[]): number {
  const reachable = rowsSinceDestroy(before);
  const index = reachable.findIndex(
    (row) => updateStatus(row) === "verified" && !isSameDeployment(row, present),
  );
  if (index !== -1) return index;
  const count = reachable.length;
  throw rejectedError(
    `has no verified update that differs from the current one among the ${count} before it${
      count < before.length ? " and after it was destroyed" : ""
    }`,
    "`rollback --list` shows them all; --to <id> selects one that was never verified.",
  );
}

function selectById(present: HistoryRow, before: readonly HistoryRow[], named: string): number {
  if (named === present.update.id) throw rejectedError(`is already at ${named}`, "Select an older update.");
  const index = before.findIndex(({ update }) => update.id === named);
  const row = before[index];
  if (row === undefined) throw rejectedError(`has no update ${named}`, "`rollback --list` shows the ids.");
  if (index >= rowsSinceDestroy(before).length) {
    throw rejectedError(
      `was destroyed after ${named}`,
      "A rollback does not restore data: deploy with `up`, then restore a backup.",
    );
  }
  if (row.update.result !== "succeeded") {
    throw rejectedError(
      `has ${named} as a failed update`,
      "Only a completed update can be a rollback target.",
    );
  }
  if (row.record === undefined) {
    throw rejectedError(
      `has ${named} as an update that \`up\` did not make`,
      "Its config was not recorded: check out its commit and deploy it with `up`.",
    );
  }
  return index;
}

function rowsSinceDestroy(before: readonly HistoryRow[]): readonly HistoryRow[] {
  const destroyed = before.findIndex(({ update }) => update.kind === "destroy");
  return destroyed === -1 ? before : before.slice(0, destroyed);
}

/** Whether program and config are the same, so that a rollback would change nothing. */
function isSameDeployment({ record }: HistoryRow, present: HistoryRow): boolean {
  if (record === undefined || present.update.result !== "succeeded") return false;
  if (present.record?.rolledBackTo === record.id) return true;
  return record.commit === present.record?.commit && record.stackFile === present.record.stackFile;
}

function rejectedError(rule: string, remedy: string): OperationError {
  return new OperationError(1, { subject: "the stack", rule, remedy });
}
