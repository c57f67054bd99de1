/** A simulated node. */
export interface NodeOptions {
  readonly name: string;
  readonly zone: string;
  /** Labels in addition to zone, region, host name, operating system and architecture. */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default 32 CPUs, 128 GiB of memory, 110 pods */
  readonly allocatable?: Readonly<Record<string, string>>;
}

/** Three zones, as in production, so that topology spread can be tested. */
export const defaultNodes: readonly NodeOptions[] = ["a", "b", "c"].map((zone) => ({
  name: `node-${zone}`,
  zone,
}));

// Enough capacity for a whole environment, so that scheduling never fails for lack of it.
const defaultAllocatable = { cpu: "32", memory: "128Gi", "ephemeral-storage": "1Ti", pods: "110" };

/** The Node object as a kubelet would register it; kwok makes it ready. */
export function nodeManifest(node: NodeOptions): object {
  const allocatable = { ...defaultAllocatable, ...node.allocatable };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: node.name,
      labels: {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": "linux",
        "topology.kubernetes.io/region": "test",
        "topology.kubernetes.io/zone": node.zone,
        ...node.labels,
      },
    },
    status: { allocatable, capacity: allocatable },
  };
}
