import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type Scalar,
  visit,
} from "yaml";

/** The parser's error codes, and codes for valid YAML that is rejected in a stack file. */
export type YamlIssueCode =
  | ErrorCode
  | "BLOCK_INDENT"
  | "COLON_START"
  | "CYCLIC_ALIAS"
  | "KEY_FORM"
  | "DIRECTIVE"
  | "EMPTY_KEY"
  | "ESCAPED_BREAK"
  | "EXPLICIT_KEY"
  | "KEY_NOT_TEXT"
  | "MERGE_KEY"
  | "NUMBER_FORM"
  | "PROTOTYPE_KEY"
  | "TAG"
  | "TIMESTAMP";

/** Who else reads the file: values of a stack file must be the same for Pulumi's own loader. */
export type OtherReader = "pulumi" | "none";

interface YamlIssue {
  readonly code: YamlIssueCode;
  /** Offset in the file. */
  readonly at: number;
}

/** Finds YAML that the parser accepts but that would later hang, be lost or be read differently. */
export function findYamlIssues(document: Document.Parsed, otherReader: OtherReader): YamlIssue[] {
  const issues = findStructureIssues(document);
  if (otherReader === "pulumi") issues.push(...findPulumiIssues(document));
  return issues.sort((a, b) => a.at - b.at);
}

/** Aliases and keys that would hang a reader or be lost. */
function findStructureIssues(document: Document.Parsed): YamlIssue[] {
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
    Collection: (_key, collection) => {
      remember(collection);
      if (isMap(collection)) issues.push(...findRepeatedKeys(collection.items));
    },
    Scalar: (_key, scalar) => remember(scalar),
  });
  return issues;
}

/** YAML that Pulumi's loader reads as another value than this parser, or rejects. */
function findPulumiIssues(document: Document.Parsed): YamlIssue[] {
  const issues: YamlIssue[] = hasDirective(document) ? [{ code: "DIRECTIVE", at: 0 }] : [];
  visit(document, {
    Pair: (_key, pair) => {
      if (hasEmptyKey(pair)) issues.push({ code: "EMPTY_KEY", at: offsetOf(pair) });
      if (isScalar(pair.key) && isExplicitKey(pair))
        issues.push({ code: "EXPLICIT_KEY", at: offsetOf(pair) });
    },
    Collection: (_key, collection) => {
      if (collection.tag !== undefined && !IMPLIED_TAGS.has(collection.tag))
        issues.push({ code: "TAG", at: collection.range?.[0] ?? 0 });
      if (isMap(collection)) issues.push(...findMergeIssues(collection.items));
    },
    Scalar: (role, scalar) => {
      const at = scalar.range?.[0] ?? 0;
      const text = findTextIssue(scalar);
      if (text !== undefined) issues.push({ code: text, at });
      const issue = findScalarIssue(scalar);
      if (issue !== undefined) issues.push({ code: role === "key" ? "KEY_FORM" : issue, at });
    },
  });
  return issues;
}

/** The parser compares every key with every other one, which takes minutes for a large file, so its own check is off. */
function findRepeatedKeys(pairs: readonly Pair[]): YamlIssue[] {
  const known = new Set<unknown>();
  return pairs.flatMap(({ key }): YamlIssue[] => {
    if (!isScalar(key) || key.source === MERGE_KEY) return [];
    if (known.has(key.value)) return [{ code: "DUPLICATE_KEY", at: key.range?.[0] ?? 0 }];
    known.add(key.value);
    return [];
  });
}

const MERGE_KEY = "<<";

/**
 * A quoted merge key is an ordinary key for Pulumi's loader, a repeated one and one of another value an error (yaml.v3, decode.go).
 */
function findMergeIssues(pairs: readonly Pair[]): YamlIssue[] {
  const merges = pairs.filter(({ key }) => isScalar(key) && key.source === MERGE_KEY);
  return merges.flatMap(({ key, value }, index): YamlIssue[] => {
    const { type, range, tag } = key as Scalar;
    const isMerge = type === "PLAIN" && tag !== "tag:yaml.org,2002:str";
    const isUsable = index === 0 && isMerge && (isAlias(value) || isMap(value) || isSeq(value));
    return isUsable ? [] : [{ code: "MERGE_KEY", at: range?.[0] ?? 0 }];
  });
}

/**
 * Text over several lines about which the parsers disagree: `|2` with empty lines shorter than the indentation, and an escaped line break
 * before an empty line.
 */
function findTextIssue({ srcToken }: Scalar): "BLOCK_INDENT" | "ESCAPED_BREAK" | undefined {
  if (srcToken?.type === "double-quoted-scalar")
    return /\\\r?\n/.test(srcToken.source) ? "ESCAPED_BREAK" : undefined;
  if (srcToken?.type !== "block-scalar") return undefined;
  const hasIndent = srcToken.props.some(
    (token) => token.type === "block-scalar-header" && /\d/.test(token.source),
  );
  return hasIndent ? "BLOCK_INDENT" : undefined;
}

/** `%YAML` and `%TAG` select another version or other types. */
function hasDirective({ directives }: Document.Parsed): boolean {
  return directives.yaml.explicit === true || Object.keys(directives.tags).length > 1;
}

function offsetOf({ key }: Pair): number {
  return (key as { readonly range?: readonly number[] } | null)?.range?.[0] ?? 0;
}

/** `: b` has the key "" here and the key "<nil>" or an error in Pulumi. */
function hasEmptyKey({ key }: Pair): boolean {
  return key === null || (isScalar(key) && (key.value === null || key.value === ""));
}

/** `? a`: the parsers disagree about what may follow the key. */
function isExplicitKey({ srcToken }: Pair): boolean {
  return srcToken?.start.some(({ type }) => type === "explicit-key-ind") === true;
}

function findKeyIssues(pair: Pair): YamlIssue[] {
  const { key } = pair;
  const at = offsetOf(pair);
  // The parser would convert a list or mapping to a string key, and print a warning that quotes it.
  if (key !== null && !isScalar(key)) return [{ code: "KEY_NOT_TEXT", at }];
  // Assigning it would change the object's prototype, and the schema would not see it.
  return key?.value === "__proto__" ? [{ code: "PROTOTYPE_KEY", at }] : [];
}

/**
 * A scalar that Pulumi's loader (gopkg.in/yaml.v3, resolve.go) reads as another value than this parser, or undefined. An e2e test compares
 * this function with the loader over millions of scalars.
 */
function findScalarIssue({
  value,
  source = "",
  type,
  tag,
}: Scalar): "COLON_START" | "NUMBER_FORM" | "TIMESTAMP" | "TAG" | undefined {
  if (tag !== undefined && !IMPLIED_TAGS.has(tag)) return "TAG";
  // The text of a number must survive: 1.30 would become 1.3, 017 is octal for the loader, -0 becomes 0.
  if (typeof value === "number") return String(value) === source ? undefined : "NUMBER_FORM";
  if (typeof value !== "string" || type !== "PLAIN") return undefined;
  if (source.startsWith(":")) return "COLON_START";
  if (TIMESTAMP_START.test(source)) return "TIMESTAMP";
  const digits = /^[-+.\d]/.test(source) ? source.replaceAll("_", "") : "";
  return LOADER_INTEGER.test(digits) || LOADER_FLOAT.test(digits) ? "NUMBER_FORM" : undefined;
}

/** The tags that the parser itself resolves from the text; any other one was written, and the loader may know more of them. */
const IMPLIED_TAGS: ReadonlySet<string> = new Set(
  ["str", "map", "seq"].map((type) => `tag:yaml.org,2002:${type}`),
);

/** The loader takes more forms than this and fewer than any that start so; a date in text can be quoted. */
const TIMESTAMP_START = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt\s])/;

/** strconv.ParseInt with base 0, and the loader's own 0o and 0b. */
const LOADER_INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][-+]?[01]+|0[oO][-+]?[0-7]+|0[0-7]+|[1-9]\d*|0)$/;

/** yamlStyleFloat. */
const LOADER_FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
