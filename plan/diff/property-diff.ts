import type { Json, JsonObject } from "../plan.ts";

/** A changed property. `before` is undefined for a new property, `after` for a removed one. */
export interface PropertyChange {
  /** For example `spec.template.spec.containers[nginx].image`. */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** Compares two objects recursively; the changes are sorted by key. */
export function diffProperties(before: JsonObject, after: JsonObject): PropertyChange[] {
  return diffObjects(before, after, "");
}

function diffValues(before: Json | undefined, after: Json | undefined, path: string): PropertyChange[] {
  if (isList(before) && isList(after)) return diffLists(before, after, path);
  if (isObject(before) && isObject(after)) return diffObjects(before, after, path);
  return isEqual(before, after) ? [] : [createChange(path, before, after)];
}

function createChange(path: string, before: Json | undefined, after: Json | undefined): PropertyChange {
  return {
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

function diffObjects(before: JsonObject, after: JsonObject, path: string): PropertyChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => diffValues(before[key], after[key], `${path}${pathSegment(key, path)}`));
}

function pathSegment(key: string, path: string): string {
  // Keys of labels and ConfigMaps may contain dots and slashes.
  const isPlain = /^[\w-]+$|^\(options\)$/.test(key);
  if (!isPlain) return `[${JSON.stringify(key)}]`;
  return path === "" ? key : `.${key}`;
}

/** Keys that identify the elements of many Kubernetes lists, independent of their order. */
const IDENTITY_KEYS = ["name", "mountPath", "key"];

function diffLists(before: readonly Json[], after: readonly Json[], path: string): PropertyChange[] {
  const byIdentity = IDENTITY_KEYS.map(
    (key) => [indexByIdentity(before, key), indexByIdentity(after, key)] as const,
  );
  const match = byIdentity.find(([old, current]) => old !== undefined && current !== undefined);
  if (match?.[0] === undefined || match[1] === undefined) return diffByPosition(before, after, path);
  const [old, current] = match;
  const changes = [...new Set([...old.keys(), ...current.keys()])].flatMap((identity) =>
    diffValues(old.get(identity), current.get(identity), `${path}[${identity}]`),
  );
  // Order matters in some of these lists, such as variables that refer to earlier ones.
  const reordered = changes.length === 0 && !isEqual(before, after);
  return reordered ? [createChange(`${path}(order)`, [...old.keys()], [...current.keys()])] : changes;
}

function indexByIdentity(list: readonly Json[], key: string): Map<string, Json> | undefined {
  const entries = list.map((element) => [isObject(element) ? element[key] : undefined, element] as const);
  const byKey = new Map(
    entries.flatMap(([identity, element]) =>
      typeof identity === "string" ? [[identity, element] as const] : [],
    ),
  );
  return byKey.size === list.length ? byKey : undefined;
}

/** Compares by position without the equal elements at both ends, so that an inserted element is one change. */
function diffByPosition(before: readonly Json[], after: readonly Json[], path: string): PropertyChange[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isEqual(before[start], after[start])) start += 1;
  let end = 0;
  while (end < shorter - start && isEqual(before.at(-1 - end), after.at(-1 - end))) end += 1;
  const count = Math.max(before.length, after.length) - start - end;
  return Array.from({ length: count }, (_, index) => {
    const at = start + index;
    const old = at < before.length - end ? before[at] : undefined;
    const current = at < after.length - end ? after[at] : undefined;
    return diffValues(old, current, `${path}[${at}]`);
  }).flat();
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

/** Whether two values are equal; the order of object keys does not matter. */
function isEqual(before: Json | undefined, after: Json | undefined): boolean {
  if (isList(before) && isList(after)) {
    return before.length === after.length && before.every((element, index) => isEqual(element, after[index]));
  }
  if (isObject(before) && isObject(after)) {
    const keys = Object.keys(before);
    return (
      keys.length === Object.keys(after).length &&
      keys.every((key) => key in after && isEqual(before[key], after[key]))
    );
  }
  return before === after;
}
