import { createPrivateKey, X509Certificate } from "node:crypto";
import { DATA_ENCRYPTION_KEYS } from "../../components/shared/secret-names.ts";
import { type ValueKind, valueKind } from "./generate-value.ts";
import type { Generator } from "./reference-index.ts";

const SECRET_PREFIX = "secrets-";

/** The names of the seed documents and the secrets that they stand for. */
export const SECRET_ALIASES = {
  API_TOKEN: "api-token",
  GRAFANA_ADMIN_PASSWORD: "grafana-admin-password",
  REDIS_PASSWORD: "redis-password",
} as const;

/** The name of the public pair in the seed documents; the other certificates are named after their server. */
const PUBLIC_PAIR = "spacetime";

/** The name of a secret among the 13, such as `api-token`; undefined for keys and certificates. */
export function secretNameOf({ name }: Pick<Generator, "name">): string | undefined {
  return name.startsWith(SECRET_PREFIX) ? name.slice(SECRET_PREFIX.length) : undefined;
}

/** Whether the data encrypted with this value would be lost without it. */
export function isDataKey(generator: Pick<Generator, "name">): boolean {
  return (DATA_ENCRYPTION_KEYS as readonly string[]).includes(secretNameOf(generator) ?? "");
}

/** The path of a stored value, relative to the directory of values; undefined for a request, which is not stored. */
export function valueFile(generator: Generator): string | undefined {
  const kind = valueKind(generator);
  if (kind === "request") return undefined;
  if (kind === "random") return `secrets/${secretNameOf(generator) ?? generator.name}`;
  const base = generator.name
    .replace(/^certificates-internal-/, "")
    .replace(/^authority(?=-|$)/, "ca")
    .replace(/^certificates-public(?=-)/, PUBLIC_PAIR)
    .replace(/-(key|certificate)$/, "");
  return `tls/${base}.${kind === "key" ? "key" : "crt"}`;
}

/** Minimum length of an encoded random value; a shorter file was truncated or edited. */
const MIN_RANDOM_LENGTH = 32;

/** Why a stored text cannot be used; undefined if it can. */
export function findValueDefect(kind: ValueKind, text: string): string | undefined {
  if (text.trim() === "") return "is empty";
  if (text.startsWith("ref+")) return "is a reference instead of a value";
  if (kind === "random") {
    if (/\s/.test(text)) return "contains white space";
    return text.length < MIN_RANDOM_LENGTH ? "is shorter than 32 characters" : undefined;
  }
  try {
    if (kind === "key") createPrivateKey(text);
    else new X509Certificate(text);
    return undefined;
  } catch {
    return kind === "key" ? "is not a private key in PEM" : "is not a certificate in PEM";
  }
}
