import { CREDENTIAL_NAMES } from "../shared/secret-names.ts";
import type { RawConfig } from "./config.ts";
import { NAMESPACE } from "./subject.ts";

const CREDENTIALS: ReadonlySet<string> = new Set(CREDENTIAL_NAMES);

/** Config as the engine hands it to a program: text by full key, and which of the keys are secret. */
export interface EngineConfig {
  readonly values: Record<string, string>;
  readonly secretKeys: string[];
}

/**
 * The key as a raw config has it: without the project's namespace, whole for other namespaces, undefined for the engine's
 * own (`pulumi:…`), which are none of the program's business.
 */
export function rawKey(fullKey: string): string | undefined {
  // Older stack files have `project:config:key`.
  const [namespace, ...rest] = fullKey.replace(":config:", ":").split(":");
  if (namespace === "pulumi") return undefined;
  return namespace === NAMESPACE ? rest.join(":") : fullKey;
}

function engineKey(key: string): string {
  return key.includes(":") ? key : `${NAMESPACE}:${key}`;
}

/** What `pulumi.runtime.setAllConfig` takes, so that an in-process run sees what the engine would give it. */
export function toEngineConfig(raw: RawConfig): EngineConfig {
  const texts = Object.entries(raw.values).map(([key, value]) => [
    engineKey(key),
    typeof value === "string" ? value : (JSON.stringify(value) ?? ""),
  ]);
  return {
    values: Object.fromEntries(texts),
    secretKeys: [...raw.secretKeys].map(engineKey),
  };
}

/** The way back from the engine's texts. */
export function fromEngineConfig(
  environment: string,
  texts: Readonly<Record<string, string>>,
  isSecret: (fullKey: string) => boolean,
): RawConfig {
  const values: Record<string, unknown> = {};
  const secretKeys = new Set<string>();
  for (const [fullKey, text] of Object.entries(texts)) {
    const key = rawKey(fullKey);
    if (key === undefined) continue;
    values[key] = CREDENTIALS.has(key) ? text : structured(text);
    if (isSecret(fullKey)) secretKeys.add(key);
  }
  return { environment, values, secretKeys };
}

/** Mappings and lists arrive as JSON; every other text is itself, so that a mistyped section is reported as text. */
function structured(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
