import type { Config } from "../config.ts";
import { formatConfigPath } from "../config-path.ts";
import { getVariable } from "../variables/read-variable.ts";
import { defaultInEnvironment } from "../variables/resolve-variables.ts";
import type { Finding } from "./types.ts";

/** Whether players or testers use this environment; only `local` belongs to a single developer. */
export function isSharedEnvironment(config: Config): boolean {
  return config.environment !== "local";
}

/** The value of a variable as a string. */
export function getText(config: Config, name: string): string {
  const found = getVariable(config, name);
  if (found.kind === "secret") throw new Error(`${name} is a secret: a check must not read it`);
  if (found.kind === "deployed") throw new Error(`${name} is unknown until apply`);
  return found.value;
}

export function getNumber(config: Config, name: string): number {
  return Number(getText(config, name));
}

export function isEnabled(config: Config, name: string): boolean {
  return getText(config, name) === "true";
}

export function getList(config: Config, name: string): readonly string[] {
  const text = getText(config, name);
  return text === "" ? [] : text.split(",");
}

/** A finding about a variable's value. */
export function createFinding(config: Config, name: string, rule: string): Finding {
  const subject = formatConfigPath(["gameServer", "variables", name]);
  return { subject, value: getText(config, name), rule, remedy: suggestRemedy(config, name) };
}

/** The defaults of the catalogue pass every check, so the remedy is to remove this override or another one. */
function suggestRemedy(config: Config, name: string): string {
  const { source } = getVariable(config, name).definition;
  const file = `Pulumi.${config.environment}.yaml`;
  if (source.kind !== "setting") return `Correct the setting that it is derived from in ${file}.`;
  const defaultValue = String(defaultInEnvironment(source.default, config.environment));
  return defaultValue === getText(config, name)
    ? `Set it in ${file} under spacetime-vr:gameServer.variables, or change the other setting back.`
    : `Remove the override in ${file}; the default is ${JSON.stringify(defaultValue)}.`;
}

/** A finding unless the condition is true. */
export function findingUnless(condition: boolean, create: () => Finding): readonly Finding[] {
  return condition ? [] : [create()];
}

/** Findings for variables that must be true; each name has the reason. */
export function requireEnabled(
  config: Config,
  reasons: Readonly<Record<string, string>>,
): readonly Finding[] {
  return Object.entries(reasons).flatMap(([name, why]) =>
    findingUnless(isEnabled(config, name), () => createFinding(config, name, `must be true: ${why}`)),
  );
}

/** Findings for variables that must be false; each name has the reason. */
export function requireDisabled(
  config: Config,
  reasons: Readonly<Record<string, string>>,
): readonly Finding[] {
  return Object.entries(reasons).flatMap(([name, why]) =>
    findingUnless(!isEnabled(config, name), () => createFinding(config, name, `must be false: ${why}`)),
  );
}

/** A finding if a number is out of range. */
export function requireInRange(
  config: Config,
  name: string,
  bounds: { readonly from?: number; readonly to?: number; readonly why: string },
): readonly Finding[] {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, why } = bounds;
  const value = getNumber(config, name);
  return findingUnless(value >= from && value <= to, () => {
    const range =
      bounds.from === undefined
        ? `at most ${to}`
        : bounds.to === undefined
          ? `at least ${from}`
          : `${from} to ${to}`;
    return createFinding(config, name, `must be ${range}: ${why}`);
  });
}
