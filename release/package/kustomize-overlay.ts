import { parse } from "yaml";
import { compareCodeUnits } from "../../plan/format.ts";
import { toYaml } from "../../plan/manifests/yaml.ts";
import type { Json, JsonObject } from "../../plan/plan.ts";
import { referenceOf, toIdentity } from "../deployment/kubernetes-objects.ts";

/** Rendered manifests by path, as `renderManifests` returns them. */
export type Manifests = ReadonlyMap<string, string>;

const KUSTOMIZATION = "kustomization.yaml";

/** One operation of a JSON patch (RFC 6902). */
type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string };

/**
 * The files of a Kustomize overlay that turns the objects of `base` into those of `variant`: new objects are files of the overlay, changed
 * ones are JSON patches, and removed ones are deleted. `basePath` is relative to the overlay.
 */
export function createOverlay(base: Manifests, variant: Manifests, basePath: string): Map<string, string> {
  const before = objectsOf(base);
  const after = objectsOf(variant);
  const files = new Map<string, string>();
  const resources = [basePath];
  const patches: Json[] = [];
  for (const [path, object] of after) {
    const original = before.get(path);
    if (original === undefined) {
      resources.push(path);
      files.set(path, toYaml(object));
      continue;
    }
    const operations = diffObjects(original, object, "");
    if (operations.length > 0) {
      patches.push({ target: targetOf(original), patch: toYaml(operations) });
    }
  }
  for (const [path, object] of before) {
    if (!after.has(path))
      patches.push({ patch: toYaml({ $patch: "delete", ...toIdentity(referenceOf(object)) }) });
  }
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources,
    ...(patches.length === 0 ? {} : { patches }),
  };
  return new Map([[KUSTOMIZATION, toYaml(kustomization)], ...files]);
}

/** The Kubernetes objects of rendered manifests by path, in the order in which they are applied. */
export function objectsOf(manifests: Manifests): Map<string, JsonObject> {
  const { resources } = parse(manifests.get(KUSTOMIZATION) ?? "") as {
    readonly resources: readonly string[];
  };
  return new Map(resources.map((path) => [path, parse(manifests.get(path) ?? "") as JsonObject]));
}

function targetOf(object: JsonObject): JsonObject {
  const { apiVersion, kind, namespace, name } = referenceOf(object);
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  // Kustomize reads names as regular expressions.
  const exactName = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return {
    ...(group === "" ? {} : { group: group ?? "" }),
    version: version ?? "",
    kind,
    name: exactName,
    ...(namespace === undefined ? {} : { namespace }),
  };
}

/** The operations that turn one object into another. Lists are replaced as a whole. */
function diffObjects(before: JsonObject, after: JsonObject, path: string): PatchOperation[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted(compareCodeUnits);
  return keys.flatMap((key): PatchOperation[] => {
    const at = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const old = before[key];
    const value = after[key];
    if (value === undefined) return [{ op: "remove", path: at }];
    if (old === undefined) return [{ op: "add", path: at, value }];
    if (JSON.stringify(old) === JSON.stringify(value)) return [];
    if (isObject(old) && isObject(value)) return diffObjects(old, value, at);
    return [{ op: "replace", path: at, value }];
  });
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
