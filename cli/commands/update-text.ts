import { stripVTControlCharacters } from "node:util";
import { escapeUnsafeCharacters } from "../../components/shared/errors.ts";
import { type HistoryRow, updateStatus } from "../../operations/pulumi/history/history-rows.ts";
import type { PreviewStep } from "../../operations/pulumi/rollback/preview-steps.ts";
import type { RollbackPlan } from "../../operations/pulumi/rollback/rollback.ts";
import type { LedgerRecord } from "../../operations/pulumi/state/ledger.ts";
import { createPaint } from "../../plan/format.ts";

/** A record without the stack file, which is long and already in the ledger. */
export function recordJson(environment: string, { stackFile: _, version: __, ...record }: LedgerRecord) {
  return { environment, ...record };
}

/** Formats the result of an update as one line. */
export function verdictLine(environment: string, record: LedgerRecord): string {
  const what = record.kind === "rollback" ? `rolled back to ${record.rolledBackTo}` : "deployed";
  const verdict = { good: "verified", bad: "failed verification", unverified: "not verified" }[
    record.verdict
  ];
  return `${environment}: ${what} as ${record.id} in ${record.seconds} s; ${verdict}: ${escapeUnsafeCharacters(record.summary)}\n`;
}

/** Formats the history as a table, newest first. */
export function historyTable(rows: readonly HistoryRow[], colour: boolean): string {
  const current = rows.find(({ update }) => update.kind === "update" || update.kind === "destroy");
  const cells = rows.map((row) => [
    row.update.id,
    row.record?.kind ?? row.update.kind,
    paint(colour, row, row === current ? `current, ${updateStatus(row)}` : updateStatus(row)),
    (row.record?.commit ?? row.update.commit ?? "").slice(0, 12),
    isDirty(row) ? "dirty" : "",
    escapeUnsafeCharacters(row.record?.summary ?? row.update.message),
  ]);
  const table = [["ID", "KIND", "STATUS", "COMMIT", "TREE", "SUMMARY"], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...table.map((line) => visibleLength(line[column]))),
  );
  const lines = table.map((line) =>
    line
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - visibleLength(cell))))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

export function isDirty({ update, record }: HistoryRow): boolean {
  return record?.dirty ?? update.dirty ?? false;
}

function visibleLength(cell: string | undefined): number {
  return stripVTControlCharacters(cell ?? "").length;
}

function paint(colour: boolean, row: HistoryRow, text: string): string {
  const status = updateStatus(row);
  const isFailure = status === "failed" || status === "failed verification";
  const format = status === "verified" ? "green" : isFailure ? "red" : "dim";
  return createPaint({ colour })(format, text);
}

const OPERATION_SIGNS: Readonly<Record<string, string>> = {
  create: "+ ",
  delete: "- ",
  update: "~ ",
  replace: "+-",
};

/** Formats the changes of a rollback for confirmation. */
export function rollbackText(environment: string, { target, kept, changes, packages }: RollbackPlan): string {
  const { update, record } = target.row;
  const lines = [
    `${environment} returns to ${update.id} (commit ${record.commit.slice(0, 12)}, ${escapeUnsafeCharacters(record.summary)}).`,
    `It leaves ${target.left.map((row) => row.update.id).join(", ")}. Packages: ${packages}.`,
    ...kept.map(({ path, from, to, why }) => `  stays  ${path}: ${to}, not ${from} (${why})`),
    ...changes.map(stepLine),
    changes.length === 0 ? "Nothing would change." : `${changes.length} changes.`,
  ];
  return `${lines.join("\n")}\n`;
}

function stepLine({ op, type, name, reasons }: PreviewStep): string {
  const because = reasons.length === 0 ? "" : ` (because of ${reasons.join(", ")})`;
  return `  ${OPERATION_SIGNS[op] ?? op} ${type}  ${name}${because}`;
}
