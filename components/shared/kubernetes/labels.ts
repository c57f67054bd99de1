import type { Environment } from "../environments.ts";

/** The recommended labels of Kubernetes. */
export type Labels = Readonly<Record<string, string>>;

/** The labels that select the pods of a workload; they cannot change, because selectors are immutable. */
export function selectorLabels(workload: string): Labels {
  return { "app.kubernetes.io/name": workload, "app.kubernetes.io/part-of": "spacetime-vr" };
}

/** The labels that select one pool of the game server's pods. */
export function poolLabels(workload: string, pool: string): Labels {
  return { ...selectorLabels(workload), "spacetime-vr.com/pool": pool };
}

/** The recommended labels of an object that belongs to a workload. */
export function objectLabels(workload: string, environment: Environment, version: string): Labels {
  return { ...commonLabels(workload, environment), "app.kubernetes.io/version": version };
}

/** The recommended labels of an object without a workload, such as a policy or a certificate. */
export function commonLabels(name: string, environment: Environment): Labels {
  return {
    ...selectorLabels(name),
    "app.kubernetes.io/instance": environment,
    "app.kubernetes.io/managed-by": "pulumi",
  };
}

/** The version label of an image pinned by digest: the first 12 hex digits, as registries display it. */
export function imageDigestVersion(image: string): string {
  return image.split("@sha256:")[1]?.slice(0, 12) ?? "unknown";
}
