import type { RawConfig } from "../components/config/config.ts";
import type { Plan } from "./plan.ts";

/** Plans the program of this repository, which is loaded only here: loading the SDKs takes most of a plan's time. */
export async function planProgram(raw: RawConfig): Promise<Plan> {
  const [{ default: program }, { planEnvironment }] = await Promise.all([
    import("../index.ts"),
    import("./plan-environment.ts"),
  ]);
  return planEnvironment(program, raw);
}
