import { type Json, type Plan, type PlannedResource, UNKNOWN } from "../../plan/plan.ts";
import { type Path, pathText } from "../../policy/node.ts";
import type { Rule } from "../../policy/rule.ts";
import { judge } from "./judge.ts";

/** A value that a rule looked at. */
export interface Read {
  readonly urn: string;
  readonly path: Path;
}

/** Every value of a plan that a rule looks at, once; absent values are left out. */
export function readsOf(rule: Rule, plan: Plan): readonly Read[] {
  const reads = new Map<string, Read>();
  judge(rule, plan, (node) => {
    const key = `${node.resource.urn} ${pathText(node.path)}`;
    if (node.path.length > 0 && !reads.has(key)) reads.set(key, { urn: node.resource.urn, path: node.path });
  });
  const inputs = new Map(plan.resources.map((resource) => [resource.urn, resource.inputs]));
  return [...reads.values()].filter(({ urn, path }) => valueAt(inputs.get(urn), path) !== undefined);
}

/** The plan with one value unknown. */
export function withUnknown(plan: Plan, { urn, path }: Read): Plan {
  const resources = plan.resources.map((resource): PlannedResource => {
    if (resource.urn !== urn) return resource;
    return { ...resource, inputs: replaced(resource.inputs, path) as PlannedResource["inputs"] };
  });
  return { ...plan, resources };
}

function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let found: unknown = value;
  for (const key of path)
    found = typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined;
  return found as Json | undefined;
}

function replaced(value: Json, [key, ...rest]: Path): Json {
  if (key === undefined) return UNKNOWN;
  if (Array.isArray(value))
    return value.map((item: Json, index) => (index === key ? replaced(item, rest) : item));
  const fields = value as Readonly<Record<string, Json>>;
  return { ...fields, [key]: replaced(fields[key] ?? null, rest) };
}
