import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createPlanOnce } from "../../../plan/plan-program.ts";
import { OperationError } from "../../errors.ts";
import type { Update } from "../history/stack-history.ts";
import { requireReadyForUpdate } from "../preflight/preflight.ts";
import { DATABASE_SCHEMA, newestSchema } from "../rollback/database-schema.ts";
import { readStackHistory, requireSuccess, type StackContext, stackArgs } from "../stack-context.ts";
import { readCheckpoint, rejectPendingOperations } from "../state/checkpoint.ts";
import type { LedgerRecord } from "../state/ledger.ts";
import { lockfileDigest, saveDependencyBundle } from "./dependency-bundle.ts";
import { readOperator } from "./operator.ts";
import { withPolicyPack } from "./policy-pack-args.ts";
import { requireCleanWorkTree, requireDeployableConfig } from "./preflight-checks.ts";
import { type RecordDraft, recordFailure, verifyAndRecord } from "./record-update.ts";
import { resumeInterruptedRun } from "./resume.ts";
import { rejectStorageChanges } from "./storage-changes.ts";

export interface UpOptions {
  /** Skips the confirmation. */
  readonly yes: boolean;
  /** Whether Pulumi can ask for confirmation on this terminal. */
  readonly interactive: boolean;
  /** Continues after an interrupted run. @default false */
  readonly resume?: boolean;
}

/** Stands for the commit of a local update outside any repository. */
const NO_COMMIT = "0".repeat(40);

/**
 * Deploys the work tree: Pulumi previews and applies it under one lock with the policy pack; then it is verified and
 * recorded.
 * @throws InputError for a dirty work tree or an undeployable config; OperationError if Pulumi fails.
 */
export async function up(context: StackContext, options: UpOptions): Promise<LedgerRecord> {
  const { directory, environment, pulumi, recordStore, note } = context;
  const begun = Date.now();
  if (!options.yes && !options.interactive) throw confirmationRequired(environment);
  const tree = requireCleanWorkTree(directory, environment);
  const stackFile = requireDeployableConfig(directory, environment);
  const plan = createPlanOnce(directory, environment);
  const isFirst = !(await readStackHistory(context)).some(isSuccessfulUpdate);
  const found = await readCheckpoint(context);
  await requireReadyForUpdate(context, plan, found);
  if (options.resume === true) await resumeInterruptedRun(context, options);
  const checkpoint = options.resume === true ? await readCheckpoint(context) : found;
  rejectPendingOperations(context, checkpoint);
  await rejectStorageChanges(environment, checkpoint.claimTemplates, plan);
  const lockfile = lockfileDigest(readFileSync(join(directory, "package-lock.json"), "utf8"));
  if (await saveDependencyBundle(recordStore, directory))
    note(`Saved the installed packages next to the state (${recordStore.location}).`);
  const draft: RecordDraft = {
    kind: "up",
    commit: tree.commit ?? NO_COMMIT,
    dirty: tree.commit === undefined || tree.changed.length > 0,
    stackFile,
    lockfile,
    schema: await schemaAfterUpdate(context),
    startedAt: new Date(begun).toISOString(),
    startedBy: readOperator(directory, process.env),
  };
  const run = await withPolicyPack(directory, environment, "deploy", (policy) =>
    pulumi.show(
      [
        ...["up", ...stackArgs(context), ...policy, ...(options.yes ? ["--yes"] : [])],
        // An environment has no clients before its first successful update: if a resource fails, Pulumi still creates those that do
        // not depend on it, and the next run retries only the rest. Later updates stop at the first error.
        ...(isFirst ? ["--continue-on-error"] : []),
      ],
      directory,
      { confirms: !options.yes },
    ),
  );
  if (run.status !== 0) await recordFailure(context, draft, begun);
  requireSuccess(context, run, "the update");
  return (await verifyAndRecord(context, draft, begun)).record;
}

function isSuccessfulUpdate({ kind, result }: Update): boolean {
  return kind === "update" && result === "succeeded";
}

/** Deploying an older commit does not lower the schema version. */
async function schemaAfterUpdate({ ledger }: StackContext): Promise<LedgerRecord["schema"]> {
  const { records } = await ledger.read();
  return newestSchema([DATABASE_SCHEMA, ...[...records.values()].map(({ schema }) => schema)]);
}

function confirmationRequired(environment: string): OperationError {
  return new OperationError(2, {
    subject: environment,
    rule: "needs a confirmation to be changed, and there is no terminal",
    remedy: "Review `preview` first, then add --yes.",
  });
}
