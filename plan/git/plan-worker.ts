/**
 * `node plan/git/plan-worker.ts <programDir> <environment…>`: plans the program of another directory, of another commit perhaps, with
 * this runner. Prints `ChildAnswers` as JSON on standard output; what the program itself prints goes to standard error.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import { InputError } from "../../components/shared/errors.ts";
import { type Program, planEnvironment } from "../plan-environment.ts";
import type { PlanWorkerResult, PlanWorkerResults } from "./plan-worker-result.ts";

async function planOne(directory: string, environment: string): Promise<PlanWorkerResult> {
  try {
    const raw = readStackFile(directory, environment);
    const module = (await import(pathToFileURL(join(directory, "index.ts")).href)) as { default?: unknown };
    if (typeof module.default !== "function") throw new Error("index.ts exports no program as its default.");
    return { plan: await planEnvironment(module.default as Program, raw) };
  } catch (error) {
    // The other commit has an InputError class of its own.
    const isInput = error instanceof InputError || (error instanceof Error && error.name === "InputError");
    const message = error instanceof Error ? error.message : String(error);
    return { error: { kind: isInput ? "input" : "failure", message } };
  }
}

async function planAll(directory: string, environments: readonly string[]): Promise<PlanWorkerResults> {
  const all: Record<string, PlanWorkerResult> = {};
  for (const environment of environments) {
    const said = await planOne(directory, environment);
    all[environment] = said;
    // Nothing is compared when one environment cannot be, and a failed run may leave work behind in the SDK.
    if ("error" in said) break;
  }
  return all;
}

const writeStdout = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
const [directory = "", ...environments] = process.argv.slice(2);
writeStdout(JSON.stringify(await planAll(directory, environments)));
