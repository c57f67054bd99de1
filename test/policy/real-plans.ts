import { ENVIRONMENTS, type Environment } from "../../components/shared/environments.ts";
import program from "../../index.ts";
import type { Plan } from "../../plan/plan.ts";
import { planEnvironment } from "../../plan/run.ts";
import { filledRawConfig } from "../support/filled-config.ts";
import type { Plans } from "./judge.ts";

/** The real plan of every environment, with an owner's values in place of the examples. */
export async function realPlans(): Promise<Plans> {
  const plans: [Environment, Plan][] = [];
  for (const environment of ENVIRONMENTS) {
    plans.push([environment, await planEnvironment(() => program(), filledRawConfig(environment))]);
  }
  return Object.fromEntries(plans) as unknown as Plans;
}
