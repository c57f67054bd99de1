import type { PlainValue, VariableType } from "./types.ts";

/**
 * The characters of every variable's value. They mean the same, unquoted, in a ConfigMap, in docker's env-file (which
 * knows no quotes), in a systemd EnvironmentFile and in a POSIX shell.
 */
const SAFE_VALUE_PATTERN = /^[A-Za-z0-9_./:,@%+=*-]*$/;

/** Values beyond this length are a mistake, and 119 of them must stay far below what an exec accepts. */
const MAX_VALUE_LENGTH = 1000;

/** A value as the text of an environment variable, or the rule that it breaks with what to do about it. */
export type FormatResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly rule: string; readonly remedy?: string };

const invalidValue = (rule: string, remedy?: string): FormatResult => ({
  ok: false,
  rule,
  ...(remedy === undefined ? {} : { remedy }),
});

/** Renders a value by its variable's type. */
export function formatValue(type: VariableType, value: PlainValue): FormatResult {
  switch (type.kind) {
    case "boolean":
      return typeof value === "boolean"
        ? { ok: true, text: String(value) }
        : invalidValue("must be true or false", "Write it without quotes.");
    case "integer":
      return formatInteger(value, type.minimum, type.maximum, "a whole number");
    case "port":
      return formatInteger(value, 1, 65535, "a port");
    default:
      return formatString(type, value);
  }
}

function formatInteger(value: PlainValue, minimum: number, maximum: number, noun: string): FormatResult {
  const rule = `must be ${noun} from ${minimum} to ${maximum}`;
  if (typeof value === "string" && /^\d+$/.test(value)) return invalidValue(rule, "Write it without quotes.");
  if (typeof value !== "number" || !Number.isInteger(value)) return invalidValue(rule);
  return value >= minimum && value <= maximum ? { ok: true, text: String(value) } : invalidValue(rule);
}

type StringType = Extract<VariableType, { kind: "text" | "choice" | "list" }>;

function formatString(type: StringType, value: PlainValue): FormatResult {
  if (typeof value !== "string") return invalidValue("must be a text", "Put it in quotes.");
  if (value.length > MAX_VALUE_LENGTH)
    return invalidValue(`must have at most ${MAX_VALUE_LENGTH} characters`);
  if (!SAFE_VALUE_PATTERN.test(value)) {
    return invalidValue("must consist of letters, digits and . _ - / : , @ % + = *");
  }
  const rule = violatedRule(type, value);
  return rule === undefined ? { ok: true, text: value } : invalidValue(rule);
}

function violatedRule(type: StringType, value: string): string | undefined {
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
