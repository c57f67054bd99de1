import { isDeepStrictEqual } from "node:util";
import { contentHash } from "../../components/shared/content-hash.ts";
import { compareCodeUnits } from "../../plan/format.ts";
import type { JsonObject } from "../../plan/plan.ts";
import { type Manifests, objectsOf } from "../package/kustomize-overlay.ts";
import type { OverlayName } from "../package/site-overlays.ts";
import {
  createSubstitutions,
  type Substitution,
  substituteDefaults,
  type TemplateContext,
} from "./chart-object.ts";
import type { SiteValue } from "./site-values.ts";

/** The objects of an overlay, as planned and with markers instead of the values of a site. */
export interface ChartVariant {
  readonly overlay: OverlayName;
  readonly planned: Manifests;
  readonly marked: Manifests;
}

/** An object in one overlay. */
export interface ChartObject {
  readonly marked: JsonObject;
  readonly planned: JsonObject;
}

/** A ConfigMap whose name contains a hash of its data, which depends on the values of a site. */
export interface HashedConfigMap {
  readonly baseName: string;
  readonly markedName: string;
  readonly plannedName: string;
  readonly data: JsonObject;
}

/** The objects of a chart by the path of their template, and what replaces the markers. */
export interface ChartObjects {
  readonly byPath: ReadonlyMap<string, ReadonlyMap<OverlayName, ChartObject>>;
  readonly hashed: readonly HashedConfigMap[];
  readonly context: TemplateContext;
}

/** The name of the template that renders the name of a ConfigMap. */
export function nameTemplate({ baseName }: HashedConfigMap): string {
  return `spacetime-vr.name.${baseName}`;
}

/**
 * Pairs the marked objects with the planned ones.
 * @throws Error if the marked objects with the default values are not the planned ones: the program derives something from a value of a
 * site that the chart cannot derive.
 */
export function collectChartObjects(
  variants: readonly ChartVariant[],
  values: readonly SiteValue[],
): ChartObjects {
  const byPath = new Map<string, Map<OverlayName, ChartObject>>();
  const hashed = new Map<string, HashedConfigMap>();
  for (const { overlay, planned, marked } of variants) {
    const plannedObjects = withoutHashes(planned);
    const markedObjects = withoutHashes(marked);
    requireSamePaths([...plannedObjects.keys()], [...markedObjects.keys()]);
    for (const [path, object] of markedObjects) {
      const pair = { marked: object, planned: plannedObjects.get(path) as JsonObject };
      byPath.set(path, (byPath.get(path) ?? new Map<OverlayName, ChartObject>()).set(overlay, pair));
      const named = toHashedConfigMap(pair);
      if (named !== undefined) hashed.set(named.baseName, requireSameName(named, hashed.get(named.baseName)));
    }
  }
  const context = { values, substitutions: [...hashed.values()].map(nameSubstitution) };
  context.substitutions.push(...createSubstitutions(values));
  for (const [path, pairs] of byPath)
    for (const pair of pairs.values()) requireSameObject(path, pair, context);
  return { byPath, hashed: [...hashed.values()], context };
}

function nameSubstitution(map: HashedConfigMap): Substitution {
  const { markedName, plannedName } = map;
  return { marker: markedName, expression: `include "${nameTemplate(map)}" .`, default: plannedName };
}

/** The objects by path, without the hashes in the paths of ConfigMaps, which differ between the plans. */
function withoutHashes(manifests: Manifests): Map<string, JsonObject> {
  const objects = [...objectsOf(manifests)].map(([path, object]) => {
    const baseName = hashedBaseName(object);
    return [baseName === undefined ? path : path.replace(/-[0-9a-f]{10}\.yaml$/, ".yaml"), object] as const;
  });
  return new Map(objects.toSorted(([a], [b]) => compareCodeUnits(a, b)));
}

/** The name without its hash; undefined if it has none. */
function hashedBaseName({ kind, metadata, data }: JsonObject): string | undefined {
  const name = String((metadata as JsonObject).name);
  if (kind !== "ConfigMap") return undefined;
  const suffix = `-${contentHash(data)}`;
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : undefined;
}

function toHashedConfigMap({ marked, planned }: ChartObject): HashedConfigMap | undefined {
  const baseName = hashedBaseName(marked);
  const markedName = String((marked.metadata as JsonObject).name);
  const plannedName = String((planned.metadata as JsonObject).name);
  if (baseName === undefined || markedName === plannedName) return undefined;
  return { baseName, markedName, plannedName, data: marked.data as JsonObject };
}

function requireSameName(map: HashedConfigMap, earlier: HashedConfigMap | undefined): HashedConfigMap {
  if (earlier === undefined || earlier.markedName === map.markedName) return map;
  throw new Error(
    `The ConfigMap ${map.baseName} differs between the overlays, which the Helm chart does not support.`,
  );
}

function requireSamePaths(planned: readonly string[], marked: readonly string[]): void {
  if (isDeepStrictEqual(planned, marked)) return;
  throw new Error(
    "The values of a site change which objects the plan has, which the Helm chart does not support.",
  );
}

function requireSameObject(path: string, { marked, planned }: ChartObject, context: TemplateContext): void {
  if (isDeepStrictEqual(substituteDefaults({ marked, planned }, context), planned)) return;
  throw new Error(
    `The Helm chart would not render ${path} as it is planned: a field is derived from a value of a site.`,
  );
}
