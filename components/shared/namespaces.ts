/** The namespaces of a deployment; each carries Pod Security `restricted` and denies all traffic by default. */
export const NAMESPACES = ["spacetime", "spacetime-monitoring", "spacetime-backup"] as const;

/** One of the deployment's namespaces. */
export type Namespace = (typeof NAMESPACES)[number];

/** The namespace of the game itself. */
export const GAME_NAMESPACE: Namespace = "spacetime";
