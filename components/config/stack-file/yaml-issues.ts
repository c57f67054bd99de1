import { type Document, type ErrorCode, isMap, isScalar, type Pair, type Scalar, visit } from "yaml";

/** The parser's error codes, and codes for valid YAML that is rejected in a stack file. */
export type YamlIssueCode =
  | ErrorCode
  | "CYCLIC_ALIAS"
  | "KEY_FORM"
  | "KEY_NOT_TEXT"
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
    Scalar: (role, scalar) => {
      remember(scalar);
      const issue = otherReader === "pulumi" ? findScalarIssue(scalar) : undefined;
      if (issue !== undefined)
        issues.push({ code: role === "key" ? "KEY_FORM" : issue, at: scalar.range?.[0] ?? 0 });
    },
  });
  return issues;
}

/** The parser compares every key with every other one, which takes minutes for a large file, so its own check is off. */
function findRepeatedKeys(pairs: readonly Pair[]): YamlIssue[] {
  const known = new Set<unknown>();
  return pairs.flatMap(({ key }): YamlIssue[] => {
    if (!isScalar(key) || key.value === MERGE_KEY) return [];
    if (known.has(key.value)) return [{ code: "DUPLICATE_KEY", at: key.range?.[0] ?? 0 }];
    known.add(key.value);
    return [];
  });
}

const MERGE_KEY = "<<";

function findKeyIssues({ key }: Pair): YamlIssue[] {
  const at = (key as { range?: readonly number[] } | null)?.range?.[0] ?? 0;
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
}: Scalar): "NUMBER_FORM" | "TIMESTAMP" | "TAG" | undefined {
  if (tag !== undefined && !IMPLIED_TAGS.has(tag)) return "TAG";
  // The text of a number must survive: 1.30 would become 1.3, 017 is octal for the loader, -0 becomes 0.
  if (typeof value === "number") return String(value) === source ? undefined : "NUMBER_FORM";
  if (typeof value !== "string" || type !== "PLAIN") return undefined;
  if (TIMESTAMP_START.test(source)) return "TIMESTAMP";
  const digits = /^[-+.\d]/.test(source) ? source.replaceAll("_", "") : "";
  return LOADER_INTEGER.test(digits) || LOADER_FLOAT.test(digits) ? "NUMBER_FORM" : undefined;
}

/** The tags that the parser itself resolves from the text; any other one was written, and the loader may know more of them. */
const IMPLIED_TAGS: ReadonlySet<string> = new Set(["tag:yaml.org,2002:str"]);

/** The loader takes more forms than this and fewer than any that start so; a date in text can be quoted. */
const TIMESTAMP_START = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt\s])/;

/** strconv.ParseInt with base 0, and the loader's own 0o and 0b. */
const LOADER_INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][-+]?[01]+|0[oO][-+]?[0-7]+|0[0-7]+|[1-9]\d*|0)$/;

/** yamlStyleFloat. */
const LOADER_FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
