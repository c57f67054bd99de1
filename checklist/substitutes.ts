import type { Condition, Substitute } from "./types.ts";

/** What replaces an item where a condition is not met, unless the item names something more specific. */
const DEFAULT_SUBSTITUTES: Readonly<Record<Condition, string>> = {
  kubernetes:
    "The process deployment has no such object; the supervisor's status and the ten verification checks replace it.",
  eks: "The owner of the existing cluster is responsible, with docs/eks-best-practices.md as the reference.",
  "cluster-exists":
    "The deployment creates the cluster in a supported version, with node pools and storage classes of its own.",
  "own-database":
    "The operator of the external database is responsible; the servers verify its certificate against database.caCertificate.",
  rds: "The database is a StatefulSet in the cluster, with a retained volume; it is restored from its backups.",
  "own-redis": "Without Redis, every server keeps sessions and rate limits of its own.",
  "in-cluster-redis": "ElastiCache replaces the StatefulSet; AWS manages its replicas, memory and snapshots.",
  "ships-logs":
    "With logs.kind: stdout, the log collection of the cluster is responsible; `kubectl logs` shows the logs.",
  "public-name": "Without a public name, clients connect to the address of the gateway.",
  "earlier-release": "The first deployment replaces nothing, so there is nothing to save or to roll back to.",
  "status-page": "Without a status page, the announcement to everyone affected is the notice.",
};

/** Returns the substitute for each condition of an item. */
export function substitutesFor(
  conditions: readonly Condition[],
  specific: Readonly<Partial<Record<Condition, string>>>,
): readonly Substitute[] {
  return conditions.map((unless) => ({ unless, instead: specific[unless] ?? DEFAULT_SUBSTITUTES[unless] }));
}
