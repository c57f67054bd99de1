import type { Environment } from "../../components/shared/environments.ts";
import type { Json, JsonObject, Plan, PlannedResource } from "../plan.ts";
import { countResources } from "../resource-tree.ts";
import { diffProperties, type PropertyChange } from "./property-diff.ts";

/** A resource in a diff. */
export interface NamedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The Kubernetes object, as `namespace/name` or, outside any namespace, `name`. */
  readonly object?: string;
}

export interface ChangedResource extends NamedResource {
  /**
   * Whether the change certainly replaces the object: a Kubernetes object with a new name or namespace, or new random
   * bytes. A provider may replace objects for other reasons too, which only `pulumi preview` shows.
   */
  readonly replaced: boolean;
  readonly changes: readonly PropertyChange[];
}

/**
 * The difference between two plans of an environment. Plans contain references instead of secret values, so a changed
 * secret with an unchanged reference is not a difference.
 */
export interface PlanDiff {
  readonly environment: Environment;
  /** The number of resources. */
  readonly resources: { readonly before: number; readonly after: number };
  readonly added: readonly NamedResource[];
  readonly removed: readonly NamedResource[];
  readonly changed: readonly ChangedResource[];
  /** Changes of the stack's outputs. */
  readonly outputs: readonly PropertyChange[];
}

/** Compares two plans of an environment; resources are matched by URN. */
export function diffPlans(before: Plan, after: Plan): PlanDiff {
  const old = new Map(before.resources.map((resource) => [resource.urn, resource]));
  const present = new Set(after.resources.map(({ urn }) => urn));
  return {
    environment: after.environment,
    resources: { before: countResources(before).total, after: countResources(after).total },
    added: after.resources.filter(({ urn }) => !old.has(urn)).map(toNamedResource),
    removed: before.resources.filter(({ urn }) => !present.has(urn)).map(toNamedResource),
    changed: after.resources.flatMap((resource) => {
      const previous = old.get(resource.urn);
      return previous === undefined ? [] : diffResource(previous, resource);
    }),
    outputs: diffProperties(before.outputs, after.outputs),
  };
}

/** Whether the two plans are equal. */
export function isEmptyDiff({ added, removed, changed, outputs }: PlanDiff): boolean {
  return [added, removed, changed, outputs].every(({ length }) => length === 0);
}

/** An empty plan, as the base of the first plan of an environment. */
export function emptyPlan({ project, environment }: Pick<Plan, "project" | "environment">): Plan {
  return { project, environment, resources: [], outputs: {} };
}

function diffResource(before: PlannedResource, after: PlannedResource): ChangedResource[] {
  const changes = [
    ...diffProperties(before.inputs, after.inputs),
    ...diffProperties(optionsAsProperties(before), optionsAsProperties(after)),
  ];
  if (changes.length === 0) return [];
  return [{ ...toNamedResource(after), replaced: isReplaced(before, after), changes }];
}

/** The resource options as properties, under a name that no input has. */
function optionsAsProperties({ parent, protect, dependsOn, custom }: PlannedResource): JsonObject {
  return { "(options)": { custom, dependsOn, parent, protect } };
}

function isReplaced(before: PlannedResource, after: PlannedResource): boolean {
  if (after.type === "random:index/randomBytes:RandomBytes") {
    return diffProperties(before.inputs, after.inputs).length > 0;
  }
  const [old, current] = [kubernetesMetadata(before), kubernetesMetadata(after)];
  return old.name !== current.name || old.namespace !== current.namespace;
}

function toNamedResource(resource: PlannedResource): NamedResource {
  const { urn, type, name } = resource;
  const { namespace, name: objectName } = kubernetesMetadata(resource);
  if (typeof objectName !== "string") return { urn, type, name };
  return {
    urn,
    type,
    name,
    object: typeof namespace === "string" ? `${namespace}/${objectName}` : objectName,
  };
}

function kubernetesMetadata({ type, inputs }: PlannedResource): {
  readonly name?: Json;
  readonly namespace?: Json;
} {
  const value = type.startsWith("kubernetes:") ? inputs.metadata : undefined;
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
