import type { PlainValue, VariableType } from "./types.ts";

/**
 * The characters that a value may contain. Unquoted, they have the same meaning in a ConfigMap, in a docker env file
 * (which does not support quotes), in a systemd EnvironmentFile and in a POSIX shell.
 */
const SAFE_VALUE_PATTERN = /^[A-Za-z0-9_./:,@%+=*-]*$/;

/** A longer value is a mistake; 119 values of this length are also well below the limit of the environment in execve. */
const MAX_VALUE_LENGTH = 1000;

/** The text of an environment variable, or the violated rule with an optional remedy. */
type FormatResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly rule: string; readonly remedy?: string };

const invalidValue = (rule: string, remedy?: string): FormatResult => ({
  ok: false,
  rule,
  ...(remedy === undefined ? {} : { remedy }),
});

/** Validates a value against its variable's type and formats it for the environment. */
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
  if (typeof value !== "string") return invalidValue("must be a string", "Put it in quotes.");
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
      const isValid = value.split(",").every((entry) => type.entry.test(entry));
      return isValid ? undefined : `must be a comma-separated list whose entries look like ${type.example}`;
    }
  }
}
