import { type Json, type Plan, type PlannedResource, UNKNOWN } from "../../../plan/plan.ts";
import { formatPath, type PropertyPath } from "../../../policy/input-node.ts";
import type { Rule } from "../../../policy/rule.ts";
import { evaluateOnPlan } from "./expectations.ts";

/** A value that a rule has read. */
export interface RecordedRead {
  readonly urn: string;
  readonly path: PropertyPath;
}

/** The values of a plan that a rule reads, each once; absent values are omitted. */
export function recordReads(rule: Rule, plan: Plan): readonly RecordedRead[] {
  const reads = new Map<string, RecordedRead>();
  evaluateOnPlan(rule, plan, (node) => {
    const key = `${node.resource.urn} ${formatPath(node.path)}`;
    if (node.path.length > 0 && !reads.has(key)) reads.set(key, { urn: node.resource.urn, path: node.path });
  });
  const inputs = new Map(plan.resources.map((resource) => [resource.urn, resource.inputs]));
  return [...reads.values()].filter(({ urn, path }) => valueAt(inputs.get(urn), path) !== undefined);
}

/** The plan with one unknown value. */
export function withUnknown(plan: Plan, { urn, path }: RecordedRead): Plan {
  const resources = plan.resources.map((resource): PlannedResource => {
    if (resource.urn !== urn) return resource;
    return { ...resource, inputs: replaceAt(resource.inputs, path) as PlannedResource["inputs"] };
  });
  return { ...plan, resources };
}

function valueAt(value: Json | undefined, path: PropertyPath): Json | undefined {
  let found: unknown = value;
  for (const key of path)
    found = typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined;
  return found as Json | undefined;
}

function replaceAt(value: Json, [key, ...rest]: PropertyPath): Json {
  if (key === undefined) return UNKNOWN;
  if (Array.isArray(value))
    return value.map((item: Json, index) => (index === key ? replaceAt(item, rest) : item));
  const fields = value as Readonly<Record<string, Json>>;
  return { ...fields, [key]: replaceAt(fields[key] ?? null, rest) };
}
