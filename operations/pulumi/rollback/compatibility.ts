import { OperationError } from "../../errors.ts";
import { hasCommit, readFileAtCommit } from "../deploy/git.ts";
import type { HistoryRow } from "../history/history-rows.ts";
import type { LedgerRecord } from "../state/ledger.ts";
import { DATABASE_SCHEMA, isCompatibleSchema, newestSchema } from "./database-schema.ts";
import type { RollbackTarget } from "./rollback-target.ts";

/** @throws OperationError if the program of the update cannot be restored exactly. */
export function requireReproducible(directory: string, { row: { update, record } }: RollbackTarget): void {
  const { commit } = record;
  if (record.dirty || update.dirty === true) {
    throw rejectedError(
      update.id,
      "ran from a dirty work tree: what was deployed is not recorded",
      "Name another update with --to; `rollback --list` shows which were clean.",
    );
  }
  if (hasCommit(directory, commit)) return;
  throw rejectedError(
    update.id,
    `ran from commit ${commit.slice(0, 12)}, which this clone does not have`,
    `Get it with \`git fetch origin ${commit}\` (or \`git fetch --unshallow\`), then run this again.`,
  );
}

/** The database schema after all later updates. */
export function currentSchema({ left }: RollbackTarget): LedgerRecord["schema"] {
  const known = left.flatMap(({ record }) => (record === undefined ? [] : [record.schema]));
  // An update without a record may have applied the newest known migration.
  const unknown = left.some(({ record }) => record === undefined);
  return newestSchema(unknown ? [...known, DATABASE_SCHEMA] : known);
}

/** @throws OperationError if the old program is incompatible with the current database schema. */
export function requireCompatibleSchema(target: RollbackTarget): void {
  const { schema } = target.row.record;
  const now = currentSchema(target);
  if (isCompatibleSchema(schema, now)) return;
  throw rejectedError(
    target.row.update.id,
    `knows database schema ${schema.version}, and the database is at ${now.version}, which only programs from ${now.worksBackTo} on support`,
    "Migrations are not reverted. Select a newer update with --to, or roll forward; see docs/rollback.md.",
  );
}

/** The stack file of the current deployment: from its record, else from its clean commit, else from the work tree. */
export function currentStackFile(
  directory: string,
  environment: string,
  present: HistoryRow,
  here: string,
): string {
  if (present.record !== undefined) return present.record.stackFile;
  const { commit, dirty } = present.update;
  const committed = commit !== undefined && dirty === false ? commit : undefined;
  const found =
    committed === undefined
      ? undefined
      : readFileAtCommit(directory, committed, `Pulumi.${environment}.yaml`);
  return found ?? here;
}

function rejectedError(id: string, rule: string, remedy: string): OperationError {
  return new OperationError(1, { subject: "the update", value: id, rule, remedy });
}
