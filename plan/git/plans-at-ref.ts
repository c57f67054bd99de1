import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../components/shared/environments.ts";
import { InputError } from "../../components/shared/errors.ts";
import type { Plan } from "../plan.ts";
import type { PlanWorkerResults } from "./plan-worker.ts";
import { type Checkout, createCheckout, resolveCommit } from "./worktree.ts";

export interface PlansAtRefArgs {
  /** The directory of Pulumi.yaml and the stack files, in a git work tree. */
  readonly directory: string;
  /** A branch, a tag or a commit. */
  readonly ref: string;
  readonly environments: readonly Environment[];
  /** The path of `plan/git/plan-worker.ts`. */
  readonly runner: string;
}

/** The plans of a commit. */
export interface PlansAtRef {
  readonly commit: string;
  /** By environment, without environments that have no stack file in the commit. */
  readonly plans: ReadonlyMap<Environment, Plan>;
  /** Sentences about limits of the comparison. */
  readonly notes: readonly string[];
}

/** Signals on which the checkout must be removed. */
const TERMINATION_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Plans the program and the stack files of another commit in a separate process, with the runner and the packages of this
 * one. The checkout is always removed.
 * @throws InputError for an unknown ref, a directory outside git, or a program that rejects its config or fails;
 * MissingToolError without git.
 */
export async function plansAtRef(args: PlansAtRefArgs): Promise<PlansAtRef> {
  const { directory, ref } = args;
  const commit = resolveCommit(directory, ref);
  return withCheckout(directory, commit, async (checkout, stop) => {
    const described = args.environments.filter((environment) => hasStackFile(checkout, environment));
    const results = described.length === 0 ? {} : await runPlanWorker(args, checkout, described, stop);
    const plans = described.map(
      (environment) => [environment, planFromResult(ref, environment, results)] as const,
    );
    return { commit, plans: new Map(plans), notes: comparisonNotes(args, checkout) };
  });
}

async function withCheckout<Result>(
  directory: string,
  commit: string,
  body: (checkout: Checkout, stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  let checkout: Checkout | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    stop.abort();
    checkout?.remove();
    for (const name of TERMINATION_SIGNALS) process.off(name, onSignal);
    // Terminate like without this handler, so that the parent process sees the signal.
    process.kill(process.pid, signal);
  };
  // Before the checkout, so that a signal while git is running is handled afterwards.
  for (const signal of TERMINATION_SIGNALS) process.on(signal, onSignal);
  try {
    checkout = createCheckout(directory, commit);
    return await body(checkout, stop.signal);
  } finally {
    for (const signal of TERMINATION_SIGNALS) process.off(signal, onSignal);
    checkout?.remove();
  }
}

function hasProgram({ directory }: Checkout): boolean {
  return existsSync(join(directory, "index.ts"));
}

function hasStackFile(checkout: Checkout, environment: Environment): boolean {
  return hasProgram(checkout) && existsSync(join(checkout.directory, `Pulumi.${environment}.yaml`));
}

function comparisonNotes({ directory, ref, environments }: PlansAtRefArgs, checkout: Checkout): string[] {
  if (!hasProgram(checkout)) return [`${ref} has no index.ts: every resource is shown as added.`];
  const missing = environments.filter((environment) => !hasStackFile(checkout, environment));
  const lockfiles = [directory, checkout.directory].map((path) => readLockfile(path));
  return [
    ...missing.map(
      (environment) => `${ref} has no Pulumi.${environment}.yaml: every resource is shown as added.`,
    ),
    ...(lockfiles[0] === lockfiles[1]
      ? []
      : [
          `package-lock.json of ${ref} differs: its program was planned with the packages that are installed now.`,
        ]),
  ];
}

function readLockfile(directory: string): string | undefined {
  const path = join(directory, "package-lock.json");
  // A checkout on Windows may have different line endings.
  return existsSync(path) ? readFileSync(path, "utf8").replaceAll("\r\n", "\n") : undefined;
}

async function runPlanWorker(
  { ref, runner }: PlansAtRefArgs,
  { directory }: Checkout,
  environments: readonly Environment[],
  signal: AbortSignal,
): Promise<PlanWorkerResults> {
  const child = spawn(process.execPath, [runner, directory, ...environments], {
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
    signal,
  });
  const [stdout, stderr, status] = await Promise.all([
    readStream(child.stdout),
    readStream(child.stderr),
    waitForExit(child),
  ]);
  try {
    return JSON.parse(stdout) as PlanWorkerResults;
  } catch {
    const last = stderr.trim().split("\n").at(-1) ?? "";
    throw planError(ref, "cannot be planned: the planning process failed", `${last} (exit code ${status})`);
  }
}

function planFromResult(ref: string, environment: Environment, results: PlanWorkerResults): Plan {
  const result = results[environment];
  if (result !== undefined && "plan" in result) return result.plan;
  const what = result?.error.kind === "input" ? "its program rejects the config" : "its program fails";
  throw planError(
    ref,
    `cannot be planned: ${what} (${environment})`,
    result?.error.message ?? "the planning process returned no result",
  );
}

function planError(ref: string, rule: string, message: string): InputError {
  const problem = { subject: "--diff", value: ref, rule, remedy: `Error: ${message}` };
  return new InputError("Cannot compare plans:", [problem]);
}

async function readStream(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function waitForExit(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.on("error", reject);
  child.on("close", (code, signal) => resolve(String(code ?? signal)));
  return promise;
}
