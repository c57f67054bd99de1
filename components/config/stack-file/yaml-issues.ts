import { type Document, type ErrorCode, isScalar, type Pair, type Scalar, visit } from "yaml";

/** What is valid YAML, but must not stand in a stack file; and the parser's own codes. */
export type YamlIssueCode = ErrorCode | "CYCLIC_ALIAS" | "KEY_NOT_TEXT" | "NUMBER_FORM" | "PROTOTYPE_KEY";

export interface YamlIssue {
  readonly code: YamlIssueCode;
  /** The offset in the text. */
  readonly at: number;
}

/** Everything that the parser lets pass and that would hang, vanish or mean something else further on. */
export function findYamlIssues(document: Document.Parsed): YamlIssue[] {
  const faults: YamlIssue[] = [];
  // `alias.resolve` walks the whole document for every alias, which a file full of them turns into hours.
  const anchored = new Map<string, unknown>();
  const remember = (node: { readonly anchor?: string | undefined }) => {
    if (node.anchor !== undefined) anchored.set(node.anchor, node);
  };
  visit(document, {
    Alias: (_key, alias, ancestors) => {
      // The parser itself notices a missing anchor only when the values are made, without the place.
      const target = anchored.get(alias.source);
      const at = alias.range?.[0] ?? 0;
      if (target === undefined) faults.push({ code: "BAD_ALIAS", at });
      // Whoever walks values that contain themselves never comes back.
      else if (ancestors.some((ancestor) => ancestor === target)) faults.push({ code: "CYCLIC_ALIAS", at });
    },
    Pair: (_key, pair) => {
      faults.push(...findKeyIssues(pair));
    },
    Collection: (_key, collection) => remember(collection),
    Scalar: (role, scalar) => {
      remember(scalar);
      if (role !== "key" && isAmbiguousNumber(scalar))
        faults.push({ code: "NUMBER_FORM", at: scalar.range?.[0] ?? 0 });
    },
  });
  return faults;
}

function findKeyIssues({ key }: Pair): YamlIssue[] {
  const at = (key as { range?: readonly number[] } | null)?.range?.[0] ?? 0;
  // A list or mapping as key would become a text, with a warning of Node's that quotes it.
  if (key !== null && !isScalar(key)) return [{ code: "KEY_NOT_TEXT", at }];
  // Assigned to an object, it changes the object's prototype and is never seen by the schema.
  return key?.value === "__proto__" ? [{ code: "PROTOTYPE_KEY", at }] : [];
}

/**
 * Whether the engine's YAML (1.1, for numbers) and this parser's (1.2) may read two things: 017 is fifteen there and
 * seventeen here; 0b11 and 1_000 are numbers there and texts here.
 */
function isAmbiguousNumber({ value, source = "", type }: Scalar): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !/^-?(0|[1-9]\d*)(\.\d+)?$/.test(source);
  return type === "PLAIN" && typeof value === "string" && /^[-+]?(0[bB][01_]+|\d[\d_]*)$/.test(source);
}
