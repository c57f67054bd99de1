import type { RawConfig } from "../components/config/config.ts";
import { readStackFile } from "../components/config/stack-file/read-stack-file.ts";
import type { Environment } from "../components/shared/environments.ts";
import type { Plan } from "./plan.ts";

/** Plans the program of this repository, which is loaded only here: loading the SDKs takes most of a plan's time. */
export async function planProgram(raw: RawConfig): Promise<Plan> {
  const [{ default: program }, { planEnvironment }] = await Promise.all([
    import("../index.ts"),
    import("./plan-environment.ts"),
  ]);
  return planEnvironment(program, raw);
}

/** Returns a function that plans an environment in its first call, and returns the same plan in the later ones. */
export function createPlanOnce(directory: string, environment: Environment): () => Promise<Plan> {
  let planned: Promise<Plan> | undefined;
  return () => {
    planned ??= planProgram(readStackFile(directory, environment));
    return planned;
  };
}
