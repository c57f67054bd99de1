import type * as kubernetes from "@pulumi/kubernetes";
import type { Labels } from "./labels.ts";

type PodSpec = kubernetes.types.input.core.v1.PodSpec;
type SecurityContext = kubernetes.types.input.core.v1.SecurityContext;
type SpreadConstraint = kubernetes.types.input.core.v1.TopologySpreadConstraint;
type ResourceRequirements = kubernetes.types.input.core.v1.ResourceRequirements;

/** The nodes that a pod may run on, and annotations that protect it from disruption. */
export interface Placement {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly kubernetes.types.input.core.v1.Toleration[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** The fields of a pod spec for a placement; empty if the pod may run on any node. */
export function placementSpec({ nodeSelector, tolerations }: Placement): Partial<PodSpec> {
  return {
    ...(Object.keys(nodeSelector).length > 0 ? { nodeSelector: { ...nodeSelector } } : {}),
    ...(tolerations.length > 0 ? { tolerations: [...tolerations] } : {}),
  };
}

/** The container settings of Pod Security `restricted`, and a read-only root file system. */
export const RESTRICTED_SECURITY_CONTEXT: SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
};

/** The user and group who own the files of an image. */
export interface PodUser {
  readonly uid: number;
  readonly gid: number;
}

/** The pod settings of Pod Security `restricted`, without a ServiceAccount token. */
export function restrictedPodSpec(serviceAccountName: string, identity: PodUser): Partial<PodSpec> {
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    // Service links would add variables for every Service of the namespace to the environment.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: identity.uid,
      runAsGroup: identity.gid,
      fsGroup: identity.gid,
      // Avoids changing the ownership of all files in the volume on every start.
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
}

/**
 * Spreads the pods of a workload over zones (required if the cluster has several) and over nodes (preferred).
 */
export function topologySpread(labels: Labels, zones: number): SpreadConstraint[] {
  const labelSelector = { matchLabels: { ...labels } };
  // Counts the pods of each revision separately, so that old pods do not affect the spread of new ones.
  const matchLabelKeys = ["pod-template-hash"];
  // A failed zone must not count as an empty zone, which would block scheduling in the others.
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

/** Requests equal to limits (QoS class Guaranteed), for predictable performance. */
export function guaranteedResources(resources: {
  readonly cpu: string;
  readonly memory: string;
}): ResourceRequirements {
  const amounts = { cpu: resources.cpu, memory: resources.memory };
  return { requests: amounts, limits: amounts };
}

/** A writable directory for a read-only root file system; `sizeLimit` protects the disk of the node. */
export function emptyDirVolume(name: string, sizeLimit: string): kubernetes.types.input.core.v1.Volume {
  return { name, emptyDir: { sizeLimit } };
}
