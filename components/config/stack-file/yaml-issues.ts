import { type Document, type ErrorCode, isScalar, type Pair, type Scalar, visit } from "yaml";

/** The parser's error codes, and codes for valid YAML that is rejected in a stack file. */
export type YamlIssueCode = ErrorCode | "CYCLIC_ALIAS" | "KEY_NOT_TEXT" | "NUMBER_FORM" | "PROTOTYPE_KEY";

export interface YamlIssue {
  readonly code: YamlIssueCode;
  /** Offset in the file. */
  readonly at: number;
}

/** Finds YAML that the parser accepts but that would later hang, be lost or be read differently. */
export function findYamlIssues(document: Document.Parsed): YamlIssue[] {
  const issues: YamlIssue[] = [];
  // Not `alias.resolve`: it walks the whole document for every alias, which is quadratic.
  const anchored = new Map<string, unknown>();
  const remember = (node: { readonly anchor?: string | undefined }) => {
    if (node.anchor !== undefined) anchored.set(node.anchor, node);
  };
  visit(document, {
    Alias: (_key, alias, ancestors) => {
      // The parser reports a missing anchor only in toJS, without a position.
      const target = anchored.get(alias.source);
      const at = alias.range?.[0] ?? 0;
      if (target === undefined) issues.push({ code: "BAD_ALIAS", at });
      // Code that walks a cyclic value would never terminate.
      else if (ancestors.some((ancestor) => ancestor === target)) issues.push({ code: "CYCLIC_ALIAS", at });
    },
    Pair: (_key, pair) => {
      issues.push(...findKeyIssues(pair));
    },
    Collection: (_key, collection) => remember(collection),
    Scalar: (role, scalar) => {
      remember(scalar);
      if (role !== "key" && isAmbiguousNumber(scalar))
        issues.push({ code: "NUMBER_FORM", at: scalar.range?.[0] ?? 0 });
    },
  });
  return issues;
}

function findKeyIssues({ key }: Pair): YamlIssue[] {
  const at = (key as { range?: readonly number[] } | null)?.range?.[0] ?? 0;
  // The parser would convert a list or mapping to a string key, and print a warning that quotes it.
  if (key !== null && !isScalar(key)) return [{ code: "KEY_NOT_TEXT", at }];
  // Assigning it would change the object's prototype, and the schema would not see it.
  return key?.value === "__proto__" ? [{ code: "PROTOTYPE_KEY", at }] : [];
}

/**
 * Whether the engine (YAML 1.1 for numbers) and this parser (YAML 1.2) may read a number differently: 017 is 15 for the
 * engine and 17 here; 0b11 and 1_000 are numbers for the engine and strings here.
 */
function isAmbiguousNumber({ value, source = "", type }: Scalar): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !/^-?(0|[1-9]\d*)(\.\d+)?$/.test(source);
  return type === "PLAIN" && typeof value === "string" && /^[-+]?(0[bB][01_]+|\d[\d_]*)$/.test(source);
}
