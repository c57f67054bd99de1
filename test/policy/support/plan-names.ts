import type { Environment } from "../../../components/shared/environments.ts";

/** Production in an existing cluster with in-cluster data stores, to which most in-cluster rules apply. */
export const EXISTING_CLUSTER = "production in a foreign cluster";

export type PlanName = Environment | typeof EXISTING_CLUSTER;
