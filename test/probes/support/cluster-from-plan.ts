import type { Plan } from "../../../plan/plan.ts";
import {
  type ClusterState,
  groupObjectsByKind,
  type KubeObject,
} from "../../../probes/sources/kubernetes.ts";
import type { PlannedObject } from "../../../probes/target/target.ts";
import type { QuerySeries } from "./fake-monitoring.ts";

/** A planned object with the fields that the API server and its controllers read. */
interface Planned extends PlannedObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: the spec of any kind
  readonly spec?: any;
}

const ZONES = ["zone-a", "zone-b", "zone-c"];

/** The address of every load balancer. */
export const LOAD_BALANCER_ADDRESS = "192.0.2.1";

/** The Kubernetes objects of a plan. */
export function plannedObjects(plan: Plan): readonly Planned[] {
  return plan.resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) => inputs as unknown as Planned);
}

/**
 * The objects of a plan as the API server returns them when every controller has done its work: statuses, pods, endpoints and
 * claims are derived from the planned objects, and nothing is added that no controller would create.
 */
export function clusterFromPlan(objects: readonly Planned[], now = new Date()): ClusterState {
  const scaled = new Map(
    objects
      .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
      .map(({ spec }) => [spec.scaleTargetRef.name as string, spec.minReplicas as number]),
  );
  const replicas = ({ metadata, spec }: Planned): number => spec.replicas ?? scaled.get(metadata.name) ?? 1;
  const isService = ({ kind }: Planned): boolean => kind === "Service";
  return groupObjectsByKind([
    ...objects.map((object) => withStatus(object, replicas(withSpec(object)), now)),
    ...objects
      .filter(({ kind }) => /^(Deployment|StatefulSet|DaemonSet)$/.test(kind))
      .flatMap((workload) => createPods(workload, replicas(workload))),
    ...objects
      .filter(isService)
      .filter(({ spec }) => spec.selector !== undefined)
      .map(createEndpointSlice),
    ...objects
      .filter(({ kind }) => kind === "StatefulSet")
      .flatMap((set) => createClaims(set, replicas(set))),
    ...ZONES.map((zone) => ({
      kind: "Node",
      metadata: { name: `node-${zone}`, labels: { "topology.kubernetes.io/zone": zone } },
    })),
  ]);
}

const withSpec = (object: Planned): Planned => ({ ...object, spec: object.spec ?? {} });

function withStatus(object: Planned, replicas: number, now: Date): KubeObject {
  const metadata = { ...object.metadata, generation: 1 };
  const rest = object as unknown as KubeObject;
  switch (object.kind) {
    case "Namespace":
      return { ...rest, metadata, ...{ status: { phase: "Active" } } };
    case "Deployment":
    case "StatefulSet":
      return {
        ...rest,
        metadata,
        ...{ spec: { ...object.spec, replicas }, status: workloadStatus(replicas) },
      };
    case "DaemonSet":
      return {
        ...rest,
        metadata,
        ...{ status: { desiredNumberScheduled: ZONES.length, numberReady: ZONES.length } },
      };
    case "Service":
      return { ...rest, metadata, ...serviceFields(object) };
    case "Ingress":
      return {
        ...rest,
        metadata,
        ...{ status: { loadBalancer: { ingress: [{ ip: LOAD_BALANCER_ADDRESS }] } } },
      };
    case "HorizontalPodAutoscaler":
      return { ...rest, metadata, ...{ status: autoscalerStatus(object.spec) } };
    case "PodDisruptionBudget":
      return { ...rest, metadata, ...{ status: { disruptionsAllowed: 1, currentHealthy: 1 } } };
    case "CronJob":
      return { ...rest, metadata, ...{ status: { lastSuccessfulTime: now.toISOString() } } };
    default:
      return { ...rest, metadata };
  }
}

const workloadStatus = (replicas: number) => ({
  observedGeneration: 1,
  replicas,
  updatedReplicas: replicas,
  readyReplicas: replicas,
  availableReplicas: replicas,
});

function serviceFields({ spec }: Planned) {
  const type = spec.type ?? "ClusterIP";
  const ports = spec.ports.map((port: object) =>
    type === "NodePort" ? { nodePort: 30_000, ...port } : port,
  );
  return {
    spec: { clusterIP: "10.0.0.1", ...spec, type, ports },
    status: { loadBalancer: type === "LoadBalancer" ? { ingress: [{ ip: LOAD_BALANCER_ADDRESS }] } : {} },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the spec of an autoscaler
const autoscalerStatus = ({ metrics = [] }: any) => ({
  conditions: [{ type: "ScalingActive", status: "True" }],
  currentMetrics: metrics.map(({ resource }: { resource?: { name: string } }) => ({
    resource: { name: resource?.name, current: { averageUtilization: 40 } },
  })),
});

function createPods({ kind, metadata, spec }: Planned, replicas: number): KubeObject[] {
  const count = kind === "DaemonSet" ? ZONES.length : replicas;
  const { template } = spec;
  const containers = template.spec.containers as readonly { name: string; image: string }[];
  return Array.from({ length: count }, (_, index) => ({
    kind: "Pod",
    metadata: {
      name: `${metadata.name}-${index}`,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      labels: template.metadata.labels,
    },
    spec: { nodeName: `node-${ZONES[index % ZONES.length]}`, containers },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: containers.map(({ name, image }) => ({
        name,
        imageID: image,
        restartCount: 0,
        lastState: {},
      })),
    },
  }));
}

function createEndpointSlice({ metadata }: Planned): KubeObject {
  return {
    kind: "EndpointSlice",
    metadata: {
      name: `${metadata.name}-abcde`,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      labels: { "kubernetes.io/service-name": metadata.name },
    },
    ...{ endpoints: [{ addresses: ["10.1.0.1"], conditions: { ready: true } }] },
  };
}

function createClaims({ metadata, spec }: Planned, replicas: number): KubeObject[] {
  const templates = (spec.volumeClaimTemplates ?? []) as readonly { metadata: { name: string } }[];
  return templates.flatMap((template) =>
    Array.from({ length: replicas }, (_, ordinal) => ({
      kind: "PersistentVolumeClaim",
      metadata: {
        name: `${template.metadata.name}-${metadata.name}-${ordinal}`,
        ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      },
      ...{ status: { phase: "Bound" } },
    })),
  );
}

/** The series that no exporter of the plan provides. */
export function absentSeries(objects: readonly Planned[]): QuerySeries {
  const has = (kind: string, name: string): boolean =>
    objects.some((object) => object.kind === kind && object.metadata.name === name);
  const absent = (isPresent: boolean, ...parts: readonly string[]) =>
    isPresent ? [] : parts.map((part) => [part, []] as const);
  const archives = JSON.stringify(objects).includes("archive_mode = on");
  return [
    ...absent(has("Deployment", "postgres-exporter"), "pg_stat_activity_count"),
    ...absent(archives, "last_archive_age", "archiver_failed_count"),
    ...absent(has("Deployment", "redis-exporter"), "redis_memory_used_bytes", "evicted_keys", "redis_aof"),
    ...absent(has("StatefulSet", "postgres"), "kubelet_volume_stats"),
  ];
}
