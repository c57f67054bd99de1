import type { Config } from "../config.ts";
import { formatConfigPath } from "../config-path.ts";
import { getVariable } from "../variables/read-variable.ts";
import { defaultInEnvironment } from "../variables/resolve-variables.ts";
import type { Finding } from "./types.ts";

/** Whether players or testers may meet this environment; only `local` is a developer's own. */
export function isSharedEnvironment(config: Config): boolean {
  return config.environment !== "local";
}

/** The text of a plain variable. */
export function getText(config: Config, name: string): string {
  const found = getVariable(config, name);
  if (found.kind === "secret") throw new Error(`${name} is a secret: a check must not read it`);
  if (found.kind === "deployed") throw new Error(`${name} is known only to the deployment`);
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

/** The catalogue's defaults pass every check, so the way back is to drop an override: this one's, or another's. */
function suggestRemedy(config: Config, name: string): string {
  const { source } = getVariable(config, name).definition;
  const file = `Pulumi.${config.environment}.yaml`;
  if (source.kind !== "setting") return `Correct what it follows from in ${file}.`;
  const usual = String(defaultInEnvironment(source.default, config.environment));
  return usual === getText(config, name)
    ? `Set it in ${file} under spacetime-vr:gameServer.variables, or change the other setting back.`
    : `Remove the override in ${file}; the default is ${JSON.stringify(usual)}.`;
}

/** A finding when the condition does not hold. */
export function findingUnless(holds: boolean, found: () => Finding): readonly Finding[] {
  return holds ? [] : [found()];
}

/** Findings for switches that must be on, with the reason. */
export function requireEnabled(
  config: Config,
  reasons: Readonly<Record<string, string>>,
): readonly Finding[] {
  return Object.entries(reasons).flatMap(([name, why]) =>
    findingUnless(isEnabled(config, name), () => createFinding(config, name, `must be true: ${why}`)),
  );
}

/** Findings for switches that must be off, with the reason. */
export function requireDisabled(
  config: Config,
  reasons: Readonly<Record<string, string>>,
): readonly Finding[] {
  return Object.entries(reasons).flatMap(([name, why]) =>
    findingUnless(!isEnabled(config, name), () => createFinding(config, name, `must be false: ${why}`)),
  );
}

/** A finding when a number lies outside its bounds. */
export function requireInRange(
  config: Config,
  name: string,
  bounds: { readonly from?: number; readonly to?: number; readonly why: string },
): readonly Finding[] {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, why } = bounds;
  const value = getNumber(config, name);
  return findingUnless(value >= from && value <= to, () => {
    const words =
      bounds.from === undefined
        ? `at most ${to}`
        : bounds.to === undefined
          ? `at least ${from}`
          : `${from} to ${to}`;
    return createFinding(config, name, `must be ${words}: ${why}`);
  });
}
