import type { Environment } from "../components/shared/environments.ts";

/** A JSON value as the plan shows it: secrets masked, values unknown until apply marked. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Stands where a value is known only once the engine has created something. */
export const UNKNOWN = "[unknown]";

/** Stands where a secret value is; a reference to a generated value follows as `[secret NAME.OUTPUT]`. */
export const SECRET = "[secret]";

/** Starts the text that stands for a provider's output that is not secret: `generated:NAME.OUTPUT`. */
export const GENERATED_PREFIX = "generated:";

/** Whether a planned value is unknown until apply. */
export function isUnknown(value: Json | undefined): boolean {
  return value === UNKNOWN;
}

/** Whether a planned value stands for a secret. */
export function isSecret(value: Json | undefined): boolean {
  return typeof value === "string" && /^\[secret( [^\]]+)?\]$/.test(value);
}

/** One resource that the program registers, as `pulumi preview` would name it. */
export interface PlannedResource {
  readonly urn: string;
  /** The Pulumi type token, such as `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** The Pulumi resource name (not the Kubernetes object's). */
  readonly name: string;
  /** The URN of the parent; null for the stack itself. */
  readonly parent: string | null;
  /** True for resources a provider manages, false for components and the stack. */
  readonly custom: boolean;
  readonly protect: boolean;
  /** URNs that explicit `dependsOn` options name, sorted. */
  readonly dependsOn: readonly string[];
  readonly inputs: JsonObject;
}

/** What one environment would become: every resource, ordered by URN, and the stack's outputs. */
export interface Plan {
  readonly project: string;
  readonly environment: Environment;
  readonly resources: readonly PlannedResource[];
  readonly outputs: JsonObject;
}
