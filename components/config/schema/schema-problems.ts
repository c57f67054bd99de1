import type { z } from "zod";
import type { Problem } from "../../shared/errors.ts";
import { CONFIG_NAMESPACE, type ConfigPath, formatConfigPath } from "../config-path.ts";
import { closestMatch } from "../did-you-mean.ts";
import { describeHiddenKey, isSafeKey, looksLikeToken } from "../key-redaction.ts";
import { containsCredential, displayableValue } from "../redaction.ts";
import { allowedKeysAt } from "./json-schema.ts";

/** A problem with its config path. */
interface LocatedProblem extends Problem {
  readonly path: ConfigPath;
}

/** Converts zod issues into problems: one per config path, with a suggestion for misspelt keys. */
export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  values: unknown,
  file: string,
): readonly LocatedProblem[] {
  const problems = issues.flatMap((issue) => toProblems(issue, values, file));
  // With "zone" reported as a misspelling of "zones", "zones is missing" would be a duplicate.
  const suggested = new Set(
    problems.map(({ suggestedSubject: subject }) => subject).filter((subject) => subject !== undefined),
  );
  const bySubject = new Map<string, LocatedProblem>();
  // The later issues of a path have the schema's own message, so they are more specific.
  for (const { suggestedSubject: _suggested, ...problem } of problems) {
    if (!(problem.rule === MISSING_RULE && suggested.has(problem.subject)))
      bySubject.set(problem.subject, problem);
  }
  return [...bySubject.values()];
}

type SchemaProblem = LocatedProblem & { readonly suggestedSubject?: string };

const MISSING_RULE = "is missing";

function toProblems(issue: z.core.$ZodIssue, values: unknown, file: string): SchemaProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKeyProblem([...issue.path], key, values, file));
  }
  const path = [...issue.path];
  const subject = issue.code === "invalid_key" ? recordKeySubject(path, values) : formatConfigPath(path);
  const value = valueAt(values, path);
  if (value === undefined || value === null) {
    const remedy = `${describeExpected(issue, value).replace("must be", "Set it to")} in ${file}.`;
    return [{ path, subject, rule: MISSING_RULE, remedy }];
  }
  // A string in place of a section may be a secret, for example a connection string with a password.
  const shown = expectsStructure(issue) ? undefined : displayableValue(path, value);
  const rule = describeExpected(issue, value);
  return [
    {
      path,
      subject,
      ...(shown === undefined ? {} : { value: shown }),
      rule,
      remedy: suggestRemedy(issue, value, file),
    },
  ];
}

function expectsStructure(issue: z.core.$ZodIssue): boolean {
  return issue.code === "invalid_type" && ["object", "record", "array"].includes(issue.expected);
}

/** The subject of a problem with a record's key; the key itself may be a secret and is then hidden. */
function recordKeySubject(path: ConfigPath, values: unknown): string {
  const parent = path.slice(0, -1);
  const key = String(path.at(-1));
  const hidden =
    containsCredential(key) || key.length > 100 || key.split(/[./ ]/).some((part) => looksLikeToken(part));
  return hidden
    ? describeHiddenKey(key, valueAt(values, parent), formatConfigPath(parent))
    : formatConfigPath(path);
}

function unknownKeyProblem(parent: ConfigPath, key: string, values: unknown, file: string): SchemaProblem {
  const path = [...parent, key];
  const suggested = closestMatch(key, allowedKeysAt(parent, values));
  const where = parent.length === 0 ? CONFIG_NAMESPACE : formatConfigPath(parent);
  return {
    path,
    subject: isSafeKey(key) ? formatConfigPath(path) : describeHiddenKey(key, valueAt(values, parent), where),
    rule: `is not a known key of ${where}`,
    remedy: suggested === undefined ? `Remove it from ${file}.` : `Did you mean ${suggested}?`,
    ...(suggested === undefined ? {} : { suggestedSubject: formatConfigPath([...parent, suggested]) }),
  };
}

/** The value at a path, or undefined if the path does not exist. */
export function valueAt(values: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    values,
  );
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping",
  record: "a mapping",
  array: "a list",
};

function typeName(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return TYPE_NAMES[typeof value] ?? "nothing";
}

/** The rule as "must …": the schema's own message if it has one. */
function describeExpected(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.message.startsWith("must ")) return issue.message;
  switch (issue.code) {
    case "invalid_type": {
      const expected = TYPE_NAMES[issue.expected] ?? `a ${issue.expected}`;
      const actual = typeName(value);
      return value === undefined || value === null || actual === expected
        ? `must be ${expected}`
        : `must be ${expected}, not ${actual}`;
    }
    case "invalid_value":
      return `must be ${formatAlternatives(issue.values)}`;
    case "invalid_union":
      return `must be ${formatAlternatives("options" in issue ? (issue.options ?? []) : [])}`;
    case "invalid_key":
      return issue.issues[0]?.message ?? "must be a valid name";
    default:
      return "must be a valid value";
  }
}

function formatAlternatives(values: readonly unknown[]): string {
  const texts = values.map((value) => JSON.stringify(value));
  return texts.length === 1 ? String(texts[0]) : `one of ${texts.join(", ")}`;
}

function suggestRemedy(issue: z.core.$ZodIssue, value: unknown, file: string): string {
  const suggested = typeof value === "string" ? closestMatch(value, allowedTexts(issue)) : undefined;
  if (suggested !== undefined) return `Did you mean ${suggested}?`;
  if (issue.code !== "invalid_type") return `Correct it in ${file}.`;
  if (issue.expected === "string" && typeof value !== "object") return `Put it in quotes in ${file}.`;
  if (typeof value === "string" && /^(\d+|true|false)$/.test(value))
    return `Write it without quotes in ${file}.`;
  return `Correct it in ${file}.`;
}

function allowedTexts(issue: z.core.$ZodIssue): readonly string[] {
  const all = issue.code === "invalid_value" ? issue.values : "options" in issue ? (issue.options ?? []) : [];
  return all.filter((choice) => typeof choice === "string");
}
