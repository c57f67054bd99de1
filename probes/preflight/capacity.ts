import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import {
  type ClusterCapacity,
  type NodeCapacity,
  type PodRequests,
  podRequests,
} from "../sources/capacity.ts";
import type { PlannedObject } from "../target/target.ts";

/** The pods of a planned workload that must fit at the same time. */
export interface PlannedPods extends PodRequests {
  readonly workload: string;
  readonly count: number;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly {
    readonly key?: string;
    readonly operator?: string;
    readonly value?: string;
    readonly effect?: string;
  }[];
}

interface WorkloadObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: {
      readonly spec?: Parameters<typeof podRequests>[0] & {
        readonly nodeSelector?: Readonly<Record<string, string>>;
        readonly tolerations?: PlannedPods["tolerations"];
      };
    };
  };
}

interface AutoscalerObject {
  readonly spec?: { readonly minReplicas?: number; readonly scaleTargetRef?: { readonly name?: string } };
}

/** The planned pods: of each Deployment and StatefulSet its replicas and one more for a rollout, of a DaemonSet one for each node. */
export function plannedPods(planned: readonly PlannedObject[], nodeCount: number): PlannedPods[] {
  const autoscalers = planned.filter(({ kind }) => kind === "HorizontalPodAutoscaler");
  return planned.flatMap((object) => {
    const { spec } = object as WorkloadObject;
    const pod = spec?.template?.spec;
    if (pod === undefined || !["Deployment", "StatefulSet", "DaemonSet"].includes(object.kind)) return [];
    const minimum = autoscalers
      .map((one) => (one as AutoscalerObject).spec)
      .find((one) => one?.scaleTargetRef?.name === object.metadata.name)?.minReplicas;
    const replicas = spec?.replicas ?? minimum ?? 1;
    return {
      workload: `${object.kind} ${object.metadata.name}`,
      count: object.kind === "DaemonSet" ? nodeCount : replicas + 1,
      ...podRequests(pod),
      nodeSelector: pod.nodeSelector ?? {},
      tolerations: pod.tolerations ?? [],
    };
  });
}

function accepts({ labels, taints }: NodeCapacity, { nodeSelector, tolerations }: PlannedPods): boolean {
  const isSelected = Object.entries(nodeSelector).every(([name, value]) => labels[name] === value);
  const isTolerated = taints
    .filter(({ effect }) => effect !== "PreferNoSchedule")
    .every(({ key, value, effect }) =>
      tolerations.some(
        (one) =>
          (one.key === undefined || one.key === key) &&
          (one.effect === undefined || one.effect === effect) &&
          (one.operator === "Exists" || one.key === undefined || (one.value ?? "") === (value ?? "")),
      ),
    );
  return isSelected && isTolerated;
}

/**
 * Places the pods, largest first, each on the node with the least room that has enough, and returns those that do not fit. The scheduler
 * may place them worse, because it also spreads them over zones.
 */
export function findUnplaced(pods: readonly PlannedPods[], nodes: readonly NodeCapacity[]): PlannedPods[] {
  const free = nodes.map((node) => ({ ...node }));
  const isFull = (node: NodeCapacity, pod: PlannedPods): boolean =>
    node.cpu < pod.cpu || node.memory < pod.memory || node.pods < 1;
  return pods
    .flatMap((pod) => Array.from({ length: pod.count }, () => pod))
    .toSorted((a, b) => b.memory - a.memory || b.cpu - a.cpu)
    .filter((pod) => {
      const [node] = free
        .filter((one) => accepts(one, pod) && !isFull(one, pod))
        .toSorted((a, b) => a.memory - b.memory);
      if (node === undefined) return true;
      node.cpu -= pod.cpu;
      node.memory -= pod.memory;
      node.pods -= 1;
      return false;
    });
}

/** Pods that fit on no node can run on a new one, if the node pools may add enough. */
export function evaluateCapacity(
  { nodes, nodePools }: ClusterCapacity,
  planned: readonly PlannedObject[],
): Verdict {
  const pods = plannedPods(planned, nodes.length);
  if (pods.length === 0) return notApplicable("the plan has no workload");
  const unplaced = findUnplaced(pods, nodes);
  const cpu = unplaced.reduce((sum, pod) => sum + pod.cpu, 0);
  const memory = unplaced.reduce((sum, pod) => sum + pod.memory, 0);
  const canBeAdded = nodePools.some(
    (pool) =>
      (pool.cpu ?? Number.POSITIVE_INFINITY) >= cpu && (pool.memory ?? Number.POSITIVE_INFINITY) >= memory,
  );
  const names = [...new Set(unplaced.map(({ workload }) => workload))];
  return passIf(unplaced.length === 0 || canBeAdded, {
    reason: "The cluster has no room for every planned pod.",
    expected: "room for all replicas, and for one more of each workload during a rollout",
    seen: `${unplaced.length} pods do not fit: ${names.join(", ")} (${cpu.toFixed(1)} cores, ${Math.ceil(memory / 2 ** 20)} MiB)`,
    remedy: "Add nodes, raise the limits of the node pools, or lower the replicas.",
  });
}

export const clusterCapacity = defineCheck({
  suite: "preflight",
  name: "cluster-capacity",
  title: "The cluster has room for every planned pod, and for one more of each workload.",
  findings: ["schedulable"],
  async run({ target, capacity }) {
    const unknown = (reason: string) => ({ findings: { schedulable: notApplicable(reason) } });
    if (capacity === undefined)
      return unknown("the target is not a cluster; name the environment instead of a URL");
    if (target.planned === undefined) return unknown("the environment was not planned");
    const found = await capacity();
    return {
      findings: { schedulable: evaluateCapacity(found, target.planned) },
      measured: { nodes: found.nodes.length, node_pools: found.nodePools.length },
    };
  },
});
