import {
  NAMESPACES,
  NODES_NAMESPACE,
  podSecurityLevel,
} from "../../../components/shared/kubernetes/namespaces.ts";
import {
  type ClusterState,
  groupObjectsByKind,
  type KubeObject,
} from "../../../probes/sources/kubernetes.ts";

/**
 * Objects of a small healthy deployment, as an API server returns them; their shapes are in types.output of
 * @pulumi/kubernetes.
 */
const IMAGE =
  "example.com/spacetime-vr/server@sha256:1111111111111111111111111111111111111111111111111111111111111111";

export const CLUSTER_IMAGE = IMAGE;

type Fields = Readonly<Record<string, unknown>>;

function createObject(
  kind: string,
  name: string,
  fields: Fields = {},
  namespace = "spacetime",
  labels: Fields = {},
): KubeObject {
  return { kind, metadata: { name, namespace, labels, generation: 2 }, ...fields } as KubeObject;
}

const appLabel = (name: string): Fields => ({ "app.kubernetes.io/name": name });

function createWorkload(
  kind: string,
  name: string,
  replicas: number,
  container: Fields,
  more: Fields = {},
): KubeObject {
  return createObject(kind, name, {
    spec: { replicas, template: { spec: { containers: [container] } }, ...more },
    status: {
      observedGeneration: 2,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    },
  });
}

function createPod(
  name: string,
  workloadName: string,
  node: string,
  container: string,
  image: string,
): KubeObject {
  return createObject(
    "Pod",
    name,
    {
      spec: { nodeName: node, containers: [{ name: container }] },
      status: {
        phase: "Running",
        conditions: [{ type: "Ready", status: "True" }],
        containerStatuses: [{ name: container, imageID: image, restartCount: 0, lastState: {} }],
      },
    },
    "spacetime",
    appLabel(workloadName),
  );
}

function createService(name: string, type: string, fields: Fields = {}, status: Fields = {}): KubeObject[] {
  return [
    createObject("Service", name, {
      spec: { type, clusterIP: "10.0.0.1", selector: appLabel(name), ports: [{ port: 443 }], ...fields },
      status: { loadBalancer: status },
    }),
    createObject(
      "EndpointSlice",
      `${name}-x`,
      { endpoints: [{ addresses: ["10.1.0.1"], conditions: { ready: true } }] },
      "spacetime",
      { "kubernetes.io/service-name": name },
    ),
  ];
}

const DENY_ALL_SPEC = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

function createVolumeClaim(store: string): KubeObject {
  return createObject("PersistentVolumeClaim", `data-${store}-0`, { status: { phase: "Bound" } });
}

function createAutoscaler(name: string): KubeObject {
  return createObject("HorizontalPodAutoscaler", name, {
    spec: { minReplicas: 2, maxReplicas: 4, scaleTargetRef: { name } },
    status: {
      conditions: [{ type: "ScalingActive", status: "True" }],
      currentMetrics: [{ resource: { name: "cpu", current: { averageUtilization: 40 } } }],
    },
  });
}

/** A healthy cluster; `now` is the time of its last backups. */
export function healthyCluster(variables: Readonly<Record<string, string>>, now = new Date()): ClusterState {
  const template = [{ metadata: { name: "data" } }];
  const store = (name: string): KubeObject =>
    createWorkload("StatefulSet", name, 1, { name }, { volumeClaimTemplates: template });
  return groupObjectsByKind([
    ...NAMESPACES.map((name) => ({
      kind: "Namespace",
      metadata: { name, labels: { "pod-security.kubernetes.io/enforce": podSecurityLevel(name) } },
      status: { phase: "Active" },
    })),
    ...NAMESPACES.map((namespace) =>
      createObject("NetworkPolicy", "default-deny", { spec: DENY_ALL_SPEC }, namespace),
    ),
    ...["game-server", "gateway"].map((name) =>
      createObject("NetworkPolicy", name, {
        spec: { ...DENY_ALL_SPEC, podSelector: { matchLabels: appLabel(name) }, ingress: [{}] },
      }),
    ),
    ...["a", "b"].map((zone) => ({
      kind: "Node",
      metadata: { name: `node-${zone}`, labels: { "topology.kubernetes.io/zone": zone } },
    })),
    createWorkload("Deployment", "game-server-main", 2, {
      name: "game-server",
      image: IMAGE,
      envFrom: [{ configMapRef: { name: "game-server-env-0123456789" } }],
    }),
    createWorkload("Deployment", "gateway", 1, { name: "nginx" }),
    store("postgres"),
    store("redis"),
    createVolumeClaim("postgres"),
    createVolumeClaim("redis"),
    createObject("ConfigMap", "game-server-env-0123456789", { data: variables }),
    createPod("game-server-main-a", "game-server", "node-a", "game-server", IMAGE),
    createPod("game-server-main-b", "game-server", "node-b", "game-server", IMAGE),
    createPod("gateway-a", "gateway", "node-a", "nginx", "nginx@sha256:2"),
    ...createService("gateway", "LoadBalancer", {}, { ingress: [{ ip: "192.0.2.1" }] }),
    ...createService("game-server", "ClusterIP"),
    createAutoscaler("game-server-main"),
    createObject("PodDisruptionBudget", "game-server-main", {
      status: { disruptionsAllowed: 1, currentHealthy: 2 },
    }),
    ...["postgres-backup", "redis-backup", "secrets-backup"].map((name) =>
      createObject(
        "CronJob",
        name,
        { spec: { schedule: "0 3 * * *" }, status: { lastSuccessfulTime: now.toISOString() } },
        "spacetime-backup",
      ),
    ),
    createObject(
      "DaemonSet",
      "fluent-bit",
      { status: { desiredNumberScheduled: 2, numberReady: 2 } },
      NODES_NAMESPACE,
    ),
  ]);
}

/** Changes an object of a kind by name; a change to undefined removes it. */
export function withChangedObject<Part extends keyof ClusterState>(
  cluster: ClusterState,
  part: Part,
  name: string,
  change: (found: ClusterState[Part][number]) => object | undefined,
): ClusterState {
  const changed = (cluster[part] as readonly ClusterState[Part][number][]).flatMap((one) => {
    if (one.metadata.name !== name) return [one];
    const next = change(one);
    return next === undefined ? [] : [next];
  });
  return { ...cluster, [part]: changed };
}
