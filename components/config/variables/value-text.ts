import type { PlainValue, VariableType } from "./types.ts";

/**
 * The characters of every variable's value. They mean the same, unquoted, in a ConfigMap, in docker's env-file (which
 * knows no quotes), in a systemd EnvironmentFile and in a POSIX shell.
 */
const SAFE_VALUE = /^[A-Za-z0-9_./:,@%+=*-]*$/;

/** Values beyond this length are a mistake, and 119 of them must stay far below what an exec accepts. */
const MAXIMUM_LENGTH = 1000;

/** A value as the text of an environment variable, or the rule that it breaks with what to do about it. */
export type TextResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly rule: string; readonly remedy?: string };

const refused = (rule: string, remedy?: string): TextResult => ({
  ok: false,
  rule,
  ...(remedy === undefined ? {} : { remedy }),
});

/** Renders a value by its variable's type. */
export function toText(type: VariableType, value: PlainValue): TextResult {
  switch (type.kind) {
    case "boolean":
      return typeof value === "boolean"
        ? { ok: true, text: String(value) }
        : refused("must be true or false", "Write it without quotes.");
    case "integer":
      return integerText(value, type.minimum, type.maximum, "a whole number");
    case "port":
      return integerText(value, 1, 65535, "a port");
    default:
      return wordsText(type, value);
  }
}

function integerText(value: PlainValue, minimum: number, maximum: number, noun: string): TextResult {
  const rule = `must be ${noun} from ${minimum} to ${maximum}`;
  if (typeof value === "string" && /^\d+$/.test(value)) return refused(rule, "Write it without quotes.");
  if (typeof value !== "number" || !Number.isInteger(value)) return refused(rule);
  return value >= minimum && value <= maximum ? { ok: true, text: String(value) } : refused(rule);
}

type WordsType = Extract<VariableType, { kind: "text" | "choice" | "list" }>;

function wordsText(type: WordsType, value: PlainValue): TextResult {
  if (typeof value !== "string") return refused("must be a text", "Put it in quotes.");
  if (value.length > MAXIMUM_LENGTH) return refused(`must have at most ${MAXIMUM_LENGTH} characters`);
  if (!SAFE_VALUE.test(value)) {
    return refused("must consist of letters, digits and . _ - / : , @ % + = *");
  }
  const rule = brokenRule(type, value);
  return rule === undefined ? { ok: true, text: value } : refused(rule);
}

function brokenRule(type: WordsType, value: string): string | undefined {
  switch (type.kind) {
    case "choice":
      return type.choices.includes(value) ? undefined : `must be one of ${type.choices.join(", ")}`;
    case "text":
      return type.pattern.test(value) ? undefined : `must look like ${type.example}`;
    case "list": {
      if (value === "") return type.allowEmpty ? undefined : "must have at least one entry";
      const fits = value.split(",").every((entry) => type.entry.test(entry));
      return fits ? undefined : `must be a comma-separated list whose entries look like ${type.example}`;
    }
  }
}
