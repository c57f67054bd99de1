/**
 * `node plan/git/plan-worker.ts <programDir> <environment…>`: plans the program in another directory, usually a checkout of
 * another commit. Prints `PlanWorkerResults` as JSON to standard output; output of the program goes to standard error.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import { InputError } from "../../components/shared/errors.ts";
import type { Plan } from "../plan.ts";
import { type Program, planEnvironment } from "../plan-environment.ts";

/** The plan of one environment, or its error: the program rejected the config (`input`) or failed (`failure`). */
type PlanWorkerResult =
  | { readonly plan: Plan }
  | { readonly error: { readonly kind: "input" | "failure"; readonly message: string } };

/** The output of this script, by environment. */
export type PlanWorkerResults = Readonly<Record<string, PlanWorkerResult>>;

async function planOne(directory: string, environment: string): Promise<PlanWorkerResult> {
  try {
    const raw = readStackFile(directory, environment);
    const module = (await import(pathToFileURL(join(directory, "index.ts")).href)) as { default?: unknown };
    if (typeof module.default !== "function")
      throw new Error("index.ts has no default export that is a function.");
    return { plan: await planEnvironment(module.default as Program, raw) };
  } catch (error) {
    // The other commit has its own InputError class.
    const isInput = error instanceof InputError || (error instanceof Error && error.name === "InputError");
    const message = error instanceof Error ? error.message : String(error);
    return { error: { kind: isInput ? "input" : "failure", message } };
  }
}

async function planAll(directory: string, environments: readonly string[]): Promise<PlanWorkerResults> {
  const all: Record<string, PlanWorkerResult> = {};
  for (const environment of environments) {
    const result = await planOne(directory, environment);
    all[environment] = result;
    // One failure fails the whole comparison, and a failed run may leave pending work in the SDK.
    if ("error" in result) break;
  }
  return all;
}

const writeStdout = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
const [directory = "", ...environments] = process.argv.slice(2);
writeStdout(JSON.stringify(await planAll(directory, environments)));
