import { UnknownValueError } from "@pulumi/policy";
import { type Json, type JsonObject, UNKNOWN } from "../../plan/plan.ts";

/**
 * Converts a value from Pulumi to the plan's form. Pulumi's objects throw on access to an unknown value; here
 * it becomes the UNKNOWN marker, so that one unknown value does not abort a rule.
 */
export function toPlanValue(value: unknown): Json {
  // Access by index: array methods read each element and would throw.
  if (Array.isArray(value))
    return Array.from({ length: value.length }, (_, index) =>
      valueOrUnknown(() => toPlanValue(value[index])),
    );
  if (typeof value === "object" && value !== null) return toPlanProperties(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return null;
}

/** Applies `toPlanValue` to the properties of a resource. */
export function toPlanProperties(value: object): JsonObject {
  const entries = Object.keys(value).map(
    (key) => [key, valueOrUnknown(() => toPlanValue(Reflect.get(value, key)))] as const,
  );
  return Object.fromEntries(entries);
}

/** Returns the value, or the UNKNOWN marker if reading it throws. */
function valueOrUnknown(read: () => Json): Json {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValueError) return UNKNOWN;
    throw error;
  }
}
