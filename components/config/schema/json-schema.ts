import { z } from "zod";
import { stackSchema } from "./stack-schema.ts";

/** The subset of JSON Schema that the stack file's schema uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly propertyNames?: { readonly enum?: readonly string[] };
  readonly additionalProperties?: JsonSchema | boolean;
}

let cachedJsonSchema: JsonSchema | undefined;

/** The stack file's schema as JSON Schema; computed on first use, because it is only needed for errors and docs. */
export function stackJsonSchema(): JsonSchema {
  cachedJsonSchema ??= z.toJSONSchema(stackSchema, { io: "input" }) as JsonSchema;
  return cachedJsonSchema;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function selectUnionOption(node: JsonSchema, value: unknown): JsonSchema {
  const kind = isMapping(value) ? value.kind : undefined;
  return node.oneOf?.find((option) => option.properties?.kind?.const === kind) ?? node;
}

/** The schema at a path of the stack file; the values select the alternative of each union by `kind`. */
export function schemaAt(path: readonly PropertyKey[], values: unknown): JsonSchema {
  let node = stackJsonSchema();
  let value = values;
  for (const key of path) {
    const inside = selectUnionOption(node, value);
    const open = typeof inside.additionalProperties === "object" ? inside.additionalProperties : {};
    node = inside.items ?? inside.properties?.[String(key)] ?? open;
    value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  }
  return selectUnionOption(node, value);
}

/** The keys that the schema allows at a path of the stack file. */
export function allowedKeysAt(path: readonly PropertyKey[], values: unknown): readonly string[] {
  const { properties, propertyNames } = schemaAt(path, values);
  return Object.keys(properties ?? {}).concat(propertyNames?.enum ?? []);
}

/** Every key of the schema. An error about a file that cannot be parsed may show these words, because none is a secret. */
export function allSchemaKeys(node: JsonSchema = stackJsonSchema()): readonly string[] {
  const children = [
    ...Object.values(node.properties ?? {}),
    ...(node.oneOf ?? []),
    ...(node.items === undefined ? [] : [node.items]),
  ];
  return [
    ...Object.keys(node.properties ?? {}),
    ...(node.propertyNames?.enum ?? []),
    ...children.flatMap((child) => allSchemaKeys(child)),
  ];
}
