import type { Config } from "../config.ts";
import { didYouMean } from "../did-you-mean.ts";
import { formatValue } from "../variables/format-value.ts";
import { VARIABLES } from "../variables/index.ts";
import { getVariable } from "../variables/read-variable.ts";
import type { PlainValue, ResolvedVariable, VariableDefinition, VariableType } from "../variables/types.ts";
import type { CheckResult, Finding } from "./types.ts";

/** A judged `.env` file: a check of the file itself, and the config with its values, for the other checks. */
export interface JudgedEnvFile {
  readonly check: CheckResult;
  readonly config: Config;
}

/** Minimum length of 32 encoded bytes. */
const MIN_SECRET_LENGTH = 32;

const PLACEHOLDER_PATTERN = /REPLACE_(WITH|ME)|CHANGE_?ME|^(TODO|FIXME|TBD|YOUR[_-].*)$|\$\{|^<.*>$|^ref\+/i;

/**
 * Judges the text of an `.env` file: each of the 119 variables must be there once, valid, and equal to the stack file where it is
 * derived from it. A value that may be a secret is never shown.
 */
export function judgeEnvFile(
  config: Config,
  file: { readonly text: string; readonly mode?: number },
): JudgedEnvFile {
  const { values, findings } = parseEnvFile(file.text);
  const judged = [...VARIABLES.values()].map((definition) =>
    judgeVariable(getVariable(config, definition.name), values.get(definition.name)),
  );
  const all = [
    ...findings,
    ...judged.flatMap(({ finding }) => finding ?? []),
    ...findSharedSecrets(values),
    ...modeFindings(values, file.mode),
  ];
  const replaced = judged.flatMap(({ variable }) =>
    variable === undefined ? [] : [[variable.definition.name, variable] as const],
  );
  return {
    check: {
      id: "env-file",
      title: `The file has the ${VARIABLES.size} variables with valid values`,
      verdict: all.length === 0 ? "pass" : "fail",
      findings: all,
    },
    config: { ...config, variables: new Map([...config.variables, ...replaced]) },
  };
}

interface ParsedEnvFile {
  readonly values: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/** Parses the common subset of docker, systemd and POSIX shells: `NAME=value` without quotes, and comments. */
function parseEnvFile(text: string): ParsedEnvFile {
  const values = new Map<string, string>();
  const findings: Finding[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const { name, value } = /^(?<name>[A-Za-z_]\w*)=(?<value>.*)$/.exec(line)?.groups ?? {};
    if (name === undefined || value === undefined) {
      findings.push({
        subject: `line ${index + 1}`,
        rule: "is not NAME=value",
        remedy: "Remove spaces around =, and the word export: docker does not support them.",
      });
    } else if (values.has(name)) {
      findings.push({ subject: name, rule: "is set twice", remedy: "Remove one of the lines." });
    } else if (name.startsWith("GODOT_") && !VARIABLES.has(name)) {
      const remedy = didYouMean(name, [...VARIABLES.keys()]) ?? "Remove it (docs/reference/config.md).";
      findings.push({ subject: name, rule: "is not a variable of the game server", remedy });
    } else values.set(name, value);
  }
  return { values, findings };
}

interface JudgedVariable {
  readonly finding?: Finding;
  /** The variable with the value of the file. */
  readonly variable?: ResolvedVariable;
}

function judgeVariable(resolved: ResolvedVariable, value: string | undefined): JudgedVariable {
  const { definition } = resolved;
  const { name, type } = definition;
  const problem = (rule: string, remedy: string, shown?: string): JudgedVariable => ({
    finding: { subject: name, ...(shown === undefined ? {} : { value: shown }), rule, remedy },
  });
  if (resolved.kind === "secret") {
    const rule = secretRule(value ?? "");
    return rule === undefined
      ? {}
      : problem(rule, `Use the generated secret ${resolved.secret} (docs/secrets.md).`);
  }
  if (value === undefined) return problem("is missing", 'Add it, or write the file again with "config env".');
  const formatted = formatValue(type, parseText(type, value));
  if (!formatted.ok) return problem(formatted.rule, "Correct it in the file.", displayable(value));
  if (resolved.kind === "plain" && definition.source.kind === "derived" && formatted.text !== resolved.value)
    return problem(
      `must be ${JSON.stringify(resolved.value)}, as the stack file sets it`,
      derivedRemedy(definition),
      displayable(value),
    );
  return { variable: { kind: "plain", definition, value: formatted.text } };
}

function derivedRemedy({ source }: VariableDefinition): string {
  const from = source.kind === "derived" ? source.from : undefined;
  return from === undefined
    ? "Correct it in the file."
    : `Correct it in the file, or change ${from} in the stack file.`;
}

function secretRule(value: string): string | undefined {
  if (value === "") return "is missing";
  if (PLACEHOLDER_PATTERN.test(value)) return "is a placeholder";
  if (/^["']/.test(value)) return "must have no quotes: docker makes them part of the value";
  return value.length < MIN_SECRET_LENGTH ? `must have at least ${MIN_SECRET_LENGTH} characters` : undefined;
}

/** A long or unusual value may be a secret in the wrong place. */
function displayable(value: string): string | undefined {
  return /^[A-Za-z0-9_./:,@%+=*-]{0,31}$/.test(value) ? value : undefined;
}

function parseText({ kind }: VariableType, text: string): PlainValue {
  if (kind === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  if ((kind === "integer" || kind === "port") && /^-?\d+$/.test(text)) return Number(text);
  return text;
}

function secretValues(values: ReadonlyMap<string, string>): (readonly [name: string, value: string])[] {
  return [...values].filter(([name, value]) => VARIABLES.get(name)?.source.kind === "secret" && value !== "");
}

function findSharedSecrets(values: ReadonlyMap<string, string>): Finding[] {
  return [...Map.groupBy(secretValues(values), ([, value]) => value).values()]
    .filter((same) => same.length > 1)
    .map((same) => ({
      subject: same.map(([name]) => name).join(", "),
      rule: "have the same value",
      remedy: "Give each its own generated secret.",
    }));
}

function modeFindings(values: ReadonlyMap<string, string>, mode: number | undefined): Finding[] {
  if (mode === undefined || (mode & 0o077) === 0 || secretValues(values).length === 0) return [];
  return [
    {
      subject: "the file",
      rule: `contains secrets and is accessible to other users (mode 0${(mode & 0o777).toString(8)})`,
      remedy: "Run chmod 600 on it, then rotate the secrets.",
    },
  ];
}
