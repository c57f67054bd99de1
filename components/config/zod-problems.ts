import type { z } from "zod";
import type { Problem } from "../shared/errors.ts";
import { hiddenKey, isGenerated, isShowableKey } from "./key-name.ts";
import { nearest } from "./nearest.ts";
import { knownKeys } from "./schema-tree.ts";
import { carriesPassword, shownValue } from "./secrecy.ts";
import { type ConfigPath, NAMESPACE, subjectOf } from "./subject.ts";

/** A problem with the place it was found at. */
interface PlacedProblem extends Problem {
  readonly path: ConfigPath;
}

/** Turns the schema's issues into problems: one per place, misspelt keys with what they probably mean. */
export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  values: unknown,
  file: string,
): readonly PlacedProblem[] {
  const found = issues.flatMap((issue) => problemsOf(issue, values, file));
  // "zones is missing" says nothing new once "zone" was found to mean it.
  const meant = new Set(
    found.map(({ meant: subject }) => subject).filter((subject) => subject !== undefined),
  );
  const bySubject = new Map<string, PlacedProblem>();
  // Later issues of a place are the more specific ones: they come with a message of the schema's own.
  for (const { meant: _meant, ...problem } of found) {
    if (!(problem.rule === MISSING && meant.has(problem.subject))) bySubject.set(problem.subject, problem);
  }
  return [...bySubject.values()];
}

type Found = PlacedProblem & { readonly meant?: string };

const MISSING = "is missing";

function problemsOf(issue: z.core.$ZodIssue, values: unknown, file: string): Found[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey([...issue.path], key, values, file));
  }
  const path = [...issue.path];
  const subject = issue.code === "invalid_key" ? mappedSubject(path, values) : subjectOf(path);
  const value = valueAt(values, path);
  if (value === undefined || value === null) {
    const remedy = `${expected(issue, value).replace("must be", "Give")} in ${file}.`;
    return [{ path, subject, rule: MISSING, remedy }];
  }
  // A text in place of a whole section may be anything, a connection string with its password for one.
  const shown = isStructure(issue) ? undefined : shownValue(path, value);
  const rule = expected(issue, value);
  return [
    {
      path,
      subject,
      ...(shown === undefined ? {} : { value: shown }),
      rule,
      remedy: remedy(issue, value, file),
    },
  ];
}

function isStructure(issue: z.core.$ZodIssue): boolean {
  return issue.code === "invalid_type" && ["object", "record", "array"].includes(issue.expected);
}

/** The place of a key that breaks its rule: the key is what was wrongly given, so it may be anything. */
function mappedSubject(path: ConfigPath, values: unknown): string {
  const parent = path.slice(0, -1);
  const key = String(path.at(-1));
  const hidden =
    carriesPassword(key) || key.length > 100 || key.split(/[./ ]/).some((part) => isGenerated(part));
  return hidden ? hiddenKey(key, valueAt(values, parent), subjectOf(parent)) : subjectOf(path);
}

function unknownKey(parent: ConfigPath, key: string, values: unknown, file: string): Found {
  const path = [...parent, key];
  const meant = nearest(key, knownKeys(parent, values));
  const where = parent.length === 0 ? NAMESPACE : subjectOf(parent);
  return {
    path,
    subject: isShowableKey(key) ? subjectOf(path) : hiddenKey(key, valueAt(values, parent), where),
    rule: `is not a key that ${where} knows`,
    remedy: meant === undefined ? `Remove it from ${file}.` : `Did you mean ${meant}?`,
    ...(meant === undefined ? {} : { meant: subjectOf([...parent, meant]) }),
  };
}

/** The value at a path, or undefined where the path leads nowhere. */
export function valueAt(values: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    values,
  );
}

const NOUNS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping",
  record: "a mapping",
  array: "a list",
};

function noun(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return NOUNS[typeof value] ?? "nothing";
}

/** The rule as "must …": the schema's own message where it has one. */
function expected(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.message.startsWith("must ")) return issue.message;
  switch (issue.code) {
    case "invalid_type": {
      const wanted = NOUNS[issue.expected] ?? `a ${issue.expected}`;
      const given = noun(value);
      return value === undefined || value === null || given === wanted
        ? `must be ${wanted}`
        : `must be ${wanted}, not ${given}`;
    }
    case "invalid_value":
      return `must be ${alternatives(issue.values)}`;
    case "invalid_union":
      return `must be ${alternatives("options" in issue ? (issue.options ?? []) : [])}`;
    case "invalid_key":
      return issue.issues[0]?.message ?? "must be a valid name";
    default:
      return "must be a valid value";
  }
}

function alternatives(values: readonly unknown[]): string {
  const texts = values.map((value) => JSON.stringify(value));
  return texts.length === 1 ? String(texts[0]) : `one of ${texts.join(", ")}`;
}

function remedy(issue: z.core.$ZodIssue, value: unknown, file: string): string {
  const meant = typeof value === "string" ? nearest(value, choices(issue)) : undefined;
  if (meant !== undefined) return `Did you mean ${meant}?`;
  if (issue.code !== "invalid_type") return `Correct it in ${file}.`;
  if (issue.expected === "string" && typeof value !== "object") return `Put it in quotes in ${file}.`;
  if (typeof value === "string" && /^(\d+|true|false)$/.test(value))
    return `Write it without quotes in ${file}.`;
  return `Correct it in ${file}.`;
}

function choices(issue: z.core.$ZodIssue): readonly string[] {
  const all = issue.code === "invalid_value" ? issue.values : "options" in issue ? (issue.options ?? []) : [];
  return all.filter((choice) => typeof choice === "string");
}
