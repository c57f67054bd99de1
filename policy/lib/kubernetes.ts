import type { PolicyContext } from "../context.ts";
import type { InputNode } from "../input-node.ts";

/** The path of the pod template, by kind. */
const POD_TEMPLATE_PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  PodTemplate: ["template"],
  Deployment: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  ReplicationController: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

const JOB_KINDS = ["Job", "CronJob"];

/** The recommended label with the name of the workload. */
export const NAME_LABEL = "app.kubernetes.io/name";

/** The pods of an object, as described by its template. */
export interface Pod {
  /** The object with the template. */
  readonly owner: InputNode;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly labels: InputNode;
  readonly annotations: InputNode;
  readonly spec: InputNode;
}

/** A container of a pod. */
export interface Container {
  readonly pod: Pod;
  readonly role: "main" | "init" | "ephemeral";
  readonly node: InputNode;
}

export function nameOf(object: InputNode): string | undefined {
  return object.at("metadata", "name").text;
}

export function namespaceOf(object: InputNode): string | undefined {
  return object.at("metadata", "namespace").text;
}

/** Every pod template of the deployment. */
export function pods(context: PolicyContext): readonly Pod[] {
  return Object.entries(POD_TEMPLATE_PATHS).flatMap(([kind, path]) =>
    context.ofKind(kind).map((owner) => {
      const template = owner.at(...path);
      return {
        owner,
        kind,
        // Lazy, so that an unknown value only affects the checks that read it.
        get namespace() {
          return namespaceOf(owner);
        },
        labels: template.at("metadata", "labels"),
        annotations: template.at("metadata", "annotations"),
        spec: template.at("spec"),
      };
    }),
  );
}

/** The long-running pods, which are not from Jobs. */
export function longRunningPods(context: PolicyContext): readonly Pod[] {
  return pods(context).filter(({ kind }) => !JOB_KINDS.includes(kind));
}

/** The pods of a workload, by its name label. */
export function podsOfWorkloads(context: PolicyContext, ...workloads: readonly string[]): readonly Pod[] {
  return pods(context).filter(({ labels }) => workloads.includes(labels.at(NAME_LABEL).text ?? ""));
}

/** The containers of a pod, in start order. */
export function containersOf(pod: Pod): readonly Container[] {
  const list = (field: string, role: Container["role"]): Container[] =>
    pod.spec.at(field).items.map((node) => ({ pod, role, node }));
  return [
    ...list("initContainers", "init"),
    ...list("containers", "main"),
    ...list("ephemeralContainers", "ephemeral"),
  ];
}

/** Every container of the deployment. */
export function containers(context: PolicyContext): readonly Container[] {
  return pods(context).flatMap(containersOf);
}

/** The main containers of a pod. */
export function mainContainers(pod: Pod): readonly Container[] {
  return containersOf(pod).filter(({ role }) => role === "main");
}

/** Whether a label selector matches the labels. */
export function selectorMatches(selector: InputNode, labels: InputNode): boolean {
  const byLabels = selector
    .at("matchLabels")
    .fields.every(([key, value]) => value.exists && labels.at(key).text === value.text);
  return byLabels && selector.at("matchExpressions").items.every((term) => expressionMatches(term, labels));
}

function expressionMatches(term: InputNode, labels: InputNode): boolean {
  const label = labels.at(term.at("key").text ?? "");
  const values = term.at("values").items.map((value) => value.text);
  switch (term.at("operator").text) {
    case "In":
      return label.exists && values.includes(label.text);
    case "NotIn":
      return !values.includes(label.text);
    case "Exists":
      return label.exists;
    case "DoesNotExist":
      return !label.exists;
    default:
      return false;
  }
}

/** The object of a kind with this name in this namespace. */
export function findObject(
  context: PolicyContext,
  kind: string,
  namespace: string | undefined,
  name: string | undefined,
): InputNode | undefined {
  return name === undefined ? undefined : context.findByName(kind, namespace, name);
}

/** The Services that send traffic to a pod. */
export function servicesFor(context: PolicyContext, pod: Pod): readonly InputNode[] {
  return context.ofKind("Service").filter((service) => {
    const selector = service.at("spec", "selector");
    if (namespaceOf(service) !== pod.namespace || selector.fields.length === 0) return false;
    return selector.fields.every(([key, value]) => value.exists && pod.labels.at(key).text === value.text);
  });
}

/**
 * A file that a pod mounts from ConfigMaps, by file name: its content in every ConfigMap volume that contains it, or the name
 * of a ConfigMap that is unknown until apply.
 */
export function mountedFiles(context: PolicyContext, pod: Pod, file: string): readonly InputNode[] {
  const { items, unknown } = pod.spec.at("volumes");
  if (unknown) return [pod.spec.at("volumes")];
  return items.flatMap((volume) => {
    const name = volume.at("configMap", "name");
    if (name.unknown) return [name];
    const content = findObject(context, "ConfigMap", pod.namespace, name.text)?.at("data", file);
    return content?.isSetOrUnknown ? [content] : [];
  });
}
