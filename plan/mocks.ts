import * as pulumi from "@pulumi/pulumi";
import { AWS_OUTPUTS } from "./aws-outputs.ts";
import { GENERATED_PREFIX, type Json, type JsonObject, SECRET, UNKNOWN } from "./plan.ts";

/**
 * Outputs that only a provider can compute, by type token, and whether they are secret; a dot leads into a nested object. In a
 * plan each one is a reference to itself, so that a rendered manifest can say which generated value belongs in which place.
 */
const COMPUTED_OUTPUTS: Readonly<Record<string, Readonly<Record<string, "secret" | "public">>>> = {
  "random:index/randomBytes:RandomBytes": { base64: "secret", hex: "secret" },
  "tls:index/privateKey:PrivateKey": {
    privateKeyPem: "secret",
    privateKeyPemPkcs8: "secret",
    publicKeyPem: "public",
  },
  "tls:index/selfSignedCert:SelfSignedCert": { certPem: "public" },
  "tls:index/certRequest:CertRequest": { certRequestPem: "public" },
  "tls:index/locallySignedCert:LocallySignedCert": { certPem: "public" },
  ...AWS_OUTPUTS,
};

/** What a registered resource is told to be: its inputs, and references for what its provider would compute. */
export function mockResourceState(args: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const state: Record<string, unknown> = { ...args.inputs };
  for (const [output, secrecy] of Object.entries(COMPUTED_OUTPUTS[args.type] ?? {})) {
    const reference = `${GENERATED_PREFIX}${args.name}.${output}`;
    setAtPath(state, output.split("."), secrecy === "secret" ? pulumi.secret(reference) : reference);
  }
  return state;
}

/** Sets a value at a path; the objects on the way are copied, because the inputs belong to the plan. */
function setAtPath(
  target: Record<string, unknown>,
  [key = "", ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = { ...(target[key] as Record<string, unknown> | undefined) };
  setAtPath(inner, rest, value);
  target[key] = inner;
}

function maskedReference(value: unknown): string {
  const isReference = typeof value === "string" && value.startsWith(GENERATED_PREFIX);
  return isReference ? `[secret ${value.slice(GENERATED_PREFIX.length)}]` : SECRET;
}

function isUnknownOutput(value: object): boolean {
  return "__pulumiUnknown" in value;
}

function maskSecrets(value: unknown): Json {
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (typeof value === "object" && value !== null && !isUnknownOutput(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskSecrets(inner)]));
  }
  return maskedReference(value);
}

/** A registered input as the plan shows it: every leaf of a secret masked, every unknown marked, keys sorted. */
export function toPlannedValue(value: unknown): Json {
  if (pulumi.runtime.isRpcSecret(value)) return maskSecrets(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(toPlannedValue);
  if (typeof value === "object" && value !== null) {
    return isUnknownOutput(value) ? UNKNOWN : toPlannedObject(value);
  }
  if (typeof value === "string" && value === pulumi.runtime.unknownValue) return UNKNOWN;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return null;
}

/** `planned` for the whole inputs of a resource; properties that were never set are left out. */
export function toPlannedObject(inputs: object): JsonObject {
  const entries = Object.entries(inputs).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, toPlannedValue(value)]),
  );
}
