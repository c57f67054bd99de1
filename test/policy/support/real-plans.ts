import { ENVIRONMENTS } from "../../../components/shared/environments.ts";
import program from "../../../index.ts";
import type { Plan } from "../../../plan/plan.ts";
import { planEnvironment } from "../../../plan/plan-environment.ts";
import { filledRawConfig, useExistingCluster } from "../../support/filled-config.ts";
import type { Plans } from "./expectations.ts";
import { EXISTING_CLUSTER, type PlanName } from "./plan-names.ts";

/** The real plan of every environment with its placeholders filled in, and of production in an existing cluster. */
export async function realPlans(): Promise<Plans> {
  const plans: [PlanName, Plan][] = [];
  for (const environment of ENVIRONMENTS) {
    plans.push([environment, await planEnvironment(() => program(), filledRawConfig(environment))]);
  }
  const foreign = filledRawConfig("production", useExistingCluster);
  plans.push([EXISTING_CLUSTER, await planEnvironment(() => program(), foreign)]);
  return Object.fromEntries(plans) as unknown as Plans;
}
