import { DeploymentError } from "../engine/deployment-error.ts";
import { type Row, standingOf } from "../history/rows.ts";

/** Where a rollback goes, and what it leaves. */
export interface Target {
  readonly row: Row & { readonly record: NonNullable<Row["record"]> };
  /** The deployment in place. */
  readonly present: Row;
  /** Everything after the target, the present one included, the newest first. */
  readonly left: readonly Row[];
}

/**
 * The update to go back to: the newest verified one before the present that is another deployment than it, or the one that is named.
 * @throws DeploymentError when there is none, with the reason.
 */
export function pickTarget(rows: readonly Row[], named?: string): Target {
  const deployments = rows.filter(({ update }) => update.kind === "update" || update.kind === "destroy");
  const [present, ...before] = deployments;
  if (present === undefined || before.length === 0) {
    throw refused(
      "has no update before the present one",
      "Deploy with `up`; there is nothing to go back to yet.",
    );
  }
  if (present.update.kind === "destroy") {
    throw refused(
      "was destroyed",
      "A rollback brings no data back: deploy with `up`, then restore a backup.",
    );
  }
  const index = named === undefined ? automatic(present, before) : explicit(present, before, named);
  const row = before[index];
  if (row?.record === undefined) throw refused("lost an update while it was looked at", "Run this again.");
  return { row: { ...row, record: row.record }, present, left: [present, ...before.slice(0, index)] };
}

function automatic(present: Row, before: readonly Row[]): number {
  const reachable = beforeDestroy(before);
  const index = reachable.findIndex(
    (row) => standingOf(row) === "verified" && !isSameDeployment(row, present),
  );
  if (index !== -1) return index;
  const count = reachable.length;
  throw refused(
    `has no verified update that differs from the present one among the ${count} before it${
      count < before.length ? " and after it was destroyed" : ""
    }`,
    "`rollback --list` shows them all; --to <id> names one that was never verified.",
  );
}

function explicit(present: Row, before: readonly Row[], named: string): number {
  if (named === present.update.id) throw refused(`is at ${named} already`, "Name an older update.");
  const index = before.findIndex(({ update }) => update.id === named);
  const row = before[index];
  if (row === undefined) throw refused(`has no update ${named}`, "`rollback --list` shows the ids.");
  if (index >= beforeDestroy(before).length) {
    throw refused(
      `was destroyed after ${named}`,
      "A rollback brings no data back: deploy with `up`, then restore a backup.",
    );
  }
  if (row.update.result !== "succeeded") {
    throw refused(`has ${named} as a failed update`, "Only a whole update can be gone back to.");
  }
  if (row.record === undefined) {
    throw refused(
      `has ${named} as an update that \`up\` did not make`,
      "Nobody recorded its config: check its commit out and deploy it with `up`.",
    );
  }
  return index;
}

function beforeDestroy(before: readonly Row[]): readonly Row[] {
  const destroyed = before.findIndex(({ update }) => update.kind === "destroy");
  return destroyed === -1 ? before : before.slice(0, destroyed);
}

/** The same program with the same config: going back to it would change nothing. */
function isSameDeployment({ record }: Row, present: Row): boolean {
  if (record === undefined || present.update.result !== "succeeded") return false;
  if (present.record?.rolledBackTo === record.id) return true;
  return record.commit === present.record?.commit && record.stackFile === present.record.stackFile;
}

function refused(rule: string, remedy: string): DeploymentError {
  return new DeploymentError(1, { subject: "the stack", rule, remedy });
}
