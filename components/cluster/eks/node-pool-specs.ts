import type { Placement } from "../../shared/kubernetes/pod-spec.ts";
import type { NodePoolName } from "../cluster.ts";

/** What the stack file says of a pool. */
export interface NodePoolSize {
  /** EC2 instance categories to choose from. */
  readonly categories: readonly string[];
  /** vCPUs that one node may have. */
  readonly cpus: readonly string[];
  readonly architecture: "amd64" | "arm64";
  /** vCPUs of all nodes of the pool together. */
  readonly limitCpu: number;
}

/** The label that tells pools apart; the taint of a reserved pool has the same key and value. */
export const NODE_POOL_LABEL = "spacetime-vr.com/node-pool";

/** Pools with a taint: load from other pods would cause stutter for players, or gaps in the metrics. */
const TAINTED_POOLS: Readonly<Record<NodePoolName, boolean>> = {
  game: true,
  system: false,
  monitoring: true,
};

/** The oldest instance generation: from the fifth on every one is Nitro, which encrypts traffic between nodes. */
const MIN_INSTANCE_GENERATION_EXCLUSIVE = "4";

/** EKS ends every Auto Mode node after 21 days at the latest; 14 is its default, and leaves a week to find a quiet hour. */
const NODE_EXPIRE_AFTER = "336h";

/**
 * How long an expired or drifted node may keep sessions that refuse to end (`karpenter.sh/do-not-disrupt`), before they get
 * their pods' own grace period and no more. A day: as EKS itself has it, written down so that it does not change silently.
 */
const NODE_TERMINATION_GRACE_PERIOD = "24h";

/** While a pod with this annotation runs on a node, EKS does not disrupt the node voluntarily. */
const DO_NOT_DISRUPT_ANNOTATION = { "karpenter.sh/do-not-disrupt": "true" };

/** From five in the morning (UTC, as Karpenter has it) until two: fewest play between two and five in Europe. */
const NO_DISRUPTION_WINDOW = { schedule: "0 5 * * *", duration: "21h" };

/** Gibibytes with each vCPU in the richest category (r): the limit on memory never binds before the one on vCPUs. */
const MAX_GIBIBYTES_PER_CPU = 8;

/** The scheduling settings of a pod for a node pool. */
export function nodePoolPlacement(pool: NodePoolName): Placement {
  return {
    nodeSelector: { [NODE_POOL_LABEL]: pool },
    tolerations: TAINTED_POOLS[pool]
      ? [{ key: NODE_POOL_LABEL, operator: "Equal", value: pool, effect: "NoSchedule" }]
      : [],
    annotations: pool === "game" ? DO_NOT_DISRUPT_ANNOTATION : {},
  };
}

/** The spec of a Karpenter NodePool (`karpenter.sh/v1`) for EKS Auto Mode. */
export function nodePoolSpec(
  pool: NodePoolName,
  size: NodePoolSize,
  zones: readonly string[],
  nodeClass: string,
): object {
  return {
    template: {
      metadata: { labels: { [NODE_POOL_LABEL]: pool } },
      spec: {
        nodeClassRef: { group: "eks.amazonaws.com", kind: "NodeClass", name: nodeClass },
        ...(TAINTED_POOLS[pool]
          ? { taints: [{ key: NODE_POOL_LABEL, value: pool, effect: "NoSchedule" }] }
          : {}),
        requirements: [
          requirement("eks.amazonaws.com/instance-category", size.categories),
          requirement("eks.amazonaws.com/instance-cpu", size.cpus),
          {
            key: "eks.amazonaws.com/instance-generation",
            operator: "Gt",
            values: [MIN_INSTANCE_GENERATION_EXCLUSIVE],
          },
          requirement("kubernetes.io/arch", [size.architecture]),
          requirement("topology.kubernetes.io/zone", zones),
          // A spot node leaves within two minutes, which is less than a drain and less than a database's patience.
          requirement("karpenter.sh/capacity-type", ["on-demand"]),
        ],
        expireAfter: NODE_EXPIRE_AFTER,
        terminationGracePeriod: NODE_TERMINATION_GRACE_PERIOD,
      },
    },
    limits: { cpu: String(size.limitCpu), memory: `${size.limitCpu * MAX_GIBIBYTES_PER_CPU}Gi` },
    disruption: disruptionSpec(pool),
  };
}

function requirement(key: string, values: readonly string[]): object {
  return { key, operator: "In", values: [...values] };
}

/**
 * When EKS may take a node away by itself. Game nodes: when nobody plays on them, and for a new node image one at a time, at
 * night. The others: also to save money, but sessions hang on the gateway and data on the stores, so at night as well.
 */
function disruptionSpec(pool: NodePoolName): object {
  if (pool !== "game") {
    return {
      consolidationPolicy: "WhenEmptyOrUnderutilized",
      // Half an hour: shorter would follow every wave of players with a wave of moved pods.
      consolidateAfter: "30m",
      budgets: [
        { nodes: "10%" },
        { nodes: "0", reasons: ["Underutilized", "Drifted"], ...NO_DISRUPTION_WINDOW },
      ],
    };
  }
  return {
    consolidationPolicy: "WhenEmpty",
    consolidateAfter: "10m",
    budgets: [
      { nodes: "100%", reasons: ["Empty"] },
      { nodes: "1", reasons: ["Drifted"] },
      { nodes: "0", reasons: ["Drifted"], ...NO_DISRUPTION_WINDOW },
      { nodes: "0", reasons: ["Underutilized"] },
    ],
  };
}
