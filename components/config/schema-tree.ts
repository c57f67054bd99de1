import { z } from "zod";
import { stackSchema } from "./schema.ts";

/** The part of JSON Schema that the stack file's schema becomes: enough to name the known keys and to write docs. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly propertyNames?: { readonly enum?: readonly string[] };
  readonly additionalProperties?: SchemaNode | boolean;
}

let tree: SchemaNode | undefined;

/** The stack file's schema as plain data; made once, and only when somebody asks. */
export function schemaTree(): SchemaNode {
  tree ??= z.toJSONSchema(stackSchema, { io: "input" }) as SchemaNode;
  return tree;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function chosen(node: SchemaNode, value: unknown): SchemaNode {
  const kind = isMapping(value) ? value.kind : undefined;
  return node.oneOf?.find((option) => option.properties?.kind?.const === kind) ?? node;
}

/** The schema at a path of the stack file, given what stands there (unions go by `kind`). */
export function schemaAt(path: readonly PropertyKey[], values: unknown): SchemaNode {
  let node = schemaTree();
  let value = values;
  for (const key of path) {
    const inside = chosen(node, value);
    const open = typeof inside.additionalProperties === "object" ? inside.additionalProperties : {};
    node = inside.items ?? inside.properties?.[String(key)] ?? open;
    value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  }
  return chosen(node, value);
}

/** The keys that may stand at a path of the stack file. */
export function knownKeys(path: readonly PropertyKey[], values: unknown): readonly string[] {
  const { properties, propertyNames } = schemaAt(path, values);
  return Object.keys(properties ?? {}).concat(propertyNames?.enum ?? []);
}

/** Every key that occurs anywhere in the schema: words that are safe to show from a file that cannot be read. */
export function everyKey(node: SchemaNode = schemaTree()): readonly string[] {
  const children = [
    ...Object.values(node.properties ?? {}),
    ...(node.oneOf ?? []),
    ...(node.items === undefined ? [] : [node.items]),
  ];
  return [
    ...Object.keys(node.properties ?? {}),
    ...(node.propertyNames?.enum ?? []),
    ...children.flatMap((child) => everyKey(child)),
  ];
}
