import { toYaml } from "../../plan/manifests/yaml.ts";
import type { Json, JsonObject } from "../../plan/plan.ts";
import { OVERLAY_NAMES } from "../package/site-overlays.ts";
import type { SiteValue } from "./site-values.ts";

/** A value of the chart without a marker: it selects templates. */
type PlainValue = Pick<SiteValue, "path" | "description" | "schema"> & { readonly default: Json };

const SELECTIONS: readonly PlainValue[] = [
  {
    path: ["size"],
    description: `${OVERLAY_NAMES.join(" or ")}: like the overlays of the package`,
    schema: { type: "string", enum: [...OVERLAY_NAMES] },
    default: OVERLAY_NAMES[0] ?? "",
  },
  {
    path: ["unfilledSecrets"],
    description:
      "also render the Secrets without their values, to compare the chart with the overlays; an API server rejects them",
    schema: { type: "boolean" },
    default: false,
  },
];

interface Tree {
  readonly children: Map<string, Tree>;
  value?: PlainValue;
}

function toTree(values: readonly SiteValue[]): Tree {
  const root: Tree = { children: new Map() };
  for (const value of [...values, ...SELECTIONS]) {
    let node = root;
    for (const key of value.path) {
      const child: Tree = node.children.get(key) ?? { children: new Map() };
      node.children.set(key, child);
      node = child;
    }
    node.value = value;
  }
  return root;
}

/** values.yaml: the values of this package's stack file, each with its description. */
export function renderValues(values: readonly SiteValue[]): string {
  const header = "# The values that differ per site; everything else is fixed when the package is built.\n";
  return header + treeLines(toTree(values), "").join("\n").concat("\n");
}

function treeLines({ children }: Tree, indent: string): string[] {
  return [...children].flatMap(([key, child]) => {
    if (child.value === undefined) return [`${indent}${key}:`, ...treeLines(child, `${indent}  `)];
    const { description, default: value } = child.value;
    return [`${indent}# ${description}`, `${indent}${toYaml({ [key]: value }).trimEnd()}`];
  });
}

/** values.schema.json, with which Helm rejects misspelled and invalid values. */
export function renderSchema(values: readonly SiteValue[]): string {
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Values of the SpaceTime VR chart",
    ...treeSchema(toTree(values)),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function treeSchema({ children, value }: Tree): JsonObject {
  if (value !== undefined) return { ...value.schema, description: value.description };
  return {
    type: "object",
    additionalProperties: false,
    required: [...children.keys()],
    properties: Object.fromEntries([...children].map(([key, child]) => [key, treeSchema(child)])),
  };
}
