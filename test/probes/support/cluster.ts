import { NAMESPACES, NODES_NAMESPACE, podSecurityLevel } from "../../../components/shared/namespaces.ts";
import { type Cluster, clusterOf, type KubeObject } from "../../../probes/sources/kubernetes.ts";

/** Objects as an API server returns them, of a small healthy deployment; types.output of @pulumi/kubernetes has the shapes. */
const IMAGE =
  "example.com/spacetime-vr/server@sha256:1111111111111111111111111111111111111111111111111111111111111111";

export const CLUSTER_IMAGE = IMAGE;

type Fields = Readonly<Record<string, unknown>>;

function object(
  kind: string,
  name: string,
  fields: Fields = {},
  namespace = "spacetime",
  labels: Fields = {},
): KubeObject {
  return { kind, metadata: { name, namespace, labels, generation: 2 }, ...fields } as KubeObject;
}

const app = (name: string): Fields => ({ "app.kubernetes.io/name": name });

function workload(
  kind: string,
  name: string,
  replicas: number,
  container: Fields,
  more: Fields = {},
): KubeObject {
  return object(kind, name, {
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

function pod(name: string, workloadName: string, node: string, container: string, image: string): KubeObject {
  return object(
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
    app(workloadName),
  );
}

function service(name: string, type: string, fields: Fields = {}, status: Fields = {}): KubeObject[] {
  return [
    object("Service", name, {
      spec: { type, clusterIP: "10.0.0.1", selector: app(name), ports: [{ port: 443 }], ...fields },
      status: { loadBalancer: status },
    }),
    object(
      "EndpointSlice",
      `${name}-x`,
      { endpoints: [{ addresses: ["10.1.0.1"], conditions: { ready: true } }] },
      "spacetime",
      { "kubernetes.io/service-name": name },
    ),
  ];
}

const DENY = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

function claim(store: string): KubeObject {
  return object("PersistentVolumeClaim", `data-${store}-0`, { status: { phase: "Bound" } });
}

function autoscaler(name: string): KubeObject {
  return object("HorizontalPodAutoscaler", name, {
    spec: { minReplicas: 2, maxReplicas: 4, scaleTargetRef: { name } },
    status: {
      conditions: [{ type: "ScalingActive", status: "True" }],
      currentMetrics: [{ resource: { name: "cpu", current: { averageUtilization: 40 } } }],
    },
  });
}

/** A healthy cluster; `now` is the time of its last backups. */
export function healthyCluster(variables: Readonly<Record<string, string>>, now = new Date()): Cluster {
  const template = [{ metadata: { name: "data" } }];
  const store = (name: string): KubeObject =>
    workload("StatefulSet", name, 1, { name }, { volumeClaimTemplates: template });
  return clusterOf([
    ...NAMESPACES.map((name) => ({
      kind: "Namespace",
      metadata: { name, labels: { "pod-security.kubernetes.io/enforce": podSecurityLevel(name) } },
      status: { phase: "Active" },
    })),
    ...NAMESPACES.map((namespace) => object("NetworkPolicy", "default-deny", { spec: DENY }, namespace)),
    ...["game-server", "gateway"].map((name) =>
      object("NetworkPolicy", name, {
        spec: { ...DENY, podSelector: { matchLabels: app(name) }, ingress: [{}] },
      }),
    ),
    ...["a", "b"].map((zone) => ({
      kind: "Node",
      metadata: { name: `node-${zone}`, labels: { "topology.kubernetes.io/zone": zone } },
    })),
    workload("Deployment", "game-server-main", 2, {
      name: "game-server",
      image: IMAGE,
      envFrom: [{ configMapRef: { name: "game-server-env-0123456789" } }],
    }),
    workload("Deployment", "gateway", 1, { name: "nginx" }),
    store("postgres"),
    store("redis"),
    claim("postgres"),
    claim("redis"),
    object("ConfigMap", "game-server-env-0123456789", { data: variables }),
    pod("game-server-main-a", "game-server", "node-a", "game-server", IMAGE),
    pod("game-server-main-b", "game-server", "node-b", "game-server", IMAGE),
    pod("gateway-a", "gateway", "node-a", "nginx", "nginx@sha256:2"),
    ...service("gateway", "LoadBalancer", {}, { ingress: [{ ip: "192.0.2.1" }] }),
    ...service("game-server", "ClusterIP"),
    autoscaler("game-server-main"),
    object("PodDisruptionBudget", "game-server-main", {
      status: { disruptionsAllowed: 1, currentHealthy: 2 },
    }),
    ...["postgres-backup", "redis-backup", "secrets-backup"].map((name) =>
      object(
        "CronJob",
        name,
        { spec: { schedule: "0 3 * * *" }, status: { lastSuccessfulTime: now.toISOString() } },
        "spacetime-backup",
      ),
    ),
    object(
      "DaemonSet",
      "fluent-bit",
      { status: { desiredNumberScheduled: 2, numberReady: 2 } },
      NODES_NAMESPACE,
    ),
  ]);
}

/** Changes the objects of one kind by name; a change to undefined removes the object. */
export function withObject<Part extends keyof Cluster>(
  cluster: Cluster,
  part: Part,
  name: string,
  change: (found: Cluster[Part][number]) => object | undefined,
): Cluster {
  const changed = (cluster[part] as readonly Cluster[Part][number][]).flatMap((one) => {
    if (one.metadata.name !== name) return [one];
    const next = change(one);
    return next === undefined ? [] : [next];
  });
  return { ...cluster, [part]: changed };
}
