import type { Environment } from "../../shared/environments.ts";
import type { Problem } from "../../shared/errors.ts";
import { formatConfigPath } from "../config-path.ts";
import { didYouMean } from "../did-you-mean.ts";
import { describeHiddenKey, isSafeKey } from "../key-redaction.ts";
import { displayableValue } from "../redaction.ts";
import { formatValue } from "./format-value.ts";
import { VARIABLES } from "./index.ts";
import {
  type DefaultValue,
  type PlainValue,
  type ResolvedVariable,
  UNKNOWN_UNTIL_APPLY,
  type VariableContext,
  type VariableDefinition,
  type VariableSource,
} from "./types.ts";

/** `gameServer.variables` of the stack file, not validated yet. */
export type Overrides = Readonly<Record<string, unknown>>;

/** The default of a setting in one environment. */
export function defaultInEnvironment(value: DefaultValue, environment: Environment): PlainValue {
  return typeof value === "object" ? value[environment] : value;
}

/** The problems of one stack's overrides; a value that may be a secret is not shown. */
export function validateOverrides(environment: Environment, overrides: Overrides): Problem[] {
  return Object.keys(overrides).flatMap((name) => validateOverride(environment, name, overrides) ?? []);
}

function validateOverride(environment: Environment, name: string, overrides: Overrides): Problem | undefined {
  const value = overrides[name];
  const path = ["gameServer", "variables", name];
  const subject = formatConfigPath(path);
  const definition = VARIABLES.get(name);
  if (definition === undefined) {
    const where = formatConfigPath(["gameServer", "variables"]);
    return {
      subject: isSafeKey(name) ? subject : describeHiddenKey(name, overrides, where),
      rule: "is not a variable of the game server",
      remedy:
        didYouMean(name, [...VARIABLES.keys()]) ??
        "Remove it, or choose one of the 119 in docs/reference/config.md.",
    };
  }
  const { source } = definition;
  if (source.kind !== "setting") return { subject, ...rejectedOverride(source) };
  if (!isPlainValue(value)) return undefined; // The schema has already reported it.
  const result = formatValue(definition.type, value);
  if (result.ok) return undefined;
  const shown = displayableValue(path, value);
  return {
    subject,
    ...(shown === undefined ? {} : { value: shown }),
    rule: result.rule,
    remedy: result.remedy ?? `Correct it in Pulumi.${environment}.yaml.`,
  };
}

function rejectedOverride(
  source: Exclude<VariableSource, { kind: "setting" }>,
): Pick<Problem, "rule" | "remedy"> {
  if (source.kind === "secret") {
    return {
      rule: `must not be set: it is the generated secret ${source.secret}`,
      remedy: `Remove it, and rotate the secret if the value was real (secretVersions.${source.secret}).`,
    };
  }
  if (source.from === undefined) {
    return { rule: "must not be set: the deployment sets it", remedy: "Remove it." };
  }
  return {
    rule: `must not be set: it is derived from ${formatConfigPath([source.from])}`,
    remedy: `Remove it and change ${formatConfigPath([source.from])} instead.`,
  };
}

function isPlainValue(value: unknown): value is PlainValue {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** A setting's value with the override applied; undefined for an invalid override or a variable that is no setting. */
export function resolveSetting(
  environment: Environment,
  overrides: Overrides,
  definition: VariableDefinition,
): string | undefined {
  if (definition.source.kind !== "setting") return undefined;
  const override = Object.hasOwn(overrides, definition.name) ? overrides[definition.name] : undefined;
  const value = override ?? defaultInEnvironment(definition.source.default, environment);
  if (!isPlainValue(value)) return undefined;
  const result = formatValue(definition.type, value);
  return result.ok ? result.text : undefined;
}

/** All variables of one stack; a variable with a problem is absent from the map. */
export function resolveVariables(
  context: VariableContext,
  overrides: Overrides,
): { readonly variables: ReadonlyMap<string, ResolvedVariable>; readonly problems: Problem[] } {
  const variables = new Map<string, ResolvedVariable>();
  for (const [name, definition] of VARIABLES) {
    const resolved = resolveVariable(context, overrides, definition);
    if (resolved !== undefined) variables.set(name, resolved);
  }
  return { variables, problems: validateOverrides(context.environment, overrides) };
}

function resolveVariable(
  context: VariableContext,
  overrides: Overrides,
  definition: VariableDefinition,
): ResolvedVariable | undefined {
  const { source } = definition;
  switch (source.kind) {
    case "secret":
      return { kind: "secret", definition, secret: source.secret };
    case "derived": {
      const derived = source.derive(context);
      if (derived === UNKNOWN_UNTIL_APPLY) return { kind: "deployed", definition };
      const result = formatValue(definition.type, derived);
      if (!result.ok) throw new Error(`${definition.name}: the derived value ${result.rule}`);
      return { kind: "plain", definition, value: result.text };
    }
    case "setting": {
      const value = resolveSetting(context.environment, overrides, definition);
      return value === undefined ? undefined : { kind: "plain", definition, value };
    }
  }
}
