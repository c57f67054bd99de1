import type { RawConfig } from "../../../components/config/config.ts";
import { ENVIRONMENTS, type Environment } from "../../../components/shared/environments.ts";
import program from "../../../index.ts";
import type { Plan } from "../../../plan/plan.ts";
import { planEnvironment } from "../../../plan/plan-environment.ts";
import { TEST_CREDENTIALS } from "../../monitoring/monitoring-fixture.ts";
import { filledRawConfig, useExistingCluster, type Values } from "../../support/filled-config.ts";
import type { Plans } from "./expectations.ts";
import { EXISTING_CLUSTER, type PlanName } from "./plan-names.ts";

/** An environment with its placeholders filled in and, in production, the credentials of its notification channels. */
function configOf(environment: Environment, change: (values: Values) => void = () => undefined): RawConfig {
  if (environment !== "production") return filledRawConfig(environment, change);
  const withCredentials = (values: Values): void => {
    Object.assign(values, TEST_CREDENTIALS);
    change(values);
  };
  return filledRawConfig(environment, withCredentials, Object.keys(TEST_CREDENTIALS));
}

/** The real plan of every environment with its placeholders filled in, and of production in an existing cluster. */
export async function realPlans(): Promise<Plans> {
  const plans: [PlanName, Plan][] = [];
  for (const environment of ENVIRONMENTS) {
    plans.push([environment, await planEnvironment(() => program(), configOf(environment))]);
  }
  const foreign = configOf("production", useExistingCluster);
  plans.push([EXISTING_CLUSTER, await planEnvironment(() => program(), foreign)]);
  return Object.fromEntries(plans) as unknown as Plans;
}
