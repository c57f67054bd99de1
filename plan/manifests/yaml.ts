import { Document, isScalar, type Pair, Scalar, visit } from "yaml";

/**
 * Strings that no reader takes for anything else, whether it follows YAML 1.1 (as kubectl does: `yes`, `0777`, `1:30`) or 1.2
 * (`0o777`, `1e3`): words and paths that begin with a letter or a slash.
 */
const PLAIN_SCALAR = /^[A-Za-z/][\w./@+-]*(?:[ :,][\w./@+-]+)*$/;

/** Words that some reader of YAML 1.1 or 1.2 takes for a boolean, nothing or a number. */
const RESERVED_WORD = /^(?:y|yes|n|no|on|off|true|false|null|e[-+]?\d+)$/i;

/** What a block scalar cannot hold as it is: control characters, carriage returns, line separators, a byte order mark. */
const UNPRINTABLE =
  /[^\n\t\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * A value as YAML that every parser reads back the same: strings that look like another type in quotes, several lines as a
 * block, keys in the order given. The same value always makes the same text.
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
  // These stand only between double quotes here, and YAML 1.1 would take some of them for line ends.
  return text.replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/**
 * Several lines, the first of which begins with something visible, and none of which is made of blanks alone: a block scalar
 * needs no marks for such a text.
 */
function canBeBlockScalar(text: string): boolean {
  return /^\S.*\n/.test(text) && !/\n[ \t]+(?:\n|$)/.test(text) && !UNPRINTABLE.test(text);
}

function scalarType(value: unknown, mayBeBlock: boolean): Scalar.Type {
  if (typeof value !== "string") return Scalar.PLAIN;
  if (PLAIN_SCALAR.test(value) && !RESERVED_WORD.test(value)) return Scalar.PLAIN;
  return mayBeBlock && canBeBlockScalar(value) ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
}
