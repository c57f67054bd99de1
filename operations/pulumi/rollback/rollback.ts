import { readFileSync } from "node:fs";
import { stackFilePath } from "../../../components/config/stack-file/read-stack-file.ts";
import { OperationError } from "../../errors.ts";
import { readOperator } from "../deploy/operator.ts";
import { policyPackArgs } from "../deploy/policy-pack-args.ts";
import { type RecordDraft, recordFailure, secondsSince, verifyAndRecord } from "../deploy/record-update.ts";
import { type HistoryRow, joinLedger } from "../history/history-rows.ts";
import { requireSameCluster } from "../preflight/preflight.ts";
import { readStackHistory, requireSuccess, type StackContext, stackArgs } from "../stack-context.ts";
import { readCheckpoint, rejectPendingOperations } from "../state/checkpoint.ts";
import type { LedgerRecord } from "../state/ledger.ts";
import { type CheckedOutProgram, withCheckout } from "./checkout.ts";
import {
  currentSchema,
  currentStackFile,
  requireCompatibleSchema,
  requireReproducible,
} from "./compatibility.ts";
import { type KeptValue, mergeStackFile } from "./merge-stack-file.ts";
import { findChanges, findDataLoss, type PreviewStep, parsePreview } from "./preview-steps.ts";
import { type RollbackTarget, selectRollbackTarget } from "./rollback-target.ts";

export interface RollbackOptions {
  /** The ID of an update. @default the last verified update */
  readonly to?: string;
  /** Why; recorded in the ledger. */
  readonly reason?: string;
  readonly yes: boolean;
}

/** The planned changes of a rollback. */
export interface RollbackPlan {
  readonly target: RollbackTarget;
  /** Values that are not reverted. */
  readonly kept: readonly KeptValue[];
  readonly changes: readonly PreviewStep[];
  /** The source of the packages. */
  readonly packages: string;
}

export interface RollbackResult {
  readonly plan: RollbackPlan;
  /** Undefined if the confirmation was declined. */
  readonly record: LedgerRecord | undefined;
  /** Seconds from the start to the verdict. */
  readonly seconds: number;
}

/** Shows the planned changes before the confirmation. */
export type OnPlan = (plan: RollbackPlan) => void;

/** Lists the updates with their status, newest first. */
export async function listHistoryRows(context: StackContext): Promise<HistoryRow[]> {
  const updates = await readStackHistory(context);
  return joinLedger(updates, await context.ledger.read());
}

/**
 * Rolls back to a verified update: its program, packages and config, except forward-only settings.
 * @throws OperationError with the reason and a remedy if the rollback is not possible.
 */
export async function rollback(
  context: StackContext,
  options: RollbackOptions,
  show: OnPlan,
): Promise<RollbackResult> {
  const begun = Date.now();
  const { directory, environment, recordStore } = context;
  if (!options.yes && context.prompt === undefined) throw confirmationRequired(environment);
  const rows = await listHistoryRows(context);
  const target = selectRollbackTarget(rows, options.to);
  const checkpoint = await readCheckpoint(context);
  await requireSameCluster(context, checkpoint);
  rejectPendingOperations(context, checkpoint);
  requireReproducible(directory, target);
  requireCompatibleSchema(target);
  const { record } = target.row;
  const { text, kept } = mergeWithCurrent(context, target);
  const where = {
    directory,
    environment,
    commit: record.commit,
    lockfile: record.lockfile,
    stackFile: text,
    store: recordStore,
  };
  return withCheckout(where, async (program) => {
    const plan = {
      target,
      kept,
      changes: await previewRollback(context, program, record.id),
      packages: program.packages,
    };
    show(plan);
    if (!options.yes && !(await confirmRollback(context, target))) {
      return { plan, record: undefined, seconds: secondsSince(begun) };
    }
    await rejectConcurrentUpdate(context, rows);
    const reason = options.reason ?? (await promptForReason(context, options));
    const written = await applyRollback({ context, program, target, stackFile: text, begun, reason });
    return { plan, record: written, seconds: secondsSince(begun) };
  });
}

function mergeWithCurrent({ directory, environment }: StackContext, { row, present, left }: RollbackTarget) {
  const here = readFileSync(stackFilePath(directory, environment), "utf8");
  return mergeStackFile({
    target: row.record.stackFile,
    present: currentStackFile(directory, environment, present, here),
    later: left.map(({ update }) => update.config),
  });
}

/**
 * Preview and confirmation take minutes without a lock, so another update may have been deployed in the meantime.
 * @throws OperationError if the stack has a new update.
 */
async function rejectConcurrentUpdate(context: StackContext, rows: readonly HistoryRow[]): Promise<void> {
  const [newest] = await readStackHistory(context);
  if (newest === undefined || rows.some(({ update }) => update.id === newest.id)) return;
  throw new OperationError(1, {
    subject: "the stack",
    rule: `was changed by ${newest.id} during this rollback's preview`,
    remedy: "Nothing was changed. Review `rollback --list`, then run it again.",
  });
}

/** Previews the rollback and rejects it if it would lose data. */
async function previewRollback(
  context: StackContext,
  program: CheckedOutProgram,
  id: string,
): Promise<readonly PreviewStep[]> {
  const args = ["preview", "--json", ...pulumiArgs(context, program)];
  const run = await context.pulumi.show(args, program.directory, { quiet: true });
  const steps = parsePreview(requireSuccess(context, run, "the preview of the rollback").stdout);
  const found = findDataLoss(steps);
  if (found.length === 0) return findChanges(steps);
  throw new OperationError(1, {
    subject: "the rollback to",
    value: id,
    rule: `would lose data: ${found.join("; ")}`,
    remedy:
      "Nothing was changed. Roll forward with a commit that keeps these resources; see docs/rollback.md.",
  });
}

interface ConfirmedRollback {
  readonly context: StackContext;
  readonly program: CheckedOutProgram;
  readonly target: RollbackTarget;
  readonly stackFile: string;
  readonly begun: number;
  readonly reason: string | undefined;
}

async function applyRollback({
  context,
  program,
  target,
  stackFile,
  begun,
  reason,
}: ConfirmedRollback): Promise<LedgerRecord> {
  const { row, left } = target;
  const draft: RecordDraft = {
    kind: "rollback",
    commit: row.record.commit,
    dirty: false,
    stackFile,
    lockfile: row.record.lockfile,
    schema: currentSchema(target),
    startedAt: new Date(begun).toISOString(),
    startedBy: readOperator(context.directory, process.env),
    rolledBackTo: row.update.id,
    ...(reason === undefined ? {} : { reason }),
  };
  const message = `rollback to ${row.update.id}`;
  const args = ["up", "--yes", "--message", message, ...pulumiArgs(context, program)];
  const run = await context.pulumi.show(args, program.directory);
  if (run.status !== 0) await recordFailure(context, draft, begun);
  requireSuccess(context, run, "the rollback");
  const { record } = await verifyAndRecord(context, draft, begun);
  // The updates that were rolled back from are not selected automatically again.
  await context.ledger.withdraw(
    left.map(({ update }) => update.id),
    record.id,
  );
  return record;
}

/**
 * The stack file is passed by its path, so that the checkout stays clean. The policy pack is that of the old commit.
 */
function pulumiArgs(context: StackContext, { directory, stackFile }: CheckedOutProgram): readonly string[] {
  return [...stackArgs(context), "--config-file", stackFile, ...policyPackArgs(directory, context.directory)];
}

async function confirmRollback(
  { prompt, environment }: StackContext,
  { row }: RollbackTarget,
): Promise<boolean> {
  const answer = await prompt?.(`Roll ${environment} back to ${row.update.id}? [y/N] `);
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}

/** The checklist asks for the reason; without a terminal it stays unknown. */
async function promptForReason(
  { prompt }: StackContext,
  { yes }: RollbackOptions,
): Promise<string | undefined> {
  const answer = yes ? undefined : await prompt?.("Why? ");
  return answer === undefined || answer.trim() === "" ? undefined : answer.trim();
}

function confirmationRequired(environment: string): OperationError {
  return new OperationError(2, {
    subject: environment,
    rule: "needs a confirmation to be rolled back, and there is no terminal",
    remedy: "Review `rollback --list` first, then add --yes.",
  });
}
