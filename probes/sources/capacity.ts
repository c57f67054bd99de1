import { NAMESPACES } from "../../components/shared/kubernetes/namespaces.ts";
import { type KubectlOptions, runKubectl } from "./kubectl.ts";
import { parseQuantity } from "./quantity.ts";

/** What a pod asks of a node. */
export interface PodRequests {
  /** In cores. */
  readonly cpu: number;
  /** In bytes. */
  readonly memory: number;
}

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** A node that accepts pods, and what is free on it without the pods of the deployment itself. */
export interface NodeCapacity extends PodRequests {
  readonly name: string;
  readonly pods: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

/** What the node pools of the cluster may still add. */
export interface NodePoolCapacity {
  readonly name: string;
  /** Undefined: without a limit. */
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

/** The room in the cluster. */
export interface ClusterCapacity {
  readonly nodes: readonly NodeCapacity[];
  readonly nodePools: readonly NodePoolCapacity[];
}

type Quantities = Readonly<Record<string, string>>;

interface NodeObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
  readonly status?: {
    readonly allocatable?: Quantities;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

interface Container {
  readonly resources?: { readonly requests?: Quantities };
}

interface PodObject {
  readonly metadata: { readonly namespace: string };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly (Container & { readonly restartPolicy?: string })[];
  };
  readonly status?: { readonly phase?: string };
}

interface NodePoolObject {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly limits?: Quantities };
  readonly status?: { readonly resources?: Quantities };
}

/** Reads the room in the cluster. @throws the same errors as `readCluster` */
export async function readCapacity(options: KubectlOptions): Promise<ClusterCapacity> {
  const read = async <Item>(...args: readonly string[]): Promise<readonly Item[]> =>
    (JSON.parse(await runKubectl(["get", ...args, "--output", "json"], options)) as { items: Item[] }).items;
  const [nodes, pods, nodePools] = await Promise.all([
    read<NodeObject>("nodes"),
    read<PodObject>("pods", "--all-namespaces"),
    // Only clusters with Karpenter, such as EKS Auto Mode, have this kind.
    read<NodePoolObject>("nodepools.karpenter.sh").catch(() => []),
  ]);
  return { nodes: freeNodes(nodes, pods), nodePools: nodePools.map(remainingLimit) };
}

/** The room on each node that is ready. The pods of the deployment do not count: the planned ones replace them. */
export function freeNodes(nodes: readonly NodeObject[], pods: readonly PodObject[]): NodeCapacity[] {
  return nodes
    .filter(
      ({ spec, status }) =>
        spec?.unschedulable !== true &&
        status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true,
    )
    .map(({ metadata, spec, status }) => {
      const own = pods.filter(
        (pod) =>
          pod.spec.nodeName === metadata.name &&
          !(NAMESPACES as readonly string[]).includes(pod.metadata.namespace) &&
          !["Succeeded", "Failed"].includes(pod.status?.phase ?? ""),
      );
      const used = own.map(({ spec: podSpec }) => podRequests(podSpec));
      const { cpu = "0", memory = "0", pods: maxPods = "0" } = status?.allocatable ?? {};
      return {
        name: metadata.name,
        labels: metadata.labels ?? {},
        taints: spec?.taints ?? [],
        cpu: parseQuantity(cpu) - used.reduce((sum, one) => sum + one.cpu, 0),
        memory: parseQuantity(memory) - used.reduce((sum, one) => sum + one.memory, 0),
        pods: Number(maxPods) - own.length,
      };
    });
}

/** The requests of a pod: those of its containers and sidecars, or of one init container that needs more. */
export function podRequests({
  containers,
  initContainers = [],
}: Pick<PodObject["spec"], "containers" | "initContainers">): PodRequests {
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === "Always");
  const total = (name: "cpu" | "memory"): number => {
    const of = ({ resources }: Container): number => parseQuantity(resources?.requests?.[name] ?? "0");
    const running = [...containers, ...sidecars].reduce((sum, one) => sum + of(one), 0);
    return Math.max(running, ...initContainers.map(of));
  };
  return { cpu: total("cpu"), memory: total("memory") };
}

function remainingLimit({ metadata, spec, status }: NodePoolObject): NodePoolCapacity {
  const remaining = (name: "cpu" | "memory"): number | undefined => {
    const limit = spec?.limits?.[name];
    return limit === undefined
      ? undefined
      : parseQuantity(limit) - parseQuantity(status?.resources?.[name] ?? "0");
  };
  return { name: metadata.name, cpu: remaining("cpu"), memory: remaining("memory") };
}
