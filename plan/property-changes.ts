import type { Json, JsonObject } from "./plan.ts";

/** One property that differs. `before` is absent where it is new, `after` where it is gone. */
export interface PropertyChange {
  /** Such as `spec.template.spec.containers[nginx].image`. */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** Every place at which two objects differ, as deep as their shapes agree; in the order of the keys. */
export function propertyChanges(before: JsonObject, after: JsonObject): PropertyChange[] {
  return objectChanges(before, after, "");
}

function changes(before: Json | undefined, after: Json | undefined, path: string): PropertyChange[] {
  if (isList(before) && isList(after)) return listChanges(before, after, path);
  if (isObject(before) && isObject(after)) return objectChanges(before, after, path);
  return same(before, after) ? [] : [change(path, before, after)];
}

function change(path: string, before: Json | undefined, after: Json | undefined): PropertyChange {
  return {
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

function objectChanges(before: JsonObject, after: JsonObject, path: string): PropertyChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => changes(before[key], after[key], `${path}${step(key, path)}`));
}

function step(key: string, path: string): string {
  // Keys of labels and of ConfigMaps hold dots and slashes.
  const isPlain = /^[\w-]+$|^\(options\)$/.test(key);
  if (!isPlain) return `[${JSON.stringify(key)}]`;
  return path === "" ? key : `.${key}`;
}

/** Kubernetes tells the elements of many lists apart by one of these, whatever their order. */
const IDENTITIES = ["name", "mountPath", "key"];

function listChanges(before: readonly Json[], after: readonly Json[], path: string): PropertyChange[] {
  const byIdentity = IDENTITIES.map((key) => [identified(before, key), identified(after, key)] as const);
  const found = byIdentity.find(([old, current]) => old !== undefined && current !== undefined);
  if (found?.[0] === undefined || found[1] === undefined) return positionChanges(before, after, path);
  const [old, current] = found;
  const inside = [...new Set([...old.keys(), ...current.keys()])].flatMap((identity) =>
    changes(old.get(identity), current.get(identity), `${path}[${identity}]`),
  );
  // Order matters in some of these lists, such as variables that refer to earlier ones.
  const reordered = inside.length === 0 && !same(before, after);
  return reordered ? [change(`${path}(order)`, [...old.keys()], [...current.keys()])] : inside;
}

function identified(list: readonly Json[], key: string): Map<string, Json> | undefined {
  const entries = list.map((element) => [isObject(element) ? element[key] : undefined, element] as const);
  const byKey = new Map(
    entries.flatMap(([identity, element]) =>
      typeof identity === "string" ? [[identity, element] as const] : [],
    ),
  );
  return byKey.size === list.length ? byKey : undefined;
}

/** Compares by position, after the elements at both ends that are the same: one more in front does not change the rest. */
function positionChanges(before: readonly Json[], after: readonly Json[], path: string): PropertyChange[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && same(before[start], after[start])) start += 1;
  let end = 0;
  while (end < shorter - start && same(before.at(-1 - end), after.at(-1 - end))) end += 1;
  const count = Math.max(before.length, after.length) - start - end;
  return Array.from({ length: count }, (_, index) => {
    const at = start + index;
    const old = at < before.length - end ? before[at] : undefined;
    const current = at < after.length - end ? after[at] : undefined;
    return changes(old, current, `${path}[${at}]`);
  }).flat();
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

/** Whether two values are the same; the order of an object's keys says nothing. */
function same(before: Json | undefined, after: Json | undefined): boolean {
  if (isList(before) && isList(after)) {
    return before.length === after.length && before.every((element, index) => same(element, after[index]));
  }
  if (isObject(before) && isObject(after)) {
    const keys = Object.keys(before);
    return (
      keys.length === Object.keys(after).length &&
      keys.every((key) => key in after && same(before[key], after[key]))
    );
  }
  return before === after;
}
