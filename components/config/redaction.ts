import { CREDENTIAL_NAMES } from "../shared/secret-names.ts";
import type { ConfigPath } from "./config-path.ts";
import { looksLikeSecretName } from "./schema/scalars.ts";
import { VARIABLES } from "./variables/index.ts";

const CREDENTIAL_KEYS: ReadonlySet<unknown> = new Set(CREDENTIAL_NAMES);

/** Certificates are public, but users sometimes paste the private key together with them. */
const CERTIFICATE_KEYS: ReadonlySet<unknown> = new Set([
  "caCertificate",
  "caCertificates",
  "certificateChain",
]);

/** Values that contain a secret under any key: `scheme://user:password@host`, a private key. */
const CREDENTIAL_PATTERN = /:\/\/[^/\s]*:[^/\s]*@|PRIVATE KEY/;

export function containsCredential(text: string): boolean {
  return CREDENTIAL_PATTERN.test(text);
}

/** Whether the value at this path may be a secret, intentionally or by a likely mistake. */
export function mayContainSecret(path: ConfigPath): boolean {
  const [top, second, name] = path;
  if (CREDENTIAL_KEYS.has(top) || path.some((key) => CERTIFICATE_KEYS.has(key))) return true;
  if (top === "gateway" && name === "annotations") return looksLikeSecretName(String(path[3]));
  if (top !== "gameServer" || second !== "variables") return false;
  // A misspelt GODOT_API_TOKEN is an unknown name, so only the values of known settings are shown.
  return typeof name !== "string" || VARIABLES.get(name)?.source.kind !== "setting";
}

/** A scalar value for a message; undefined for other values and for those that may be secret. */
export function displayableValue(path: ConfigPath, value: unknown): string | undefined {
  if (mayContainSecret(path)) return undefined;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && !CREDENTIAL_PATTERN.test(value) ? value : undefined;
}

/** The paths of all strings with a password or a private key, except where a secret is expected. */
export function findCredentialPaths(value: unknown, path: ConfigPath = []): readonly ConfigPath[] {
  if (typeof value === "string") return containsCredential(value) && !mayContainSecret(path) ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  const entries: [PropertyKey, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => findCredentialPaths(inner, [...path, key]));
}
