import type { Environment } from "../../components/shared/environments.ts";
import { parseHistory, type Update } from "./history/stack-history.ts";
import { explainFailure } from "./pulumi-cli/known-failures.ts";
import type { PulumiCli, PulumiResult } from "./pulumi-cli/pulumi-cli.ts";
import type { Ledger } from "./state/ledger.ts";
import type { RecordStore } from "./state/record-store.ts";
import type { Verify } from "./verification/verification.ts";

/** What every operation on a stack works with. */
export interface StackContext {
  readonly environment: Environment;
  /** The directory of Pulumi.yaml. */
  readonly directory: string;
  readonly pulumi: PulumiCli;
  readonly recordStore: RecordStore;
  readonly ledger: Ledger;
  readonly verify: Verify;
  /** A sentence for the person who waits. */
  readonly note: (sentence: string) => void;
  /** Undefined where nobody can be asked. */
  readonly prompt: ((question: string) => Promise<string>) | undefined;
}

/** Only this many updates are looked at: each is an object to fetch, and nobody goes back further. */
const HISTORY_SIZE = 200;

/** `--stack` and the environment: stacks are named after environments. */
export function stackArgs({ environment }: StackContext): readonly string[] {
  return ["--stack", environment];
}

/** @throws OperationError with the remedy when the run failed. */
export function requireSuccess(context: StackContext, run: PulumiResult, what: string): PulumiResult {
  if (run.status === 0) return run;
  throw explainFailure(run, what, context);
}

/** The stack's updates, the newest first; the first call of every operation, because it proves backend and stack. */
export async function readStackHistory(context: StackContext): Promise<Update[]> {
  // The default is a page of ten.
  const args = ["stack", "history", "--json", ...stackArgs(context), "--page-size", String(HISTORY_SIZE)];
  const run = requireSuccess(context, await context.pulumi.capture(args, context.directory), "the history");
  return parseHistory(run.stdout.trim() === "" ? "[]" : run.stdout);
}

/** The outputs of the stack, secrets left out. */
export async function readStackOutputs(context: StackContext): Promise<Record<string, unknown>> {
  const args = ["stack", "output", "--json", ...stackArgs(context)];
  const run = requireSuccess(context, await context.pulumi.capture(args, context.directory), "the outputs");
  const found: unknown = JSON.parse(run.stdout);
  return typeof found === "object" && found !== null ? { ...found } : {};
}
