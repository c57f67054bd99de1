import { NODE_POOL_LABEL } from "../../components/cluster/eks/node-pool-specs.ts";
import { parseByteQuantity, parseCpuQuantity } from "../../components/shared/kubernetes/quantities.ts";
import type { JsonObject } from "../plan.ts";
import { type CostedPlan, type CostedResource, zoneCount } from "./costed-plan.ts";

/** The nodes that the smallest size of a pool's workloads needs. */
export interface PoolNodes {
  readonly pool: string;
  readonly architecture: string;
  /** EC2 instance categories in the order of their price: c, m, r. */
  readonly category: string;
  readonly nodes: number;
  /** vCPUs of each node. */
  readonly cpus: number;
  /** vCPUs that pods can request on all nodes, and those that they request. */
  readonly allocatable: number;
  readonly requested: number;
}

interface Pod {
  readonly pool: string;
  readonly replicas: number;
  readonly cpu: number;
  readonly memoryGib: number;
}

interface Pool {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly categories: readonly string[];
  readonly architecture: string;
}

/** Pods without a node selector run on the only pool without a taint. */
const DEFAULT_POOL = "system";

/** GiB per vCPU by category, in the order of price. */
const GIB_PER_CPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

/** What the kubelet of EKS nodes reserves: 6 % of the first core, 1 % of the second, 0.5 % of the next two and 0.25 % of the rest. */
export function allocatableCpu(cpus: number): number {
  const share = [0.06, 0.01, 0.005, 0.005];
  const reserved = Array.from({ length: cpus }, (_, core) => share[core] ?? 0.0025).reduce(
    (sum, part) => sum + part,
    0,
  );
  return cpus - reserved;
}

/** The kubelet's and the system's reserve in GiB, for a node with the default number of pods. */
const RESERVED_GIB = 1;

/**
 * The fewest nodes for the minimum replicas of every workload, zone by zone, because the pods are spread over the zones. The add-ons of
 * EKS are not included, because AWS chooses their requests; they run in the unused part of the system pool.
 */
export function packNodes(plan: CostedPlan): PoolNodes[] {
  const pods = plan.resources.flatMap(podOf(plan));
  const daemons = plan.resources.filter(({ type }) => type.endsWith(":DaemonSet"));
  const overhead = daemons.map(podRequests).reduce((sum, { cpu }) => sum + cpu, 0);
  return plan.resources.flatMap(poolOf).flatMap((pool) => {
    const own = pods.filter((pod) => pod.pool === pool.name);
    return own.length === 0 ? [] : [packPool(pool, own, overhead, Math.max(1, zoneCount(plan)))];
  });
}

function packPool(pool: Pool, pods: readonly Pod[], overhead: number, zones: number): PoolNodes {
  const perZone = spread(pods, zones);
  const memory = Math.max(...perZone.map((list) => ratio(list)), 0);
  const category =
    [...pool.categories]
      .sort((a, b) => (GIB_PER_CPU[a] ?? 0) - (GIB_PER_CPU[b] ?? 0))
      .find((name) => (GIB_PER_CPU[name] ?? 0) >= memory) ??
    pool.categories.at(-1) ??
    "m";
  const sizes = [...pool.sizes].sort((a, b) => a - b);
  // One size for the pool; of equal cost the larger nodes, which waste less.
  const [best] = sizes
    .map((cpus) => ({
      cpus,
      nodes: perZone.reduce((sum, list) => sum + nodesFor(list, cpus, category, overhead), 0),
    }))
    .filter(({ nodes }) => Number.isFinite(nodes))
    .sort((a, b) => a.nodes * a.cpus - b.nodes * b.cpus || a.nodes - b.nodes);
  const largest = sizes.at(-1) ?? 0;
  // A pod that fits no size stays pending; it is counted as a node of the largest size.
  const { nodes, cpus } = best ?? {
    nodes: pods.reduce((sum, { replicas }) => sum + replicas, 0),
    cpus: largest,
  };
  const requested = pods.reduce((sum, { cpu, replicas }) => sum + cpu * replicas, 0);
  const allocatable = nodes * (allocatableCpu(cpus) - overhead);
  return { pool: pool.name, architecture: pool.architecture, category, nodes, cpus, allocatable, requested };
}

/** GiB per vCPU of the pods of a zone, with the reserve for the smallest node. */
function ratio(list: readonly Pod[]): number {
  const cpu = list.reduce((sum, pod) => sum + pod.cpu, 0);
  const gib = list.reduce((sum, pod) => sum + pod.memoryGib, RESERVED_GIB);
  return cpu === 0 ? 0 : Math.min(gib / Math.max(cpu, 2), GIB_PER_CPU.r ?? 8);
}

/** The pods of each zone: the replicas of every workload, distributed round-robin. */
function spread(pods: readonly Pod[], zones: number): Pod[][] {
  const perZone: Pod[][] = Array.from({ length: zones }, () => []);
  for (const pod of pods)
    for (let replica = 0; replica < pod.replicas; replica++) perZone[replica % zones]?.push(pod);
  return perZone;
}

/** First fit, largest first; infinite if a pod fits no node of this size. */
function nodesFor(list: readonly Pod[], cpus: number, category: string, overhead: number): number {
  const free: { cpu: number; gib: number }[] = [];
  const capacity = {
    cpu: allocatableCpu(cpus) - overhead,
    gib: cpus * (GIB_PER_CPU[category] ?? 4) - RESERVED_GIB,
  };
  for (const { cpu, memoryGib } of [...list].sort((a, b) => b.cpu - a.cpu)) {
    if (cpu > capacity.cpu || memoryGib > capacity.gib) return Number.POSITIVE_INFINITY;
    const place = free.find((node) => node.cpu >= cpu && node.gib >= memoryGib);
    if (place === undefined) free.push({ cpu: capacity.cpu - cpu, gib: capacity.gib - memoryGib });
    else {
      place.cpu -= cpu;
      place.gib -= memoryGib;
    }
  }
  return free.length;
}

function podOf(plan: CostedPlan): (resource: CostedResource) => Pod[] {
  return (resource) => {
    if (!/:(Deployment|StatefulSet)$/.test(resource.type)) return [];
    const { metadata, spec } = resource.inputs as unknown as { metadata: JsonObject; spec: JsonObject };
    const { cpu, memoryGib, pool } = podRequests(resource);
    return [
      {
        pool,
        cpu,
        memoryGib,
        replicas: Number(spec.replicas ?? minimumReplicas(plan, metadata) ?? 1),
      },
    ];
  };
}

/** The minimum of the autoscaler that owns the replicas of a workload. */
function minimumReplicas(plan: CostedPlan, { namespace, name }: JsonObject): number | undefined {
  const found = plan.resources.find(({ type, inputs }) => {
    if (!type.endsWith(":HorizontalPodAutoscaler")) return false;
    const { metadata, spec } = inputs as unknown as {
      metadata: JsonObject;
      spec: { scaleTargetRef: JsonObject };
    };
    return metadata.namespace === namespace && spec.scaleTargetRef.name === name;
  });
  return (found?.inputs.spec as { minReplicas?: number } | undefined)?.minReplicas;
}

interface Requests {
  readonly cpu: number;
  readonly memoryGib: number;
  readonly pool: string;
}

function podRequests({ inputs }: CostedResource): Requests {
  const { template } = (inputs as unknown as { spec: { template: { spec: PodSpec } } }).spec;
  const { containers, nodeSelector } = template.spec;
  const sum = (read: (requests: Record<string, string>) => number) =>
    containers.reduce((total, { resources }) => total + read(resources?.requests ?? {}), 0);
  return {
    cpu: sum(({ cpu = "0" }) => parseCpuQuantity(cpu)),
    memoryGib: sum(({ memory = "0" }) => parseByteQuantity(memory) / 2 ** 30),
    pool: nodeSelector?.[NODE_POOL_LABEL] ?? DEFAULT_POOL,
  };
}

interface PodSpec {
  readonly containers: readonly { readonly resources?: { readonly requests?: Record<string, string> } }[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
}

function poolOf({ type, inputs }: CostedResource): Pool[] {
  if (type !== "kubernetes:karpenter.sh/v1:NodePool") return [];
  const { metadata, spec } = inputs as unknown as {
    metadata: { name: string };
    spec: { template: { spec: { requirements: readonly { key: string; values: readonly string[] }[] } } };
  };
  const values = (key: string) =>
    spec.template.spec.requirements.find((found) => found.key === key)?.values ?? [];
  return [
    {
      name: metadata.name.replace(/^spacetime-vr-/, ""),
      sizes: values("eks.amazonaws.com/instance-cpu").map(Number),
      categories: values("eks.amazonaws.com/instance-category"),
      architecture: values("kubernetes.io/arch")[0] ?? "amd64",
    },
  ];
}
