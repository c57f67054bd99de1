import { parse } from "yaml";
import type { InputNode } from "../input-node.ts";

/** Several rules read the same large files, so the most recent results are kept. */
const MAX_REMEMBERED = 8;
const remembered = new Map<string, unknown>();

/** Parses the text of a YAML file; undefined if it is unknown until apply or not YAML. */
export function parseYamlFile(file: InputNode): unknown {
  const { text } = file;
  if (text === undefined) return undefined;
  if (!remembered.has(text)) {
    if (remembered.size === MAX_REMEMBERED) remembered.delete(remembered.keys().next().value ?? "");
    remembered.set(text, parseOrUndefined(text));
  }
  return remembered.get(text);
}

function parseOrUndefined(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** The value at a path of parsed YAML; undefined if any part of it is missing. */
export function yamlAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isMapping(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

/** The elements of a YAML list; empty for other values. */
export function yamlList(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const list = yamlAt(value, ...path);
  return Array.isArray(list) ? list : [];
}

/** The text at a path of parsed YAML; empty for other values. */
export function yamlText(value: unknown, ...path: readonly string[]): string {
  const text = yamlAt(value, ...path);
  return typeof text === "string" ? text : "";
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
