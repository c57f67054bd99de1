import * as pulumi from "@pulumi/pulumi";
import { GENERATED_PREFIX, type Json, type JsonObject, SECRET, UNKNOWN } from "./plan.ts";

/**
 * Outputs that only a provider can compute, by type token, and whether they are secret; a dot separates the keys of nested
 * objects. In a plan, each is a reference to itself, so that rendered manifests can reference generated values. Ids are not
 * listed, because every mocked resource has one.
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
  "aws:cloudwatch/logGroup:LogGroup": { arn: "public" },
  "aws:ecr/repository:Repository": { arn: "public", repositoryUrl: "public" },
  "aws:eks/cluster:Cluster": {
    arn: "public",
    endpoint: "public",
    "certificateAuthority.data": "public",
    "vpcConfig.clusterSecurityGroupId": "public",
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": { arn: "public", primaryEndpointAddress: "public" },
  "aws:iam/role:Role": { arn: "public" },
  "aws:kms/key:Key": { arn: "public", keyId: "public" },
  "aws:rds/instance:Instance": {
    arn: "public",
    address: "public",
    "masterUserSecrets.0.secretArn": "public",
  },
  "aws:secretsmanager/secret:Secret": { arn: "public" },
  "aws:sns/topic:Topic": { arn: "public" },
};

/** The state of a mocked resource: its inputs, and references in place of computed outputs. */
export function mockResourceState(args: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const state: Record<string, unknown> = { ...args.inputs };
  for (const [output, secrecy] of Object.entries(COMPUTED_OUTPUTS[args.type] ?? {})) {
    const reference = `${GENERATED_PREFIX}${args.name}.${output}`;
    setAtPath(state, output.split("."), secrecy === "secret" ? pulumi.secret(reference) : reference);
  }
  return state;
}

/** Sets a value at a path. Objects on the path are copied, because the inputs are part of the plan. */
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

/** Converts a registered input for the plan: secrets are masked, unknown values are marked, keys are sorted. */
function toPlannedValue(value: unknown): Json {
  if (pulumi.runtime.isRpcSecret(value)) return maskSecrets(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(toPlannedValue);
  if (typeof value === "object" && value !== null) {
    return isUnknownOutput(value) ? UNKNOWN : toPlannedObject(value);
  }
  if (typeof value === "string" && value === pulumi.runtime.unknownValue) return UNKNOWN;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return null;
}

/** Converts the inputs of a resource for the plan; undefined properties are omitted. */
export function toPlannedObject(inputs: object): JsonObject {
  const entries = Object.entries(inputs).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, toPlannedValue(value)]),
  );
}
