import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../components/shared/environments.ts";
import { InputError } from "../../components/shared/errors.ts";
import type { Plan } from "../plan.ts";
import type { PlanWorkerResults } from "./plan-worker-result.ts";
import { type Checkout, createCheckout, resolveCommit } from "./worktree.ts";

export interface PlansAtRefArgs {
  /** The directory of Pulumi.yaml and the stack files, in a git work tree. */
  readonly directory: string;
  /** A branch, a tag, a commit. */
  readonly ref: string;
  readonly environments: readonly Environment[];
  /** The path of `plan/git/plan-worker.ts`. */
  readonly runner: string;
}

/** What a commit's environments would become. */
export interface PlansAtRef {
  readonly commit: string;
  /** By environment; one that the commit does not describe is missing. */
  readonly plans: ReadonlyMap<Environment, Plan>;
  /** What a reader of the comparison should know, a sentence each. */
  readonly notes: readonly string[];
}

/** Signals that would end this process with the checkout still there. */
const TERMINATION_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Plans the program and the stack files of another commit, in a process of its own, with the runner and the
 * packages of this one. The checkout is removed whatever happens.
 * @throws InputError for an unknown ref, a directory outside git, or a commit whose program refuses its config or fails;
 * MissingToolError without git.
 */
export async function plansAtRef(args: PlansAtRefArgs): Promise<PlansAtRef> {
  const { directory, ref } = args;
  const commit = resolveCommit(directory, ref);
  return withCheckout(directory, commit, async (checkout, stop) => {
    const described = args.environments.filter((environment) => hasStackFile(checkout, environment));
    const answers = described.length === 0 ? {} : await runPlanWorker(args, checkout, described, stop);
    const plans = described.map(
      (environment) => [environment, planFromResult(ref, environment, answers)] as const,
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
    // Ends this process the way it would have ended without this handler, so that its caller sees the signal.
    process.kill(process.pid, signal);
  };
  // Before the checkout: a signal that comes while git is at work is answered once it is done.
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
  if (!hasProgram(checkout)) return [`${ref} has no program yet: every resource counts as added.`];
  const missing = environments.filter((environment) => !hasStackFile(checkout, environment));
  const lockfiles = [directory, checkout.directory].map((place) => readLockfile(place));
  return [
    ...missing.map(
      (environment) => `${ref} has no Pulumi.${environment}.yaml: every resource counts as added.`,
    ),
    ...(lockfiles[0] === lockfiles[1]
      ? []
      : [`package-lock.json of ${ref} differs: its program was planned with the packages installed here.`]),
  ];
}

function readLockfile(directory: string): string | undefined {
  const path = join(directory, "package-lock.json");
  // Line ends differ between a checkout on Windows and one elsewhere.
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
    throw planError(
      ref,
      "names a commit whose program ends the planning process",
      `${last} (exit code ${status})`,
    );
  }
}

function planFromResult(ref: string, environment: Environment, answers: PlanWorkerResults): Plan {
  const answer = answers[environment];
  if (answer !== undefined && "plan" in answer) return answer.plan;
  const what = answer?.error.kind === "input" ? "whose config its program refuses" : "whose program fails";
  throw planError(ref, `names a commit ${what} (${environment})`, answer?.error.message ?? "nothing");
}

function planError(ref: string, rule: string, said: string): InputError {
  const problem = { subject: "--diff", value: ref, rule, remedy: `It says: ${said}` };
  return new InputError("The plans cannot be compared:", [problem]);
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
