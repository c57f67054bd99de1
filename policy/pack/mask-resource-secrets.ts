import { type Json, type JsonObject, SECRET, UNKNOWN } from "../../plan/plan.ts";
import type { PolicyResource } from "../input-node.ts";

/** Secret properties by type. Pulumi passes their values to a policy pack without marking them as secret. */
const SECRET_OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  "random:index/randomBytes:RandomBytes": ["base64", "hex"],
  "random:index/randomPassword:RandomPassword": ["result", "bcryptHash"],
  "tls:index/privateKey:PrivateKey": ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"],
};

/** Shorter values are not searched for in other fields, because they would match by chance. */
const MIN_SECRET_LENGTH = 8;

const SECRET_TYPE = "kubernetes:core/v1:Secret";

/** Keys of a Secret whose values are public. */
const CERTIFICATE_KEY = /\.(crt|pem)$/;

/** The secret values of a deployment, with the marker that the plan shows for each. */
type SecretMarkers = ReadonlyMap<string, string>;

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function stringEntries(value: Json | undefined): (readonly [string, string])[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, text]) =>
    typeof text === "string" && text !== UNKNOWN ? [[key, text] as const] : [],
  );
}

function decodeBase64(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}

/** Collects all secret values; generated ones map to a marker with their resource and output. */
function collectSecrets(resources: readonly PolicyResource[]): SecretMarkers {
  const generated = resources.flatMap(({ type, name, inputs }) =>
    (SECRET_OUTPUTS[type] ?? []).flatMap((output) => {
      const value = inputs[output];
      const isKnown = typeof value === "string" && value !== UNKNOWN && value.length >= MIN_SECRET_LENGTH;
      return isKnown ? [[value, `[secret ${name}.${output}]`] as const] : [];
    }),
  );
  const given = resources
    .filter(({ type }) => type === SECRET_TYPE)
    .flatMap(({ inputs }) => [
      ...stringEntries(inputs.stringData),
      ...stringEntries(inputs.data).map(([key, text]) => [key, decodeBase64(text)] as const),
    ])
    .filter(([key, text]) => !CERTIFICATE_KEY.test(key) && text.length >= MIN_SECRET_LENGTH)
    .map(([, text]) => [text, SECRET] as const);
  return new Map([...given, ...generated]);
}

function maskText(text: string, secrets: SecretMarkers): string {
  const whole = secrets.get(text);
  if (whole !== undefined) return whole;
  for (const secret of secrets.keys()) if (text.includes(secret)) return SECRET;
  return text;
}

function maskValue(value: Json, secrets: SecretMarkers): Json {
  if (typeof value === "string") return maskText(value, secrets);
  if (Array.isArray(value)) return value.map((item: Json) => maskValue(item, secrets));
  return isObject(value) ? maskObject(value, secrets) : value;
}

function maskObject(value: JsonObject, secrets: SecretMarkers): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskValue(inner, secrets)]));
}

/** Replaces every non-public value of a Secret with a marker. */
function maskSecretObject(inputs: JsonObject, secrets: SecretMarkers): JsonObject {
  const mask = (values: Json | undefined, plain: (text: string) => string): Json => {
    if (!isObject(values)) return values ?? {};
    const entries = Object.entries(values).map(([key, text]) => {
      if (typeof text !== "string" || text === UNKNOWN) return [key, text] as const;
      const isPublic = CERTIFICATE_KEY.test(key);
      return [key, secrets.get(plain(text)) ?? (isPublic ? text : SECRET)] as const;
    });
    return Object.fromEntries(entries);
  };
  return {
    ...maskObject(inputs, secrets),
    ...(inputs.data === undefined ? {} : { data: mask(inputs.data, decodeBase64) }),
    ...(inputs.stringData === undefined ? {} : { stringData: mask(inputs.stringData, (text) => text) }),
  };
}

/**
 * Replaces every secret with a marker, so that rules see the same values as in the plan and messages cannot
 * contain a secret. `known` are the same resources with provider outputs, which contain the generated values.
 */
export function maskResourceSecrets(
  resources: readonly PolicyResource[],
  known: readonly PolicyResource[],
): readonly PolicyResource[] {
  const secrets = collectSecrets([...known, ...resources]);
  return resources.map((resource) => ({
    ...resource,
    inputs:
      resource.type === SECRET_TYPE
        ? maskSecretObject(resource.inputs, secrets)
        : maskObject(resource.inputs, secrets),
  }));
}
