import { parseAllDocuments } from "yaml";
import type { JsonObject } from "../../plan/plan.ts";

/** The identity of an object. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** The objects of YAML documents. */
export function parseObjects(text: string): JsonObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value: unknown = document.toJS();
    return typeof value === "object" && value !== null ? [value as JsonObject] : [];
  });
}

export function referenceOf(object: JsonObject): ObjectReference {
  const { name, namespace } = (object.metadata ?? {}) as {
    readonly name?: string;
    readonly namespace?: string;
  };
  return { apiVersion: String(object.apiVersion), kind: String(object.kind), namespace, name: name ?? "" };
}

/** `Kind namespace/name`, for messages and comparisons. */
export function describeReference({ kind, namespace, name }: ObjectReference): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** A list of objects, as kubectl accepts it. */
export function toList(items: readonly JsonObject[]): JsonObject {
  return { apiVersion: "v1", kind: "List", items };
}

/** An object with nothing but its identity, for `kubectl delete`. */
export function toIdentity({ apiVersion, kind, namespace, name }: ObjectReference): JsonObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}
