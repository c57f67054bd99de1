import type { Environment } from "../../components/shared/environments.ts";
import type { AwsCli } from "../aws-cli.ts";
import { parseHistory, type Update } from "./history/stack-history.ts";
import type { Kubectl } from "./preflight/kubectl.ts";
import { explainFailure } from "./pulumi-cli/known-failures.ts";
import type { PulumiCli, PulumiResult } from "./pulumi-cli/pulumi-cli.ts";
import type { Ledger } from "./state/ledger.ts";
import type { RecordStore } from "./state/record-store.ts";
import type { Verify } from "./verification/verification.ts";

/** What every operation on a stack needs. */
export interface StackContext {
  readonly environment: Environment;
  /** The directory of Pulumi.yaml. */
  readonly directory: string;
  readonly pulumi: PulumiCli;
  readonly recordStore: RecordStore;
  readonly ledger: Ledger;
  readonly verify: Verify;
  /** The AWS CLI, with which an update of an environment on EKS checks the account; undefined skips the checks. */
  readonly aws?: AwsCli;
  /** Runs kubectl, with which an operation checks an existing cluster before it changes anything; undefined skips the checks. */
  readonly kubectl?: Kubectl;
  /** Shows a message to the operator. */
  readonly note: (sentence: string) => void;
  /** Undefined without a terminal. */
  readonly prompt: ((question: string) => Promise<string>) | undefined;
}

/** Maximum number of updates that are read: each is an object to fetch, and no rollback goes back further. */
const HISTORY_SIZE = 200;

/** Returns `--stack` and its name, which is the environment's. */
export function stackArgs({ environment }: StackContext): readonly string[] {
  return ["--stack", environment];
}

/** @throws OperationError with a remedy if the run failed. */
export function requireSuccess(context: StackContext, run: PulumiResult, what: string): PulumiResult {
  if (run.status === 0) return run;
  throw explainFailure(run, what, context);
}

/**
 * Reads the stack's updates, newest first. Every operation calls this first, because it checks that backend and stack
 * exist.
 */
export async function readStackHistory(context: StackContext): Promise<Update[]> {
  // Pulumi's default is a page of ten.
  const args = ["stack", "history", "--json", ...stackArgs(context), "--page-size", String(HISTORY_SIZE)];
  const run = requireSuccess(context, await context.pulumi.capture(args, context.directory), "the history");
  return parseHistory(run.stdout.trim() === "" ? "[]" : run.stdout);
}

/** Reads the outputs of the stack, without secrets. */
export async function readStackOutputs(context: StackContext): Promise<Record<string, unknown>> {
  const args = ["stack", "output", "--json", ...stackArgs(context)];
  const run = requireSuccess(context, await context.pulumi.capture(args, context.directory), "the outputs");
  const found: unknown = JSON.parse(run.stdout);
  return typeof found === "object" && found !== null ? { ...found } : {};
}
