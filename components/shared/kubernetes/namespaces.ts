/**
 * The namespaces of a deployment. All deny traffic by default; all but the last enforce Pod Security `restricted`. The last
 * one is for node agents (metrics and log files of a node), which mount host paths.
 */
export const NAMESPACES = [
  "spacetime",
  "spacetime-monitoring",
  "spacetime-backup",
  "spacetime-nodes",
] as const;

/** One of the deployment's namespaces. */
export type Namespace = (typeof NAMESPACES)[number];

/** The namespace of the game itself. */
export const GAME_NAMESPACE: Namespace = "spacetime";

/** The namespace of Prometheus, Alertmanager, Grafana and the exporters. */
export const MONITORING_NAMESPACE: Namespace = "spacetime-monitoring";

/** The namespace of the backup repository and of the Jobs that back up and restore. */
export const BACKUP_NAMESPACE: Namespace = "spacetime-backup";

/** The namespace of node agents, which mount host paths. */
export const NODES_NAMESPACE: Namespace = "spacetime-nodes";

/**
 * The Pod Security level that a namespace enforces. `baseline` does not allow host paths, so node agents need `privileged`;
 * the policies limit them to read-only mounts, non-root users and no host namespaces.
 */
export function podSecurityLevel(namespace: Namespace): "restricted" | "privileged" {
  return namespace === NODES_NAMESPACE ? "privileged" : "restricted";
}
