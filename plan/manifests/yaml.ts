import { Document, isScalar, type Pair, Scalar, visit } from "yaml";

/**
 * Strings that need no quotes in YAML 1.1 (which kubectl uses: `yes`, `0777`, `1:30`) and in YAML 1.2 (`0o777`, `1e3`):
 * words and paths that start with a letter or a slash.
 */
const PLAIN_SCALAR = /^[A-Za-z/][\w./@+-]*(?:[ :,][\w./@+-]+)*$/;

/** Words that YAML 1.1 or 1.2 reads as a boolean, null or a number. */
const RESERVED_WORD = /^(?:y|yes|n|no|on|off|true|false|null|e[-+]?\d+)$/i;

/** Characters that a block scalar cannot contain: control characters, carriage returns, line separators, byte order marks. */
const UNPRINTABLE =
  /[^\n\t\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * Formats a value as YAML that every parser reads identically: ambiguous strings are quoted, multi-line strings are blocks,
 * and the order of keys is kept. The result is deterministic.
 */
export function toYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Pair: (_, pair: Pair) => {
      if (isScalar(pair.key)) pair.key.type = scalarType(pair.key.value, false);
    },
    Scalar: (_, scalar) => {
      scalar.type ??= scalarType(scalar.value, true);
    },
  });
  const text = document.toString({ lineWidth: 0, indentSeq: false });
  // These characters are only in double-quoted strings here; YAML 1.1 reads some of them as line breaks.
  return text.replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/**
 * Whether a text is multi-line, starts with a visible character and has no line of only blanks, so that a block scalar needs
 * no indentation indicator.
 */
function canBeBlockScalar(text: string): boolean {
  return /^\S.*\n/.test(text) && !/\n[ \t]+(?:\n|$)/.test(text) && !UNPRINTABLE.test(text);
}

function scalarType(value: unknown, mayBeBlock: boolean): Scalar.Type {
  if (typeof value !== "string") return Scalar.PLAIN;
  if (PLAIN_SCALAR.test(value) && !RESERVED_WORD.test(value)) return Scalar.PLAIN;
  return mayBeBlock && canBeBlockScalar(value) ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
}
