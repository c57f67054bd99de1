import type { LedgerContent, LedgerRecord } from "../state/ledger.ts";
import type { Update } from "./stack-history.ts";

/** An update with its ledger record. */
export interface HistoryRow {
  readonly update: Update;
  readonly record: LedgerRecord | undefined;
  readonly withdrawn: boolean;
}

/** The status of an update in the history table. */
export type UpdateStatus =
  | "verified"
  | "not verified"
  | "failed verification"
  | "rolled back"
  | "failed"
  | "not recorded";

/** Joins the history with the ledger, newest first. */
export function joinLedger(updates: readonly Update[], { records, withdrawn }: LedgerContent): HistoryRow[] {
  const left = new Set([...withdrawn, ...findRolledBackUpdates(updates, records)]);
  return updates.map((update) => ({
    update,
    record: records.get(update.id),
    withdrawn: left.has(update.id),
  }));
}

/**
 * The updates between a successful rollback and its target. The ledger marks them, too, but only after verification:
 * if a rollback was interrupted before that, the next one must not return to what it left.
 */
function findRolledBackUpdates(updates: readonly Update[], records: LedgerContent["records"]): string[] {
  return updates.flatMap(({ id, result }, index) => {
    const target = records.get(id)?.rolledBackTo;
    const end = updates.findIndex((update) => update.id === target);
    return result !== "succeeded" || end <= index
      ? []
      : updates.slice(index + 1, end).map((update) => update.id);
  });
}

/** The status of an update, independent of its position in the history. */
export function updateStatus({ update, record, withdrawn }: HistoryRow): UpdateStatus {
  if (update.result !== "succeeded") return "failed";
  if (record === undefined) return "not recorded";
  if (record.verdict === "bad") return "failed verification";
  if (withdrawn) return "rolled back";
  return record.verdict === "good" ? "verified" : "not verified";
}
