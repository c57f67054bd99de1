import type { PolicyContext } from "../context.ts";
import type { InputNode } from "../input-node.ts";
import { containersOf, findObject, type Pod } from "./kubernetes.ts";

/** A reference of a pod to a Secret, and the keys that it reads (empty: all keys). */
export interface SecretReference {
  readonly pod: Pod;
  readonly node: InputNode;
  readonly name: InputNode;
  readonly keys: readonly InputNode[];
}

/** All references of a pod to Secrets. */
export function secretReferences(pod: Pod): readonly SecretReference[] {
  const whole = (node: InputNode): SecretReference => {
    const name = node.at("secretName").isSetOrUnknown ? node.at("secretName") : node.at("name");
    return { pod, node, name, keys: node.at("items").items.map((item) => item.at("key")) };
  };
  const volumes = pod.spec
    .at("volumes")
    .items.flatMap((volume) => [
      volume.at("secret"),
      ...volume.at("projected", "sources").items.map((source) => source.at("secret")),
    ]);
  const fromContainers = containersOf(pod).flatMap(({ node }) => [
    ...node
      .at("env")
      .items.map((entry) => entry.at("valueFrom", "secretKeyRef"))
      .filter(({ exists }) => exists)
      .map((key) => ({ pod, node: key, name: key.at("name"), keys: [key.at("key")] })),
    ...node
      .at("envFrom")
      .items.map((source) => source.at("secretRef"))
      .filter(({ exists }) => exists)
      .map(whole),
  ]);
  return [...volumes.filter(({ exists }) => exists).map(whole), ...fromContainers];
}

/** The keys that cert-manager writes to the Secret of a Certificate. */
const CERTIFICATE_SECRET_KEYS = ["tls.crt", "tls.key", "ca.crt"];

/**
 * The keys of a Secret that is declared or created from a Certificate; undefined if there is no such
 * Secret.
 */
export function keysOfSecret(
  context: PolicyContext,
  namespace: string | undefined,
  name: string | undefined,
): readonly string[] | undefined {
  const secret = findObject(context, "Secret", namespace, name);
  if (secret !== undefined) {
    return [...secret.at("data").fields, ...secret.at("stringData").fields].map(([key]) => key);
  }
  return certificateForSecret(context, namespace, name) === undefined ? undefined : CERTIFICATE_SECRET_KEYS;
}

/** The cert-manager Certificate of a Secret. */
export function certificateForSecret(
  context: PolicyContext,
  namespace: string | undefined,
  secretName: string | undefined,
): InputNode | undefined {
  return context
    .ofKind("Certificate")
    .find(
      (certificate) =>
        certificate.at("metadata", "namespace").text === namespace &&
        certificate.at("spec", "secretName").text === secretName,
    );
}

/** The values of a Secret by key, from `data` and `stringData`. */
export function secretValues(secret: InputNode): readonly (readonly [string, InputNode])[] {
  return [...secret.at("data").fields, ...secret.at("stringData").fields];
}

/** The resource name and the output of a generated value's marker. */
export function generatedSource(
  value: string | undefined,
): { readonly resource: string; readonly output: string } | undefined {
  const match = /^\[secret (.+)\.([A-Za-z0-9]+)\]$/.exec(value ?? "");
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { resource: match[1], output: match[2] };
}
