import type { Config } from "../config.ts";
import { subjectOf } from "../subject.ts";
import { variable } from "../variables/read.ts";
import { defaultFor } from "../variables/resolve.ts";
import type { Finding } from "./types.ts";

/** Whether players or testers may meet this environment; only `local` is a developer's own. */
export function isShared(config: Config): boolean {
  return config.environment !== "local";
}

/** The text of a plain variable. */
export function textOf(config: Config, name: string): string {
  const found = variable(config, name);
  if (found.kind === "secret") throw new Error(`${name} is a secret: a check must not read it`);
  if (found.kind === "deployed") throw new Error(`${name} is known only to the deployment`);
  return found.value;
}

export function numberOf(config: Config, name: string): number {
  return Number(textOf(config, name));
}

export function isOn(config: Config, name: string): boolean {
  return textOf(config, name) === "true";
}

export function entriesOf(config: Config, name: string): readonly string[] {
  const text = textOf(config, name);
  return text === "" ? [] : text.split(",");
}

/** A finding about a variable's value. */
export function finding(config: Config, name: string, rule: string): Finding {
  const subject = subjectOf(["gameServer", "variables", name]);
  return { subject, value: textOf(config, name), rule, remedy: remedyFor(config, name) };
}

/** The catalogue's defaults pass every check, so the way back is to drop an override: this one's, or another's. */
function remedyFor(config: Config, name: string): string {
  const { source } = variable(config, name).definition;
  const file = `Pulumi.${config.environment}.yaml`;
  if (source.kind !== "setting") return `Correct what it follows from in ${file}.`;
  const usual = String(defaultFor(source.default, config.environment));
  return usual === textOf(config, name)
    ? `Set it in ${file} under spacetime-vr:gameServer.variables, or change the other setting back.`
    : `Remove the override in ${file}; the default is ${JSON.stringify(usual)}.`;
}

/** A finding when the condition does not hold. */
export function unless(holds: boolean, found: () => Finding): readonly Finding[] {
  return holds ? [] : [found()];
}

/** Findings for switches that must be on, with the reason. */
export function mustBeOn(config: Config, reasons: Readonly<Record<string, string>>): readonly Finding[] {
  return Object.entries(reasons).flatMap(([name, why]) =>
    unless(isOn(config, name), () => finding(config, name, `must be true: ${why}`)),
  );
}

/** Findings for switches that must be off, with the reason. */
export function mustBeOff(config: Config, reasons: Readonly<Record<string, string>>): readonly Finding[] {
  return Object.entries(reasons).flatMap(([name, why]) =>
    unless(!isOn(config, name), () => finding(config, name, `must be false: ${why}`)),
  );
}

/** A finding when a number lies outside its bounds. */
export function within(
  config: Config,
  name: string,
  bounds: { readonly from?: number; readonly to?: number; readonly why: string },
): readonly Finding[] {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, why } = bounds;
  const value = numberOf(config, name);
  return unless(value >= from && value <= to, () => {
    const words =
      bounds.from === undefined
        ? `at most ${to}`
        : bounds.to === undefined
          ? `at least ${from}`
          : `${from} to ${to}`;
    return finding(config, name, `must be ${words}: ${why}`);
  });
}
