import type { Json, JsonObject, Plan, PlannedResource } from "../../../plan/plan.ts";

/** A kind of object that the plan creates, such as `apps/v1` and `Deployment`. */
export interface ApiKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The objects of one kind in one namespace; without a namespace for cluster-wide kinds. */
export interface ObjectGroup extends ApiKind {
  readonly namespace: string | undefined;
}

/** A volume that a pod waits for. */
export interface ClaimedStorage {
  /** The name of the storage class; undefined for the default class. */
  readonly storageClass: string | undefined;
  /** The claim or the StatefulSet, as `namespace/name`. */
  readonly claimant: string;
}

/** A node port of a Service. */
export interface NodePort {
  readonly port: number;
  /** The Service, as `namespace/name`. */
  readonly service: string;
}

/** What a plan needs from the cluster that it is deployed to. */
export interface ClusterRequirements {
  readonly objects: readonly ObjectGroup[];
  readonly storage: readonly ClaimedStorage[];
  readonly nodePorts: readonly NodePort[];
}

/** Resources of Pulumi's Kubernetes provider that are objects; the provider itself is `pulumi:providers:kubernetes`. */
const KUBERNETES_TYPE = /^kubernetes:(?:core\/)?([^:]+):([^:]+)$/;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value below the keys of nested objects. */
function valueAt(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>((found, key) => (isObject(found) ? found[key] : undefined), value);
}

function textAt(value: Json | undefined, ...keys: readonly string[]): string | undefined {
  const found = valueAt(value, ...keys);
  return typeof found === "string" ? found : undefined;
}

const listAt = (value: Json | undefined, ...keys: readonly string[]): readonly Json[] => {
  const found = valueAt(value, ...keys);
  return Array.isArray(found) ? found : [];
};

/** Lists what a plan needs from its cluster. */
export function listClusterRequirements({ resources }: Plan): ClusterRequirements {
  const objects = resources.flatMap((resource) => {
    const [, apiVersion, kind] = KUBERNETES_TYPE.exec(resource.type) ?? [];
    return apiVersion === undefined || kind === undefined ? [] : [{ resource, apiVersion, kind }];
  });
  const planned = new Set(
    objects.filter(({ kind }) => kind === "StorageClass").map(({ resource }) => objectName(resource)),
  );
  return {
    objects: uniqueGroups(
      objects.map(({ resource, apiVersion, kind }) => ({
        apiVersion,
        kind,
        namespace: textAt(resource.inputs, "metadata", "namespace"),
      })),
    ),
    storage: objects
      .flatMap(({ resource, kind }) => claimedStorage(resource, kind))
      .filter(({ storageClass }) => storageClass === undefined || !planned.has(storageClass)),
    nodePorts: objects.flatMap(({ resource, kind }) => (kind === "Service" ? nodePorts(resource) : [])),
  };
}

function objectName({ inputs, name }: PlannedResource): string {
  return textAt(inputs, "metadata", "name") ?? name;
}

function qualifiedName(resource: PlannedResource): string {
  return `${textAt(resource.inputs, "metadata", "namespace") ?? "default"}/${objectName(resource)}`;
}

function uniqueGroups(groups: readonly ObjectGroup[]): ObjectGroup[] {
  const byKey = new Map(
    groups.map((group) => [`${group.apiVersion} ${group.kind} ${group.namespace ?? ""}`, group]),
  );
  return [...byKey.values()];
}

function claimedStorage(resource: PlannedResource, kind: string): ClaimedStorage[] {
  const claimant = qualifiedName(resource);
  const claims =
    kind === "PersistentVolumeClaim"
      ? [resource.inputs]
      : kind === "StatefulSet"
        ? listAt(resource.inputs, "spec", "volumeClaimTemplates")
        : [];
  return claims.map((claim) => ({ storageClass: textAt(claim, "spec", "storageClassName"), claimant }));
}

function nodePorts(resource: PlannedResource): NodePort[] {
  return listAt(resource.inputs, "spec", "ports").flatMap((entry) => {
    const port = valueAt(entry, "nodePort");
    return typeof port === "number" ? [{ port, service: qualifiedName(resource) }] : [];
  });
}
