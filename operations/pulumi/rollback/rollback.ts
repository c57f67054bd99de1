import { readFileSync } from "node:fs";
import { stackFilePath } from "../../../components/config/stack-file.ts";
import { history, type StackContext, stackArgs, succeeded } from "../context.ts";
import { packOf } from "../deploy/policy-args.ts";
import { type Draft, recordFailure, secondsSince, verifyAndRecord } from "../deploy/record-update.ts";
import { DeploymentError } from "../engine/deployment-error.ts";
import { joinRows, type Row } from "../history/rows.ts";
import { checkpoint, refusePending } from "../state/checkpoint.ts";
import type { LedgerRecord } from "../state/ledger.ts";
import { type OldProgram, withOldProgram } from "./checkout.ts";
import { presentStackFile, refuseSchema, refuseUnavailable, schemaNow } from "./compatible.ts";
import { type Kept, mergeStackFile } from "./forward-only.ts";
import { changes, dangers, parsePreview, type Step } from "./preview-steps.ts";
import { pickTarget, type Target } from "./target.ts";

export interface RollbackOptions {
  /** The id of an update; without one the last verified. */
  readonly to?: string;
  readonly yes: boolean;
}

/** What a rollback is about to do. */
export interface RollbackPlan {
  readonly target: Target;
  /** Values that stay as they are now. */
  readonly kept: readonly Kept[];
  readonly changes: readonly Step[];
  /** Where the packages come from. */
  readonly packages: string;
}

export interface RollbackResult {
  readonly plan: RollbackPlan;
  /** Undefined when the answer was no. */
  readonly record: LedgerRecord | undefined;
  /** Seconds from the first step to the verdict. */
  readonly seconds: number;
}

/** How a rollback shows what it is about to do, before anybody is asked. */
export type ShowPlan = (plan: RollbackPlan) => void;

/** The updates with their standing, the newest first. */
export async function rollbackRows(context: StackContext): Promise<Row[]> {
  const updates = await history(context);
  return joinRows(updates, await context.ledger.read());
}

/**
 * Goes back to a verified update: its program, its packages, and its config but for what only moves forward.
 * @throws DeploymentError with the reason and the remedy when that must not or cannot be done.
 */
export async function rollback(
  context: StackContext,
  options: RollbackOptions,
  show: ShowPlan,
): Promise<RollbackResult> {
  const begun = Date.now();
  const { directory, environment, store } = context;
  if (!options.yes && context.ask === undefined) throw unasked(environment);
  const rows = await rollbackRows(context);
  const target = pickTarget(rows, options.to);
  refusePending(context, await checkpoint(context));
  refuseUnavailable(directory, target);
  refuseSchema(target);
  const { record } = target.row;
  const { text, kept } = merged(context, target);
  const where = {
    directory,
    environment,
    commit: record.commit,
    lockfile: record.lockfile,
    stackFile: text,
    store,
  };
  return withOldProgram(where, async (program) => {
    const plan = {
      target,
      kept,
      changes: await judged(context, program, record.id),
      packages: program.packages,
    };
    show(plan);
    if (!options.yes && !(await agreed(context, target))) {
      return { plan, record: undefined, seconds: secondsSince(begun) };
    }
    await refuseOvertaken(context, rows);
    const written = await apply(context, program, target, text, begun);
    return { plan, record: written, seconds: secondsSince(begun) };
  });
}

function merged({ directory, environment }: StackContext, { row, present, left }: Target) {
  const here = readFileSync(stackFilePath(directory, environment), "utf8");
  return mergeStackFile({
    target: row.record.stackFile,
    present: presentStackFile(directory, environment, present, here),
    later: left.map(({ update }) => update.config),
  });
}

/**
 * Preview and question take minutes without a lock: what somebody else did in them was neither judged nor shown.
 * @throws DeploymentError when the stack has an update that was not there before.
 */
async function refuseOvertaken(context: StackContext, rows: readonly Row[]): Promise<void> {
  const [newest] = await history(context);
  if (newest === undefined || rows.some(({ update }) => update.id === newest.id)) return;
  throw new DeploymentError(1, {
    subject: "the stack",
    rule: `was changed by ${newest.id} while this rollback was looked at`,
    remedy: "Nothing was changed. Look at `rollback --list`, then run it again.",
  });
}

/** What the engine would do, refused when it would lose something. */
async function judged(context: StackContext, program: OldProgram, id: string): Promise<readonly Step[]> {
  const args = ["preview", "--json", ...programArgs(context, program)];
  const run = await context.engine.show(args, program.directory, { quiet: true });
  const steps = parsePreview(succeeded(context, run, "the preview of the rollback").stdout);
  const found = dangers(steps);
  if (found.length === 0) return changes(steps);
  throw new DeploymentError(1, {
    subject: "the rollback to",
    value: id,
    rule: `would lose data: ${found.join("; ")}`,
    remedy:
      "Nothing was changed. Roll forward with a commit that keeps these resources as they are; docs/rollback.md says how.",
  });
}

async function apply(
  context: StackContext,
  program: OldProgram,
  target: Target,
  stackFile: string,
  begun: number,
): Promise<LedgerRecord> {
  const { row, left } = target;
  const draft: Draft = {
    kind: "rollback",
    commit: row.record.commit,
    dirty: false,
    stackFile,
    lockfile: row.record.lockfile,
    schema: schemaNow(target),
    startedAt: new Date(begun).toISOString(),
    rolledBackTo: row.update.id,
  };
  const message = `rollback to ${row.update.id}`;
  const args = ["up", "--yes", "--message", message, ...programArgs(context, program)];
  const run = await context.engine.show(args, program.directory);
  if (run.status !== 0) await recordFailure(context, draft, begun);
  succeeded(context, run, "the rollback");
  const { record } = await verifyAndRecord(context, draft, begun);
  // Nobody leaves a good deployment in haste: what was left is not gone back to unless it is named.
  await context.ledger.withdraw(
    left.map(({ update }) => update.id),
    record.id,
  );
  return record;
}

/** The stack file goes by its path, so that the checkout stays clean; the pack is the one that let this program pass. */
function programArgs(context: StackContext, { directory, stackFile }: OldProgram): readonly string[] {
  return [...stackArgs(context), "--config-file", stackFile, ...packOf(directory, context.directory)];
}

async function agreed({ ask, environment }: StackContext, { row }: Target): Promise<boolean> {
  const answer = await ask?.(`Roll ${environment} back to ${row.update.id}? [y/N] `);
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}

function unasked(environment: string): DeploymentError {
  return new DeploymentError(2, {
    subject: environment,
    rule: "is not rolled back without a yes, and there is no terminal to ask on",
    remedy: "Look at `rollback --list` first, then add --yes.",
  });
}
