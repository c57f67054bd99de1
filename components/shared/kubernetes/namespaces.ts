/**
 * The namespaces of a deployment. Each denies all traffic by default; all but the last carry Pod Security `restricted`. What
 * has to look at a node (its figures, its containers' log files) stands apart in the last, which may mount directories of it.
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

/** The namespace of Prometheus, Alertmanager, Grafana and what they ask. */
export const MONITORING_NAMESPACE: Namespace = "spacetime-monitoring";

/** The namespace of what reads directories of its node. */
export const NODES_NAMESPACE: Namespace = "spacetime-nodes";

/**
 * The Pod Security level that a namespace enforces. A pod that mounts a directory of its node is outside even `baseline`; what
 * such pods may be beyond that, the policies say: read-only, no root, no namespace of the node.
 */
export function podSecurityLevel(namespace: Namespace): "restricted" | "privileged" {
  return namespace === NODES_NAMESPACE ? "privileged" : "restricted";
}
