import type * as kubernetes from "@pulumi/kubernetes";
import type { Labels } from "./labels.ts";

type PodSpec = kubernetes.types.input.core.v1.PodSpec;
type SecurityContext = kubernetes.types.input.core.v1.SecurityContext;
type SpreadConstraint = kubernetes.types.input.core.v1.TopologySpreadConstraint;
type ResourceRequirements = kubernetes.types.input.core.v1.ResourceRequirements;

/** Which nodes a pod may stand on, and what its node may not do to it. */
export interface Placement {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly kubernetes.types.input.core.v1.Toleration[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** A placement as a pod spec states it; a pod that may stand anywhere states nothing. */
export function placementSpec({ nodeSelector, tolerations }: Placement): Partial<PodSpec> {
  return {
    ...(Object.keys(nodeSelector).length > 0 ? { nodeSelector: { ...nodeSelector } } : {}),
    ...(tolerations.length > 0 ? { tolerations: [...tolerations] } : {}),
  };
}

/** The container half of Pod Security `restricted`, and a root file system that nobody can write to. */
export const RESTRICTED_SECURITY_CONTEXT: SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
};

/** The user and group that an image's files belong to. */
export interface PodUser {
  readonly uid: number;
  readonly gid: number;
}

/** The pod half of Pod Security `restricted`; no workload talks to the Kubernetes API, so no token is mounted. */
export function restrictedPodSpec(serviceAccountName: string, identity: PodUser): Partial<PodSpec> {
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    // Service links would put every Service of the namespace into the environment beside the declared variables.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: identity.uid,
      runAsGroup: identity.gid,
      fsGroup: identity.gid,
      // A volume whose files already belong to the group is not walked again at every start.
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
}

/**
 * Spreads a workload's pods over zones (strictly, where the cluster has several) and over nodes (as well as it goes).
 */
export function topologySpread(labels: Labels, zones: number): SpreadConstraint[] {
  const labelSelector = { matchLabels: { ...labels } };
  // Counting each rollout's pods apart keeps a half-finished rollout from skewing the next one.
  const matchLabelKeys = ["pod-template-hash"];
  // A lost zone must not count as an empty one that others have to wait for.
  const nodeTaintsPolicy = "Honor";
  const overNodes: SpreadConstraint = {
    topologyKey: "kubernetes.io/hostname",
    maxSkew: 1,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector,
    matchLabelKeys,
    nodeTaintsPolicy,
  };
  if (zones === 1) return [overNodes];
  return [
    {
      topologyKey: "topology.kubernetes.io/zone",
      maxSkew: 1,
      whenUnsatisfiable: "DoNotSchedule",
      labelSelector,
      matchLabelKeys,
      nodeTaintsPolicy,
    },
    overNodes,
  ];
}

/** Requests equal to limits: the pod gets what it asked for (QoS class Guaranteed) and nothing is a surprise. */
export function guaranteedResources(resources: {
  readonly cpu: string;
  readonly memory: string;
}): ResourceRequirements {
  const amounts = { cpu: resources.cpu, memory: resources.memory };
  return { requests: amounts, limits: amounts };
}

/** A writable directory on a root file system that is not; `sizeLimit` keeps a runaway writer from filling the node. */
export function emptyDirVolume(name: string, sizeLimit: string): kubernetes.types.input.core.v1.Volume {
  return { name, emptyDir: { sizeLimit } };
}
