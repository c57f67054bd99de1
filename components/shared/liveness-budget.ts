/** How long a process may be unresponsive before it is restarted; the fields are those of a Kubernetes probe. */
export interface LivenessBudget {
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** A minute: a server that is busy loading a scene is not restarted. In a cluster and in the local deployment. */
export const GAME_SERVER_LIVENESS: LivenessBudget = {
  periodSeconds: 10,
  timeoutSeconds: 3,
  failureThreshold: 6,
};
