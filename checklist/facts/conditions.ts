import type { Config } from "../../components/config/config.ts";
import type { ChecklistFacts } from "../evaluation/facts.ts";
import type { People } from "../records/people.ts";

/** Which conditions an environment meets. Without a read ledger it is not known whether there was an earlier release. */
export function conditionsOf(
  config: Config,
  people: People,
  hasEarlierRelease: boolean | undefined,
): ChecklistFacts["conditions"] {
  const { cluster, database, redis, logs, gateway } = config;
  return {
    kubernetes: true,
    eks: cluster.kind === "eks",
    "cluster-exists": cluster.kind === "existing" ? true : hasEarlierRelease,
    "own-database": database.kind !== "external",
    rds: database.kind === "rds",
    // Both kinds of Redis are part of the deployment.
    "own-redis": true,
    "in-cluster-redis": redis.kind === "in-cluster",
    "ships-logs": logs.kind !== "stdout",
    "public-name": gateway.domain !== "localhost",
    "earlier-release": hasEarlierRelease,
    "status-page": people.statusPage !== undefined,
  };
}
