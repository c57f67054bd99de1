import type { Placement } from "../../shared/kubernetes/pod-spec.ts";
import type { NodePoolName } from "../cluster.ts";

/** The settings of a pool in the stack file. */
export interface NodePoolSize {
  /** Allowed EC2 instance categories. */
  readonly categories: readonly string[];
  /** Allowed vCPUs per node. */
  readonly cpus: readonly string[];
  readonly architecture: "amd64" | "arm64";
  /** Limit for the sum of vCPUs in the pool. */
  readonly limitCpu: number;
}

/** The label of a pool; the taint of a reserved pool has the same key and value. */
export const NODE_POOL_LABEL = "spacetime-vr.com/node-pool";

/** Pools with a taint: load from other pods would cause stutter for players, or gaps in the metrics. */
const TAINTED_POOLS: Readonly<Record<NodePoolName, boolean>> = {
  game: true,
  system: false,
  monitoring: true,
};

/** The minimum instance generation: all later ones use Nitro, which encrypts traffic between nodes. */
const MIN_INSTANCE_GENERATION_EXCLUSIVE = "4";

/**
 * The limit of EKS Auto Mode, 21 days, less the grace period below. Expiry is a forceful disruption: it ignores the budgets, by day
 * and for many nodes at the same time, because nodes that started together expire together. Drift respects the budgets, and EKS
 * releases node images about weekly, so a node is replaced by drift long before it expires.
 * https://karpenter.sh/docs/concepts/disruption/#expiration
 */
const NODE_EXPIRE_AFTER = "480h";

/**
 * How long an expired or drifted node waits for pods with `karpenter.sh/do-not-disrupt` before it terminates them with
 * their grace period. A day is the default of EKS; it is explicit so that it cannot change unnoticed. EKS counts it against the 21 days.
 */
const NODE_TERMINATION_GRACE_PERIOD = "24h";

/** While a pod with this annotation runs on a node, EKS does not disrupt the node voluntarily. */
const DO_NOT_DISRUPT_ANNOTATION = { "karpenter.sh/do-not-disrupt": "true" };

/** From 05:00 to 02:00 UTC: between 02:00 and 05:00, the fewest players in Europe are online. */
const NO_DISRUPTION_WINDOW = { schedule: "0 5 * * *", duration: "21h" };

/** GiB per vCPU in the category with the most memory (r), so that the memory limit is never reached before the CPU limit. */
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
          // A spot node terminates within two minutes, which is shorter than a drain and a database shutdown.
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
 * When EKS may disrupt nodes. Game nodes: if they are empty, and at night one at a time for a new node image. Other nodes:
 * also to reduce cost, but only at night, because the gateway has sessions and the databases have data.
 */
function disruptionSpec(pool: NodePoolName): object {
  if (pool !== "game") {
    return {
      consolidationPolicy: "WhenEmptyOrUnderutilized",
      // With less than half an hour, every wave of players would be followed by evicted pods.
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
