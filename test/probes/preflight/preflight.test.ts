import { describe, expect, test } from "@jest/globals";
import type { CheckContext } from "../../../probes/check-context.ts";
import type { ZoneDelegation } from "../../../probes/client/dns.ts";
import { findUnplaced, plannedPods } from "../../../probes/preflight/capacity.ts";
import { PREFLIGHT } from "../../../probes/preflight/index.ts";
import { type ClusterCapacity, freeNodes } from "../../../probes/sources/capacity.ts";
import type { PlatformState } from "../../../probes/sources/platform.ts";
import { parseQuantity } from "../../../probes/sources/quantity.ts";
import { registryHost } from "../../../probes/target/external-addresses.ts";
import type { PlannedObject } from "../../../probes/target/target.ts";

interface Sources {
  readonly platform: PlatformState;
  readonly capacity: ClusterCapacity;
  readonly zone: ZoneDelegation | undefined;
  readonly reached: readonly string[];
  readonly storageClass?: string;
}

const GIB = 2 ** 30;

const deployment = (name: string, replicas: number, memory: string): PlannedObject => ({
  kind: "Deployment",
  metadata: { name, namespace: "spacetime" },
  spec: {
    replicas,
    template: {
      spec: {
        containers: [
          { name, image: "registry.example.org/x:1", resources: { requests: { cpu: "500m", memory } } },
        ],
      },
    },
  },
});

const HEALTHY: Sources = {
  platform: {
    version: "v1.36.1",
    nodes: [{ name: "a", ready: true, schedulable: true }],
    storageClasses: [{ name: "fast", isDefault: true, allowsExpansion: true }],
  },
  capacity: {
    nodes: [{ name: "a", cpu: 4, memory: 8 * GIB, pods: 100, labels: {}, taints: [] }],
    nodePools: [],
  },
  zone: { zone: "example.org", servers: [{ name: "ns1.example.net", serial: 1 }] },
  reached: ["db.example.org", "registry.example.org"],
};

function contextOf({ platform, capacity, zone, reached, storageClass }: Sources): CheckContext {
  return {
    target: {
      serverName: "play.example.org",
      planned: [deployment("game-server", 2, "1Gi")],
      expected: {
        storageClass,
        dnsZone: "example.org",
        externalAddresses: [{ host: "db.example.org", port: 5432, purpose: "database" }],
      },
    },
    platform: async () => platform,
    capacity: async () => capacity,
    zone: async () => zone,
    connections: async (addresses: readonly { readonly host: string }[]) =>
      addresses.filter(({ host }) => reached.includes(host)),
  } as unknown as CheckContext;
}

async function outcomesOf(context: CheckContext): Promise<Record<string, string>> {
  const results = await Promise.all(
    PREFLIGHT.map(async (check) => [check.name, await check.run(context)] as const),
  );
  return Object.fromEntries(
    results.map(([name, { findings }]) => [name, Object.values(findings)[0]?.outcome ?? "none"]),
  );
}

test("a healthy platform passes", async () => {
  const outcomes = await outcomesOf(contextOf(HEALTHY));
  expect(outcomes).toEqual(Object.fromEntries(PREFLIGHT.map(({ name }) => [name, "pass"])));
  const named = await outcomesOf(contextOf({ ...HEALTHY, storageClass: "fast" }));
  expect(named["storage-class"]).toBe("pass");
});

const platform = (change: Partial<PlatformState>): Partial<Sources> => ({
  platform: { ...HEALTHY.platform, ...change },
});
const node = (change: Partial<ClusterCapacity["nodes"][number]>): Partial<Sources> => ({
  capacity: {
    nodes: HEALTHY.capacity.nodes.map((one) => ({ ...one, ...change })),
    nodePools: [],
  },
});

test.each([
  ["no node", "platform-ready", platform({ nodes: [] })],
  [
    "a node that is not ready",
    "platform-ready",
    platform({ nodes: [...HEALTHY.platform.nodes, { name: "b", ready: false, schedulable: true }] }),
  ],
  [
    "only cordoned nodes",
    "platform-ready",
    platform({ nodes: [{ name: "a", ready: true, schedulable: false }] }),
  ],
  ["an old version", "cluster-version", platform({ version: "v1.33.9" })],
  ["no version", "cluster-version", platform({ version: "" })],
  ["no storage class", "storage-class", platform({ storageClasses: [] })],
  [
    "a storage class without expansion",
    "storage-class",
    platform({ storageClasses: [{ name: "fast", isDefault: true, allowsExpansion: false }] }),
  ],
  ["another storage class than the configured one", "storage-class", { storageClass: "slow" }],
  ["too little memory for the pod of a rollout", "cluster-capacity", node({ memory: 2.5 * GIB })],
  ["too few cores", "cluster-capacity", node({ cpu: 1 })],
  ["no room for another pod", "cluster-capacity", node({ pods: 2 })],
  [
    "a taint that no pod tolerates",
    "cluster-capacity",
    node({ taints: [{ key: "gpu", effect: "NoSchedule" }] }),
  ],
  [
    "node pools at their limit",
    "cluster-capacity",
    { capacity: { nodes: [], nodePools: [{ name: "general", cpu: 1, memory: 64 * GIB }] } },
  ],
  ["a zone that is not delegated", "public-name", { zone: undefined }],
  ["only a parent zone", "public-name", { zone: { zone: "org", servers: [{ name: "a", serial: 1 }] } }],
  [
    "a name server that does not answer",
    "public-name",
    { zone: { zone: "example.org", servers: [{ name: "ns1.example.net", problem: "ETIMEOUT" }] } },
  ],
  ["an unreachable database", "connectivity", { reached: ["registry.example.org"] }],
  ["an unreachable registry", "connectivity", { reached: ["db.example.org"] }],
] satisfies [string, string, Partial<Sources>][])("%s fails %s", async (_, check, change) => {
  expect((await outcomesOf(contextOf({ ...HEALTHY, ...change })))[check]).toBe("fail");
});

test("without a cluster, a public name and addresses nothing is judged", async () => {
  const context = { target: { serverName: "localhost", expected: {} } } as unknown as CheckContext;
  expect(await outcomesOf(context)).toEqual(
    Object.fromEntries(PREFLIGHT.map(({ name }) => [name, "not-applicable"])),
  );
});

test("without permission to start a pod, connections from the cluster are unproven", async () => {
  const { connections: _, ...context } = contextOf(HEALTHY);
  const check = PREFLIGHT.find(({ name }) => name === "connectivity");
  expect((await check?.run(context))?.findings).toEqual({
    reachable: { outcome: "not-applicable", reason: expect.stringContaining("--start-pod") },
  });
});

describe("the room in the cluster", () => {
  test("each workload needs one pod more than its replicas, a daemon one per node, an autoscaled one its minimum", () => {
    const scaled = { ...deployment("scaled", 1, "1Gi"), spec: { template: { spec: { containers: [] } } } };
    const planned: PlannedObject[] = [
      deployment("gateway", 2, "64Mi"),
      { ...deployment("fluent-bit", 0, "64Mi"), kind: "DaemonSet" },
      scaled,
      {
        kind: "HorizontalPodAutoscaler",
        metadata: { name: "scaled" },
        spec: { minReplicas: 3, scaleTargetRef: { name: "scaled" } },
      },
      { kind: "Service", metadata: { name: "gateway" } },
    ];
    expect(plannedPods(planned, 5).map(({ workload, count }) => [workload, count])).toEqual([
      ["Deployment gateway", 3],
      ["DaemonSet fluent-bit", 5],
      ["Deployment scaled", 4],
    ]);
  });

  test("small pods use the room that large ones leave", () => {
    const pods = plannedPods([deployment("large", 0, "6Gi"), deployment("small", 1, "1Gi")], 1);
    expect(findUnplaced(pods, HEALTHY.capacity.nodes)).toEqual([]);
    expect(findUnplaced(pods, node({ memory: 7 * GIB }).capacity?.nodes ?? [])).toMatchObject([
      { workload: "Deployment small" },
    ]);
  });

  test("a new node of a pool has room for what does not fit", async () => {
    const capacity = { nodes: [], nodePools: [{ name: "general", cpu: undefined, memory: undefined }] };
    expect((await outcomesOf(contextOf({ ...HEALTHY, capacity })))["cluster-capacity"]).toBe("pass");
  });

  test("other pods use room; those of the deployment itself, finished ones and those elsewhere do not", () => {
    const pod = (namespace: string, phase: string, nodeName = "a") => ({
      metadata: { namespace },
      spec: { nodeName, containers: [{ resources: { requests: { cpu: "250m", memory: "1Gi" } } }] },
      status: { phase },
    });
    const nodes = [
      {
        metadata: { name: "a" },
        status: {
          allocatable: { cpu: "1930m", memory: "4Gi", pods: "110" },
          conditions: [{ type: "Ready", status: "True" }],
        },
      },
      { metadata: { name: "cordoned" }, spec: { unschedulable: true } },
    ];
    const pods = [
      pod("kube-system", "Running"),
      pod("spacetime", "Running"),
      pod("kube-system", "Succeeded"),
      pod("kube-system", "Running", "b"),
    ];
    const [free, ...others] = freeNodes(nodes, pods);
    expect(others).toEqual([]);
    expect(free?.cpu).toBeCloseTo(1.68);
    expect(free).toMatchObject({ memory: 3 * GIB, pods: 109 });
  });

  test("every form of a quantity is read", () => {
    expect(["1930m", "2", "1.5Gi", "64Mi", "1e3", "129M", "500u"].map(parseQuantity)).toEqual([
      1.93,
      2,
      1.5 * GIB,
      64 * 2 ** 20,
      1000,
      129e6,
      500e-6,
    ]);
    expect(parseQuantity("many")).toBeNaN();
  });
});

test("an image without a registry is of Docker Hub", () => {
  expect(
    [
      "redis:8",
      "docker.io/library/nginx:1",
      "ghcr.io/a/b@sha256:0",
      "localhost:5000/x",
      "grafana/grafana",
    ].map(registryHost),
  ).toEqual(["registry-1.docker.io", "registry-1.docker.io", "ghcr.io", "localhost", "registry-1.docker.io"]);
});
