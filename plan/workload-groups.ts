import { asList, asObject, at, type KubernetesObject, textOf } from "./kubernetes.ts";
import type { Json, JsonObject } from "./plan.ts";
import { byCodeUnit, counted } from "./text.ts";

/** One Deployment, StatefulSet or DaemonSet. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  /** `3–12 replicas` under an autoscaler. */
  readonly replicas: string;
  readonly images: readonly string[];
  readonly protect: boolean;
  /** The claims that each replica gets, such as `data 100Gi`. */
  readonly volumes: readonly string[];
}

/** Workloads that no NetworkPolicy tells apart, such as the pools of the game server: one box of the picture. */
export interface WorkloadGroup {
  readonly id: string;
  readonly namespace: string;
  readonly title: string;
  /** The labels of its pods that policies look at. */
  readonly labels: JsonObject;
  readonly workloads: readonly Workload[];
  /** The ConfigMaps and Secrets that its pods read, by kind and name. */
  readonly reads: ReadonlySet<string>;
}

const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet"];

/** The workloads of a plan, those together that the policies treat alike. */
export function workloadGroups(objects: readonly KubernetesObject[]): WorkloadGroup[] {
  const keys = selectorKeys(objects);
  const workloads = objects.filter(({ kind }) => WORKLOADS.includes(kind));
  const alike = Map.groupBy(workloads, (object) => {
    const labels = seenLabels(object, keys);
    // What policies do not look at stands for itself.
    return JSON.stringify([object.namespace, labels, Object.keys(labels).length === 0 ? object.name : ""]);
  });
  return [...alike.values()]
    .map((members) => group(members, objects, keys))
    .toSorted((a, b) => byCodeUnit(a.id, b.id));
}

/** The label keys that some policy selects pods by. */
function selectorKeys(objects: readonly KubernetesObject[]): ReadonlySet<string> {
  const keys = (value: Json | undefined): string[] => {
    const { podSelector, ...rest } = asObject(value);
    const { matchLabels, matchExpressions } = asObject(podSelector);
    const inside = Array.isArray(value) ? (value as readonly Json[]) : Object.values(rest);
    return [
      ...Object.keys(asObject(matchLabels)),
      ...asList(matchExpressions).map((expression) => textOf(at(expression, "key"))),
      ...inside.flatMap(keys),
    ];
  };
  return new Set(objects.filter(({ kind }) => kind === "NetworkPolicy").flatMap(({ spec }) => keys(spec)));
}

function podLabels({ spec }: KubernetesObject): JsonObject {
  return asObject(at(spec, "template", "metadata", "labels"));
}

function seenLabels(object: KubernetesObject, keys: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(podLabels(object)).filter(([key]) => keys.has(key)));
}

function group(
  members: readonly KubernetesObject[],
  objects: readonly KubernetesObject[],
  keys: ReadonlySet<string>,
): WorkloadGroup {
  const [first] = members;
  if (first === undefined) throw new Error("A group of workloads has no member.");
  const title = textOf(podLabels(first)["app.kubernetes.io/name"]) || first.name;
  const { namespace } = first;
  return {
    id: `${namespace}/${title}`,
    namespace,
    title,
    labels: seenLabels(first, keys),
    workloads: members
      .map((member) => workload(member, objects))
      .toSorted((a, b) => byCodeUnit(a.name, b.name)),
    reads: new Set(members.flatMap(({ spec }) => readObjects(at(spec, "template", "spec")))),
  };
}

function workload(object: KubernetesObject, objects: readonly KubernetesObject[]): Workload {
  const { kind, name, spec, protect } = object;
  const pod = at(spec, "template", "spec");
  return {
    kind,
    name,
    replicas: replicas(object, objects),
    images: asList(at(pod, "containers")).map((container) => textOf(at(container, "image"))),
    protect,
    volumes: asList(spec.volumeClaimTemplates).map(
      (claim) =>
        `${textOf(at(claim, "metadata", "name"))} ${textOf(at(claim, "spec", "resources", "requests", "storage"))}`,
    ),
  };
}

function replicas(
  { kind, name, namespace, spec }: KubernetesObject,
  objects: readonly KubernetesObject[],
): string {
  if (kind === "DaemonSet") return "one per node";
  const autoscaler = objects.find(
    (object) =>
      object.kind === "HorizontalPodAutoscaler" &&
      object.namespace === namespace &&
      at(object.spec, "scaleTargetRef", "kind") === kind &&
      at(object.spec, "scaleTargetRef", "name") === name,
  );
  if (autoscaler === undefined) return counted(Number(spec.replicas ?? 1), "replica");
  const { minReplicas = 1, maxReplicas } = autoscaler.spec;
  return `${textOf(minReplicas)}–${textOf(maxReplicas)} replicas`;
}

/** Which field of a reference holds the name, by the key that the reference stands under. */
const REFERENCES: Readonly<Record<string, readonly [kind: string, ...fields: string[]]>> = {
  secret: ["Secret", "secretName", "name"],
  secretRef: ["Secret", "name"],
  secretKeyRef: ["Secret", "name"],
  configMap: ["ConfigMap", "name"],
  configMapRef: ["ConfigMap", "name"],
  configMapKeyRef: ["ConfigMap", "name"],
};

/** Every ConfigMap and Secret that a pod refers to, as `Kind/name`. */
function readObjects(pod: Json | undefined): string[] {
  if (Array.isArray(pod)) return pod.flatMap(readObjects);
  return Object.entries(asObject(pod)).flatMap(([key, value]) => {
    const [kind = "", ...fields] = REFERENCES[key] ?? [];
    const name = fields.map((field) => textOf(at(value, field))).find((text) => text !== "");
    return name === undefined ? readObjects(value) : [`${kind}/${name}`];
  });
}
