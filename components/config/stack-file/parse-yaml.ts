import { LineCounter, parseDocument } from "yaml";
import type { Problem } from "../../shared/errors.ts";
import { CONFIG_NAMESPACE } from "../config-path.ts";
import { allSchemaKeys } from "../schema/json-schema.ts";
import { throwInputError } from "../throw-input-error.ts";
import { VARIABLES } from "../variables/index.ts";
import { findYamlIssues, type OtherReader, type YamlIssueCode } from "./yaml-issues.ts";

/**
 * Messages by the parser's error code. The parser's own messages quote the file, which may contain secrets.
 */
const ISSUE_MESSAGES: Partial<Readonly<Record<YamlIssueCode, string>>> = {
  BAD_ALIAS: "refers to an anchor that does not exist",
  BAD_DQ_ESCAPE: "has an invalid escape sequence in double quotes",
  BAD_INDENT: "has wrong indentation, or follows an unclosed bracket or quote",
  BAD_SCALAR_START: "starts with a character that must be quoted",
  BLOCK_AS_IMPLICIT_KEY: "has a mapping where a scalar is expected",
  BLOCK_IN_FLOW: "has an indented block inside brackets or braces",
  BLOCK_INDENT:
    "has a block with an explicit indentation such as |2, which Pulumi may read differently; remove the digit",
  COLON_START: "has a value that starts with a colon; quote it",
  CYCLIC_ALIAS: "is an alias inside its own anchor",
  DIRECTIVE: "starts with a directive (%YAML or %TAG), which Pulumi may read differently; remove it",
  DUPLICATE_KEY: "repeats a key of the same mapping",
  EMPTY_KEY: "has an empty key",
  ESCAPED_BREAK:
    "has a backslash at the end of a line, which Pulumi may read differently; write the text on one line",
  EXPLICIT_KEY: "has a key after a question mark; write it without",
  KEY_NOT_TEXT: "has a key that is a list, a mapping or an alias",
  MERGE_KEY: "has a merge key (<<) that is quoted, repeated or not a mapping, which Pulumi reads differently",
  MISSING_CHAR: "is missing a closing quote, bracket or brace, a colon or a comma",
  MULTILINE_IMPLICIT_KEY: "has a multi-line key or is missing a colon",
  MULTIPLE_DOCS: "starts a second document",
  KEY_FORM: "has a key that Pulumi reads as a number or a time; quote it",
  NUMBER_FORM:
    "has a number that would be read as another text (1.30 as 1.3, 017 as 15); use a plain decimal such as 17 or 0.5, or quote it",
  PROTOTYPE_KEY: "has the key __proto__, which is not allowed in a stack file",
  RESOURCE_EXHAUSTION: "is nested too deeply",
  TAG: "has an explicit type (!!…), which Pulumi may read differently; remove it",
  TIMESTAMP: 'has a time that Pulumi reads in another format; quote it, as in "2026-12-01T08:00:00Z"',
  TAB_AS_INDENT: "is indented with a tab",
  UNEXPECTED_TOKEN: "has an unexpected token",
};

/**
 * Parses the text of a YAML file.
 * @throws InputError with file, line and column of every error.
 */
export function parseYaml(text: string, file: string, otherReader: OtherReader): unknown {
  if (otherReader === "pulumi") rejectAmbiguousCharacter(text, file);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    prettyErrors: false,
    lineCounter: lines,
    merge: true,
    keepSourceTokens: true,
    uniqueKeys: false,
  });
  const parserIssues = [...document.errors, ...document.warnings].map(({ code, pos }) => ({
    code,
    at: pos[0],
  }));
  const rows = text.split("\n").map((row) => row.slice(0, MAX_LINE_LENGTH));
  const problems = [...parserIssues, ...findYamlIssues(document, otherReader)].map(
    ({ code, at }): Problem => {
      const { line, col } = lines.linePos(Math.min(at, text.length));
      const quoted = redactLine(rows[line - 1] ?? "");
      return {
        subject: `${file}:${line}:${Math.max(col, 1)}`,
        ...(quoted === "" ? {} : { value: quoted }),
        rule: ISSUE_MESSAGES[code] ?? "is not valid YAML",
        remedy: "Correct this line or the line above.",
      };
    },
  );
  if (problems.length > 0) throwInputError(`${file} cannot be parsed:`, problems);
  try {
    return document.toJS();
  } catch {
    return throwInputError(`${file} cannot be parsed:`, [
      {
        subject: file,
        rule: "has aliases that expand without limit",
        remedy: "Write the values without aliases.",
      },
    ]);
  }
}

/**
 * Tabs, which Pulumi rejects in more places than this parser; control characters; and line breaks of YAML 1.1 that this parser does not know: keys in a comment after one of them would exist for
 * Pulumi only.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is searched for
const AMBIGUOUS_CHARACTER = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]|\r(?!\n)/;

function rejectAmbiguousCharacter(text: string, file: string): void {
  const at = text.search(AMBIGUOUS_CHARACTER);
  if (at < 0) return;
  const isTab = text[at] === "\t";
  const code = `the character U+${text.codePointAt(at)?.toString(16).toUpperCase().padStart(4, "0")}`;
  throwInputError(`${file} cannot be parsed:`, [
    {
      subject: `${file}:${text.slice(0, at).split("\n").length}`,
      rule: `contains ${isTab ? "a tab" : code}, which Pulumi may ${isTab ? "" : "read as a line break or "}reject`,
      remedy: isTab ? "Use spaces instead." : "Remove the character.",
    },
  ]);
}

/** Longer than any key; limits the work for a file that is one long line. */
const MAX_LINE_LENGTH = 200;

let safeKeys: ReadonlySet<string> | undefined;

/**
 * The part of a line that may be shown: a known key. Everything else may be part of a secret.
 */
function redactLine(line: string): string {
  safeKeys ??= new Set([
    ...["config", "encryptionsalt", "secretsprovider", "encryptedkey", "secure"],
    ...allSchemaKeys(),
    ...VARIABLES.keys(),
  ]);
  const [, start = "", key = ""] = /^(\s*(?:- )?)["']?([\w:-]+?)["']?\s*:(?:\s|$)/.exec(line) ?? [];
  const word = key.startsWith(`${CONFIG_NAMESPACE}:`) ? key.slice(CONFIG_NAMESPACE.length + 1) : key;
  return safeKeys.has(word) ? `${start.trimStart()}${key}: …` : "";
}
