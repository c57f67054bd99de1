import type { Environment } from "../../components/shared/environments.ts";

/** Production in a cluster that somebody else runs, with stores of its own: what has most to judge inside a cluster. */
export const FOREIGN = "production in a foreign cluster";

export type PlanName = Environment | typeof FOREIGN;
