import type { Environment } from "../../components/shared/environments.ts";
import type { PlannedObject } from "../../probes/target/target.ts";
import type { Output } from "../output.ts";

/** Health judges an environment against its own plan: what the plan does not have is not applicable. */
export async function planObjects(
  environment: Environment,
  directory: string,
  output: Output,
): Promise<readonly PlannedObject[]> {
  output.progress(`planning ${environment}`);
  const [{ planProgram }, { readStackFile }] = await Promise.all([
    import("../../plan/plan-program.ts"),
    import("../../components/config/stack-file/read-stack-file.ts"),
  ]);
  const plan = await planProgram(readStackFile(directory, environment));
  return plan.resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) => inputs as unknown as PlannedObject);
}
