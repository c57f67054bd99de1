import type { Environment } from "../../../components/shared/environments.ts";

/** Production in a cluster that somebody else runs, with stores of its own: what has most to judge inside a cluster. */
export const EXISTING_CLUSTER = "production in a foreign cluster";

export type PlanName = Environment | typeof EXISTING_CLUSTER;
