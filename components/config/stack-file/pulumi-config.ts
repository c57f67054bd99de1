import { CREDENTIAL_NAMES } from "../../shared/secret-names.ts";
import type { RawConfig } from "../config.ts";
import { CONFIG_NAMESPACE } from "../config-path.ts";

const CREDENTIAL_KEYS: ReadonlySet<string> = new Set(CREDENTIAL_NAMES);

/** Config as the engine passes it to a program: strings by full key, and the keys that are secret. */
export interface PulumiConfig {
  readonly values: Record<string, string>;
  readonly secretKeys: string[];
}

/** The key in today's spelling, `project:key`; old stack files use `project:config:key`. */
export function canonicalKey(fullKey: string): string {
  return fullKey.replace(":config:", ":");
}

/**
 * The key of a raw config: without the project's namespace, unchanged for other namespaces, undefined for keys of the
 * engine (`pulumi:…`), which the program does not use.
 */
export function stripNamespace(fullKey: string): string | undefined {
  const [namespace, ...rest] = canonicalKey(fullKey).split(":");
  if (namespace === "pulumi") return undefined;
  return namespace === CONFIG_NAMESPACE ? rest.join(":") : fullKey;
}

function addNamespace(key: string): string {
  return key.includes(":") ? key : `${CONFIG_NAMESPACE}:${key}`;
}

/** Arguments for `pulumi.runtime.setAllConfig`, so that an in-process run has the same config as in the engine. */
export function toPulumiConfig(raw: RawConfig): PulumiConfig {
  const texts = Object.entries(raw.values).map(([key, value]) => [
    addNamespace(key),
    typeof value === "string" ? value : (JSON.stringify(value) ?? ""),
  ]);
  return {
    values: Object.fromEntries(texts),
    secretKeys: [...raw.secretKeys].map(addNamespace),
  };
}

/** Converts the engine's config back to a raw config. */
export function fromPulumiConfig(
  environment: string,
  texts: Readonly<Record<string, string>>,
  isSecret: (fullKey: string) => boolean,
): RawConfig {
  const values: Record<string, unknown> = {};
  const secretKeys = new Set<string>();
  for (const [fullKey, text] of Object.entries(texts)) {
    const key = stripNamespace(fullKey);
    if (key === undefined) continue;
    values[key] = CREDENTIAL_KEYS.has(key) ? text : parseStructuredText(text);
    if (isSecret(fullKey)) secretKeys.add(key);
  }
  return { environment, values, secretKeys };
}

/** Parses mappings and lists, which are passed as JSON; any other value stays a string and is rejected by the schema. */
function parseStructuredText(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
