import { CREDENTIAL_NAMES } from "../../shared/secret-names.ts";
import type { RawConfig } from "../config.ts";
import { CONFIG_NAMESPACE } from "../config-path.ts";

const CREDENTIAL_KEYS: ReadonlySet<string> = new Set(CREDENTIAL_NAMES);

/** Config as the engine hands it to a program: text by full key, and which of the keys are secret. */
export interface PulumiConfig {
  readonly values: Record<string, string>;
  readonly secretKeys: string[];
}

/**
 * The key as a raw config has it: without the project's namespace, whole for other namespaces, undefined for the engine's
 * own (`pulumi:…`), which are none of the program's business.
 */
export function stripNamespace(fullKey: string): string | undefined {
  // Older stack files have `project:config:key`.
  const [namespace, ...rest] = fullKey.replace(":config:", ":").split(":");
  if (namespace === "pulumi") return undefined;
  return namespace === CONFIG_NAMESPACE ? rest.join(":") : fullKey;
}

function addNamespace(key: string): string {
  return key.includes(":") ? key : `${CONFIG_NAMESPACE}:${key}`;
}

/** What `pulumi.runtime.setAllConfig` takes, so that an in-process run sees what the engine would give it. */
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

/** The way back from the engine's texts. */
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

/** Mappings and lists arrive as JSON; every other text is itself, so that a mistyped section is reported as text. */
function parseStructuredText(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
