import type { LedgerContent, LedgerRecord } from "../state/ledger.ts";
import type { Update } from "./stack-history.ts";

/** An update with what the ledger knows of it. */
export interface HistoryRow {
  readonly update: Update;
  readonly record: LedgerRecord | undefined;
  readonly withdrawn: boolean;
}

/** A word on an update for a table: what happened, and whether it was found to be good. */
export type UpdateStatus =
  | "present"
  | "verified"
  | "not verified"
  | "found bad"
  | "rolled back"
  | "failed"
  | "not recorded";

/** The history joined with the ledger, the newest first. */
export function joinLedger(updates: readonly Update[], { records, withdrawn }: LedgerContent): HistoryRow[] {
  const left = new Set([...withdrawn, ...findRolledBackUpdates(updates, records)]);
  return updates.map((update) => ({
    update,
    record: records.get(update.id),
    withdrawn: left.has(update.id),
  }));
}

/**
 * What lies between a rollback that was applied and its target. The marks beside the records say it too, but are written after the
 * verification: a rollback that was cut off before them must not be followed by one back to what it left.
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

/** What an update amounts to, regardless of where it stands in the history. */
export function updateStatus({ update, record, withdrawn }: HistoryRow): Exclude<UpdateStatus, "present"> {
  if (update.result !== "succeeded") return "failed";
  if (record === undefined) return "not recorded";
  if (record.verdict === "bad") return "found bad";
  if (withdrawn) return "rolled back";
  return record.verdict === "good" ? "verified" : "not verified";
}
