/** A simulated node. */
export interface NodeOptions {
  readonly name: string;
  readonly zone: string;
  /** Labels beside those of zone, region, host name, system and architecture. */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default 32 CPUs, 128 GiB of memory, 110 pods */
  readonly allocatable?: Readonly<Record<string, string>>;
}

/** Three zones, as in production: a spread over zones has somewhere to go. */
export const defaultNodes: readonly NodeOptions[] = ["a", "b", "c"].map((zone) => ({
  name: `node-${zone}`,
  zone,
}));

// Room for a whole environment: scheduling should fail for a reason that a test has set up, not for lack of
// size.
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
