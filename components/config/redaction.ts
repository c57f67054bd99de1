import { CREDENTIAL_NAMES } from "../shared/secret-names.ts";
import type { ConfigPath } from "./config-path.ts";
import { looksLikeSecretName } from "./schema/scalars.ts";
import { VARIABLES } from "./variables/index.ts";

const CREDENTIAL_KEYS: ReadonlySet<unknown> = new Set(CREDENTIAL_NAMES);

/** Certificates are public, but people paste the key beside them. */
const CERTIFICATE_KEYS: ReadonlySet<unknown> = new Set([
  "caCertificate",
  "caCertificates",
  "certificateChain",
]);

/** Texts that carry a password whatever the key says: `scheme://user:password@host`, a private key. */
const CREDENTIAL_PATTERN = /:\/\/[^/\s]*:[^/\s]*@|PRIVATE KEY/;

export function containsCredential(text: string): boolean {
  return CREDENTIAL_PATTERN.test(text);
}

/** Whether a value at this path may be a secret, by intent or by a likely mistake. */
export function mayContainSecret(path: ConfigPath): boolean {
  const [top, second, name] = path;
  if (CREDENTIAL_KEYS.has(top) || path.some((key) => CERTIFICATE_KEYS.has(key))) return true;
  if (top === "gateway" && name === "annotations") return looksLikeSecretName(String(path[3]));
  if (top !== "gameServer" || second !== "variables") return false;
  // A misspelt GODOT_API_TOKEN is an unknown name: only names known to be plain are safe to show.
  return typeof name !== "string" || VARIABLES.get(name)?.source.kind !== "setting";
}

/** A value for a message: text only for single values, and nothing that may be secret. */
export function displayableValue(path: ConfigPath, value: unknown): string | undefined {
  if (mayContainSecret(path)) return undefined;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && !CREDENTIAL_PATTERN.test(value) ? value : undefined;
}

/** The places of all texts that carry a password or a private key where no secret belongs. */
export function findCredentialPaths(value: unknown, path: ConfigPath = []): readonly ConfigPath[] {
  if (typeof value === "string") return containsCredential(value) && !mayContainSecret(path) ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  const entries: [PropertyKey, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => findCredentialPaths(inner, [...path, key]));
}
