import { UnknownValueError } from "@pulumi/policy";
import { type Json, type JsonObject, UNKNOWN } from "../../plan/plan.ts";

/**
 * A value that the engine hands to a policy, as the plan would show it. The engine's objects throw where a
 * value is unknown; here such a value becomes the marker, so that one unknown value does not end a rule.
 */
export function toPlanValue(value: unknown): Json {
  // By index: a list's own methods would look at each element first, and throw.
  if (Array.isArray(value))
    return Array.from({ length: value.length }, (_, index) =>
      valueOrUnknown(() => toPlanValue(value[index])),
    );
  if (typeof value === "object" && value !== null) return toPlanProperties(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return null;
}

/** `fromEngine` for the properties of a resource. */
export function toPlanProperties(value: object): JsonObject {
  const entries = Object.keys(value).map(
    (key) => [key, valueOrUnknown(() => toPlanValue(Reflect.get(value, key)))] as const,
  );
  return Object.fromEntries(entries);
}

/** The value, or the marker where looking at it throws because it is unknown. */
function valueOrUnknown(look: () => Json): Json {
  try {
    return look();
  } catch (error) {
    if (error instanceof UnknownValueError) return UNKNOWN;
    throw error;
  }
}
