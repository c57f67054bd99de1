import { compareCodeUnits, formatCount } from "../format.ts";
import type { Json, JsonObject } from "../plan.ts";
import { asList, asObject, type KubernetesObject, toText, valueAt } from "./kubernetes-objects.ts";

/** A Deployment, StatefulSet or DaemonSet. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  /** For example `3–12 replicas` with an autoscaler. */
  readonly replicas: string;
  readonly images: readonly string[];
  readonly protect: boolean;
  /** The volume claims of each replica, such as `data 100Gi`. */
  readonly volumes: readonly string[];
}

/** Workloads that network policies do not distinguish, such as the pools of the game server: one box in the graph. */
export interface WorkloadGroup {
  readonly id: string;
  readonly namespace: string;
  readonly title: string;
  /** The pod labels that network policies use. */
  readonly labels: JsonObject;
  readonly workloads: readonly Workload[];
  /** The ConfigMaps and Secrets of its pods, by kind and name. */
  readonly configReferences: ReadonlySet<string>;
}

const WORKLOAD_KINDS = ["Deployment", "StatefulSet", "DaemonSet"];

/** Groups the workloads of a plan that network policies do not distinguish. */
export function groupWorkloads(objects: readonly KubernetesObject[]): WorkloadGroup[] {
  const keys = selectorKeys(objects);
  const workloads = objects.filter(({ kind }) => WORKLOAD_KINDS.includes(kind));
  const byLabels = Map.groupBy(workloads, (object) => {
    const labels = selectorLabels(object, keys);
    // A workload without such labels is a separate group.
    return JSON.stringify([object.namespace, labels, Object.keys(labels).length === 0 ? object.name : ""]);
  });
  return [...byLabels.values()]
    .map((members) => createGroup(members, objects, keys))
    .toSorted((a, b) => compareCodeUnits(a.id, b.id));
}

/** The label keys in the pod selectors of network policies. */
function selectorKeys(objects: readonly KubernetesObject[]): ReadonlySet<string> {
  const keys = (value: Json | undefined): string[] => {
    const { podSelector, ...rest } = asObject(value);
    const { matchLabels, matchExpressions } = asObject(podSelector);
    const inside = Array.isArray(value) ? (value as readonly Json[]) : Object.values(rest);
    return [
      ...Object.keys(asObject(matchLabels)),
      ...asList(matchExpressions).map((expression) => toText(valueAt(expression, "key"))),
      ...inside.flatMap(keys),
    ];
  };
  return new Set(objects.filter(({ kind }) => kind === "NetworkPolicy").flatMap(({ spec }) => keys(spec)));
}

function podLabels({ spec }: KubernetesObject): JsonObject {
  return asObject(valueAt(spec, "template", "metadata", "labels"));
}

function selectorLabels(object: KubernetesObject, keys: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(podLabels(object)).filter(([key]) => keys.has(key)));
}

function createGroup(
  members: readonly KubernetesObject[],
  objects: readonly KubernetesObject[],
  keys: ReadonlySet<string>,
): WorkloadGroup {
  const [first] = members;
  if (first === undefined) throw new Error("A workload group must not be empty.");
  const title = toText(podLabels(first)["app.kubernetes.io/name"]) || first.name;
  const { namespace } = first;
  return {
    id: `${namespace}/${title}`,
    namespace,
    title,
    labels: selectorLabels(first, keys),
    workloads: members
      .map((member) => createWorkload(member, objects))
      .toSorted((a, b) => compareCodeUnits(a.name, b.name)),
    configReferences: new Set(
      members.flatMap(({ spec }) => findConfigReferences(valueAt(spec, "template", "spec"))),
    ),
  };
}

function createWorkload(object: KubernetesObject, objects: readonly KubernetesObject[]): Workload {
  const { kind, name, spec, protect } = object;
  const pod = valueAt(spec, "template", "spec");
  return {
    kind,
    name,
    replicas: formatReplicas(object, objects),
    images: asList(valueAt(pod, "containers")).map((container) => toText(valueAt(container, "image"))),
    protect,
    volumes: asList(spec.volumeClaimTemplates).map(
      (claim) =>
        `${toText(valueAt(claim, "metadata", "name"))} ${toText(valueAt(claim, "spec", "resources", "requests", "storage"))}`,
    ),
  };
}

function formatReplicas(
  { kind, name, namespace, spec }: KubernetesObject,
  objects: readonly KubernetesObject[],
): string {
  if (kind === "DaemonSet") return "one per node";
  const autoscaler = objects.find(
    (object) =>
      object.kind === "HorizontalPodAutoscaler" &&
      object.namespace === namespace &&
      valueAt(object.spec, "scaleTargetRef", "kind") === kind &&
      valueAt(object.spec, "scaleTargetRef", "name") === name,
  );
  if (autoscaler === undefined) return formatCount(Number(spec.replicas ?? 1), "replica");
  const { minReplicas = 1, maxReplicas } = autoscaler.spec;
  return `${toText(minReplicas)}–${toText(maxReplicas)} replicas`;
}

/** The kind and the name fields of a reference, by its key in the pod spec. */
const REFERENCE_FIELDS: Readonly<Record<string, readonly [kind: string, ...fields: string[]]>> = {
  secret: ["Secret", "secretName", "name"],
  secretRef: ["Secret", "name"],
  secretKeyRef: ["Secret", "name"],
  configMap: ["ConfigMap", "name"],
  configMapRef: ["ConfigMap", "name"],
  configMapKeyRef: ["ConfigMap", "name"],
};

/** The ConfigMaps and Secrets that a pod references, as `Kind/name`. */
function findConfigReferences(pod: Json | undefined): string[] {
  if (Array.isArray(pod)) return pod.flatMap(findConfigReferences);
  return Object.entries(asObject(pod)).flatMap(([key, value]) => {
    const [kind = "", ...fields] = REFERENCE_FIELDS[key] ?? [];
    const name = fields.map((field) => toText(valueAt(value, field))).find((text) => text !== "");
    return name === undefined ? findConfigReferences(value) : [`${kind}/${name}`];
  });
}
