import { createHash } from "node:crypto";
import { type Json, type Plan, SECRET } from "../../../plan/plan.ts";
import type { EngineResource } from "./policy-pack-process.ts";

/** What the engine's wire format writes for a text that is unknown until apply. */
export const UNKNOWN_SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The key and the value by which the wire format tells a secret. */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** The plaintext of a generated value: 32 bytes in base64, the same for the same name. */
export function generatedSecret(name: string): string {
  return createHash("sha256").update(name).digest("base64");
}

type Wrap = (plaintext: string) => unknown;

/**
 * A planned value as the engine hands it over: secrets in plain text, marked on the wire and nowhere else.
 */
function toEngineValue(value: Json, wrap: Wrap): unknown {
  if (Array.isArray(value)) return value.map((item: Json) => toEngineValue(item, wrap));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toEngineValue(inner, wrap)]));
  }
  const generated = typeof value === "string" ? /^\[secret (.+)\]$/.exec(value)?.[1] : undefined;
  if (value !== SECRET && generated === undefined) return value;
  return wrap(generatedSecret(generated ?? "given by an owner"));
}

/** What a provider makes of the inputs: defaults that nobody asked for, and values that it computes. */
function providerOutputs(type: string, name: string, inputs: Record<string, unknown>): object {
  if (type.endsWith(":RandomBytes")) {
    return { ...inputs, base64: generatedSecret(`${name}.base64`), hex: generatedSecret(`${name}.hex`) };
  }
  if (!type.endsWith(":Deployment")) return inputs;
  const spec = inputs.spec as object;
  return { ...inputs, spec: { replicas: 1, ...spec }, status: { replicas: 1 } };
}

/** A plan's resources as the engine sends them to a policy pack after a deployment. */
export function engineResources(plan: Plan): EngineResource[] {
  return resourcesOf(plan, (value) => ({ [SIGNATURE_KEY]: SECRET_SIGNATURE, value }));
}

/** The same resources once they have arrived: nothing tells a secret any more. */
export function unmarkedResources(plan: Plan): EngineResource[] {
  return resourcesOf(plan, (value) => value);
}

function resourcesOf(plan: Plan, wrap: Wrap): EngineResource[] {
  return plan.resources.map(({ urn, type, name, protect, inputs }) => {
    const given = toEngineValue(inputs, wrap) as Record<string, unknown>;
    return { urn, type, name, protect, inputs: given, outputs: providerOutputs(type, name, given) };
  });
}
