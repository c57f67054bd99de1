import { hostname } from "node:os";
import { isProcessRunning } from "../../../components/shared/is-process-running.ts";
import { OperationError } from "../../errors.ts";
import type { PulumiResult } from "../pulumi-cli/pulumi-cli.ts";
import { requireSuccess, type StackContext, stackArgs } from "../stack-context.ts";
import { readCheckpoint } from "../state/checkpoint.ts";

/** The process that holds the lock of a stack. */
export interface LockHolder {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
}

interface ResumeOptions {
  /** Skips the confirmation. */
  readonly yes: boolean;
  /** Whether a process of this machine runs. @default asks the operating system */
  readonly isRunning?: (pid: number) => boolean;
}

/**
 * Makes a stack usable again after an interrupted run: removes its lock if its process no longer runs, reads every resource again, and
 * forgets the pending operations.
 * @throws OperationError if the operator declines, or if the process that holds the lock still runs or cannot be checked.
 */
export async function resumeInterruptedRun(context: StackContext, options: ResumeOptions): Promise<void> {
  const { environment, note } = context;
  const { pendingOperations } = await readCheckpoint(context);
  if (pendingOperations.length > 0) await confirmPending(context, pendingOperations, options.yes);
  const refreshed = await refresh(context);
  const holders = findLockHolders(refreshed.output);
  if (refreshed.status === 0 || holders.length === 0) {
    requireSuccess(context, refreshed, "the refresh");
    return;
  }
  const { isRunning = isProcessRunning } = options;
  for (const holder of holders) rejectLiveHolder(environment, holder, isRunning);
  note(`The lock of ${environment} belongs to a process that no longer runs, and is removed.`);
  const cancel = ["cancel", ...stackArgs(context), "--yes"];
  requireSuccess(context, await context.pulumi.capture(cancel, context.directory), "removing the lock");
  requireSuccess(context, await refresh(context), "the refresh");
}

async function confirmPending(
  { environment, prompt, note }: StackContext,
  pending: readonly string[],
  yes: boolean,
): Promise<void> {
  note(`${pending.length} operations on ${environment} were interrupted: ${pending.join("; ")}.`);
  if (yes) return;
  const typed = await prompt?.(
    "Resources whose creation was not finished are forgotten; if one exists at the provider, import it instead. Type yes to continue: ",
  );
  if (typed === "yes") return;
  throw new OperationError(typed === undefined ? 2 : 1, {
    subject: environment,
    rule:
      typed === undefined
        ? "needs a confirmation to be resumed, and there is no terminal"
        : "was not resumed",
    remedy: "Check the interrupted operations at the provider, then add --yes or answer yes.",
  });
}

function refresh(context: StackContext): Promise<PulumiResult> {
  const args = ["refresh", ...stackArgs(context), "--yes", "--skip-preview", "--clear-pending-creates"];
  return context.pulumi.show(args, context.directory);
}

/** The holders in Pulumi's message about a locked stack. */
export function findLockHolders(output: string): LockHolder[] {
  if (!/the stack is currently locked by \d+ lock/.test(output)) return [];
  const found = [...output.matchAll(/created by ([^\s@]+)@(\S+) \(pid (\d+)\) at /g)];
  return found.map(([, user = "", host = "", pid = ""]) => ({ user, host, pid: Number(pid) }));
}

function rejectLiveHolder(
  environment: string,
  { user, host, pid }: LockHolder,
  isRunning: (pid: number) => boolean,
): void {
  const isHere = host === hostname();
  if (isHere && !isRunning(pid)) return;
  throw new OperationError(1, {
    subject: `the lock of ${environment}`,
    value: `${user}@${host} (pid ${pid})`,
    rule: isHere ? "is held by a process that still runs" : "is held by a process of another machine",
    remedy: isHere
      ? "Wait until it ends."
      : `Check there that it no longer runs. Then: pulumi cancel --yes --stack ${environment}, and resume again.`,
  });
}
