import type { Json, JsonObject, Plan } from "../plan.ts";

/** A Kubernetes object of a plan, with the fields that every kind has. */
export interface KubernetesObject {
  readonly kind: string;
  readonly name: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly protect: boolean;
  readonly spec: JsonObject;
  readonly labels: JsonObject;
}

/** The Kubernetes objects of a plan; resources without kind or name, such as charts, are skipped. */
export function readKubernetesObjects({ resources }: Plan): KubernetesObject[] {
  return resources.flatMap(({ type, custom, inputs, protect }) => {
    const { name, namespace, labels } = asObject(inputs.metadata);
    if (!custom || !type.startsWith("kubernetes:") || typeof name !== "string") return [];
    const kind = toText(inputs.kind);
    const spec = asObject(inputs.spec);
    return [{ kind, name, namespace: toText(namespace), protect, spec, labels: asObject(labels) }];
  });
}

/** The value at a path of keys; undefined if the path does not exist. */
export function valueAt(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, key) => asObject(inner)[key], value);
}

export function asObject(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** A string, or a number as a string; empty for any other value. */
export function toText(value: Json | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Whether a label selector matches the labels; an empty selector matches everything. */
export function matchesLabelSelector(selector: Json | undefined, labels: JsonObject): boolean {
  const { matchLabels, matchExpressions } = asObject(selector);
  return (
    Object.entries(asObject(matchLabels)).every(([key, value]) => labels[key] === value) &&
    asList(matchExpressions).every((expression) => matchesExpression(asObject(expression), labels))
  );
}

function matchesExpression({ key, operator, values }: JsonObject, labels: JsonObject): boolean {
  const value = labels[toText(key)];
  const listed = value !== undefined && asList(values).includes(value);
  switch (operator) {
    case "In":
      return listed;
    case "NotIn":
      return !listed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
