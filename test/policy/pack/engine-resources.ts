import { createHash } from "node:crypto";
import { type Json, type Plan, SECRET } from "../../../plan/plan.ts";
import type { EngineResource } from "./policy-pack-process.ts";

/** The sentinel of Pulumi's wire format for a text that is unknown until apply. */
export const UNKNOWN_SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The key and the value that mark a secret in the wire format. */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** The plaintext of a generated value: 32 bytes in base64, always the same for a name. */
export function generatedSecret(name: string): string {
  return createHash("sha256").update(name).digest("base64");
}

type Wrap = (plaintext: string) => unknown;

/** Converts a planned value to Pulumi's wire format, which contains secrets as marked plaintext. */
function toEngineValue(value: Json, wrap: Wrap): unknown {
  if (Array.isArray(value)) return value.map((item: Json) => toEngineValue(item, wrap));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toEngineValue(inner, wrap)]));
  }
  const generated = typeof value === "string" ? /^\[secret (.+)\]$/.exec(value)?.[1] : undefined;
  if (value !== SECRET && generated === undefined) return value;
  return wrap(generatedSecret(generated ?? "given by an owner"));
}

/** The inputs after the provider's check: with defaults and computed values. */
function providerOutputs(type: string, name: string, inputs: Record<string, unknown>): object {
  if (type.endsWith(":RandomBytes")) {
    return { ...inputs, base64: generatedSecret(`${name}.base64`), hex: generatedSecret(`${name}.hex`) };
  }
  if (!type.endsWith(":Deployment")) return inputs;
  const spec = inputs.spec as object;
  return { ...inputs, spec: { replicas: 1, ...spec }, status: { replicas: 1 } };
}

/** A plan's resources as Pulumi sends them to a policy pack after a deployment. */
export function engineResources(plan: Plan): EngineResource[] {
  return resourcesOf(plan, (value) => ({ [SIGNATURE_KEY]: SECRET_SIGNATURE, value }));
}

/** The same resources after deserialization, which removes the secret markers. */
export function unmarkedResources(plan: Plan): EngineResource[] {
  return resourcesOf(plan, (value) => value);
}

function resourcesOf(plan: Plan, wrap: Wrap): EngineResource[] {
  return plan.resources.map(({ urn, type, name, protect, inputs }) => {
    const given = toEngineValue(inputs, wrap) as Record<string, unknown>;
    return { urn, type, name, protect, inputs: given, outputs: providerOutputs(type, name, given) };
  });
}
