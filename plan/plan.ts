import type { Environment } from "../components/shared/environments.ts";

/** A JSON value of a plan, with masked secrets and marked unknown values. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** The placeholder of a value that is unknown until apply. */
export const UNKNOWN = "[unknown]";

/** The placeholder of a secret value; for a generated value, it is `[secret NAME.OUTPUT]`. */
export const SECRET = "[secret]";

/** The prefix of the placeholder of a provider output that is not secret: `generated:NAME.OUTPUT`. */
export const GENERATED_PREFIX = "generated:";

/** The type token of the root resource of every stack. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

/** Whether a planned value is unknown until apply. */
export function isUnknown(value: Json | undefined): boolean {
  return value === UNKNOWN;
}

/** Whether a planned value is the placeholder of a secret. */
export function isSecret(value: Json | undefined): boolean {
  return typeof value === "string" && /^\[secret( [^\]]+)?\]$/.test(value);
}

/** What the engine waits for before it creates a resource, in addition to the parent. */
export interface Dependencies {
  /** The URN of the provider; null for components and providers. */
  readonly provider: string | null;
  /** The URNs in `dependsOn`, with the children of components, and of the resources whose outputs are inputs; sorted. */
  readonly direct: readonly string[];
  /** The resources whose outputs are in an input, by input. */
  readonly properties: Readonly<Record<string, readonly string[]>>;
}

/** A resource that the program registers, as in `pulumi preview`. */
export interface PlannedResource {
  readonly urn: string;
  /** The Pulumi type token, such as `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** The Pulumi resource name (not the Kubernetes object's). */
  readonly name: string;
  /** The URN of the parent; null for the stack itself. */
  readonly parent: string | null;
  /** True for provider resources, false for components and the stack. */
  readonly custom: boolean;
  readonly protect: boolean;
  /** The URNs in `dependsOn`, sorted. */
  readonly dependsOn: readonly string[];
  readonly inputs: JsonObject;
  /** Not in golden plans. */
  readonly dependencies?: Dependencies;
}

/** The plan of an environment: all resources, ordered by URN, and the stack outputs. */
export interface Plan {
  readonly project: string;
  readonly environment: Environment;
  readonly resources: readonly PlannedResource[];
  readonly outputs: JsonObject;
}
