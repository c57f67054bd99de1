import { join } from "node:path";
import type { Environment } from "../../shared/environments.ts";
import type { Problem } from "../../shared/errors.ts";
import { readTextFile } from "../../shared/read-text-file.ts";
import type { RawConfig } from "../config.ts";
import { CONFIG_NAMESPACE } from "../config-path.ts";
import { didYouMean } from "../did-you-mean.ts";
import { describeHiddenKey, isSafeKey, isSafeNamespacedKey } from "../key-redaction.ts";
import { parseEnvironment } from "../parse-environment.ts";
import { throwInputError } from "../throw-input-error.ts";
import { parseYaml } from "./parse-yaml.ts";
import { canonicalKey, stripNamespace } from "./pulumi-config.ts";

export { type PulumiConfig as EngineConfig, toPulumiConfig as toEngineConfig } from "./pulumi-config.ts";

/** The top-level keys of a stack file; the engine writes the three for encryption. */
const STACK_FILE_KEYS = ["config", "encryptionsalt", "secretsprovider", "encryptedkey"] as const;

type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The path of an environment's stack file. */
export function stackFilePath(directory: string, environment: Environment): string {
  return join(directory, `Pulumi.${environment}.yaml`);
}

/**
 * Reads `Pulumi.<environment>.yaml` without the engine. Encrypted values are replaced with a marker, which is enough for
 * a plan.
 * @throws InputError if the file does not exist or is not a valid stack file.
 */
export function readStackFile(directory: string, environment: string): RawConfig {
  const known = parseEnvironment(environment);
  const file = `Pulumi.${known}.yaml`;
  const text = readTextFile(stackFilePath(directory, known), {
    name: file,
    missingRemedy:
      "Run the command in the directory of Pulumi.yaml, or restore the file from version control.",
  });
  const content = parseYaml(text, file, "pulumi") ?? {};
  const summary = `${file} cannot be used:`;
  if (!isMapping(content)) throwInputError(summary, [notMappingProblem(file)]);
  const config = content.config ?? {};
  const problems = validateFileKeys(content, file);
  if (!isMapping(config)) throwInputError(summary, [...problems, notMappingProblem(`config in ${file}`)]);
  problems.push(...Object.keys(config).flatMap((key) => validateNamespace(key, config, file)));
  problems.push(...findRepeatedSpellings(Object.keys(config), file));
  problems.push(...Object.entries(config).flatMap(([key, value]) => validateCiphertext(key, value, file)));
  if (problems.length > 0) throwInputError(summary, problems);
  return toRawConfig(known, config);
}

function notMappingProblem(subject: string): Problem {
  return {
    subject,
    rule: "must be a YAML mapping",
    remedy: "Compare it with another stack file.",
  };
}

function validateFileKeys(content: Mapping, file: string): Problem[] {
  return Object.keys(content).flatMap((key) => {
    if ((STACK_FILE_KEYS as readonly string[]).includes(key)) return [];
    if (key === "environment") {
      const rule =
        "must not be set: the values of an imported Pulumi ESC environment are not in the file, so a plan cannot show them";
      return [{ subject: `${key} in ${file}`, rule, remedy: "Write the values under config." }];
    }
    const remedy = didYouMean(key, STACK_FILE_KEYS) ?? "Move it under config, or remove it.";
    const subject = isSafeKey(key) ? `${key} in ${file}` : describeHiddenKey(key, content, file);
    return [{ subject, rule: "is not a known key of a stack file", remedy }];
  });
}

function validateNamespace(key: string, config: Mapping, file: string): Problem[] {
  if (/^[^:\s]+:[^\s]+$/.test(key)) return [];
  const rule = "must have a namespace";
  if (isSafeKey(key)) {
    return [
      { subject: `config.${key} in ${file}`, rule, remedy: `Rename it to ${CONFIG_NAMESPACE}:${key}.` },
    ];
  }
  const subject = describeHiddenKey(key, config, `config in ${file}`);
  return [{ subject, rule, remedy: `Prefix it with ${CONFIG_NAMESPACE}:, or remove it.` }];
}

/** `a:config:b` is an old spelling of `a:b`; with both, Pulumi takes one at random. */
function findRepeatedSpellings(keys: readonly string[], file: string): Problem[] {
  const known = new Map<string, string>();
  return keys.flatMap((key) => {
    const canonical = canonicalKey(key);
    const other = known.get(canonical);
    known.set(canonical, key);
    if (other === undefined || !isSafeNamespacedKey(canonical)) return [];
    return [
      {
        subject: `${key} in ${file}`,
        rule: `is another spelling of ${other}`,
        remedy: "Remove one of them.",
      },
    ];
  });
}

/** The engine writes `v1:nonce:ciphertext` with a passphrase and plain base64 with a KMS; see crypt.go of Pulumi. */
const CIPHERTEXT_PATTERN = /^(v1:[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+|[A-Za-z0-9+/=]{16,})$/;

/** Rejects a plaintext password that was written after `secure:` by hand. */
function validateCiphertext(key: string, value: unknown, file: string): Problem[] {
  if (typeof value !== "object" || value === null) return [];
  if (!isEncryptedValue(value))
    return Object.values(value).flatMap((inner) => validateCiphertext(key, inner, file));
  const text: unknown = Reflect.get(value, "secure");
  if (typeof text === "string" && CIPHERTEXT_PATTERN.test(text)) return [];
  const shown = isSafeNamespacedKey(key);
  return [
    {
      subject: shown ? `${key} in ${file}` : `a key of config in ${file}`,
      rule: "must have a value encrypted by Pulumi after `secure:`",
      remedy: `If the value is a credential in plaintext, rotate it. Then run: pulumi config set --secret ${shown ? key : `${CONFIG_NAMESPACE}:<key>`}`,
    },
  ];
}

function isEncryptedValue(value: object): boolean {
  return Object.keys(value).length === 1 && Object.hasOwn(value, "secure");
}

function toRawConfig(environment: Environment, config: Mapping): RawConfig {
  const values: Record<string, unknown> = {};
  const secretKeys = new Set<string>();
  for (const [fullKey, value] of Object.entries(config)) {
    const key = stripNamespace(fullKey);
    if (key === undefined) continue;
    values[key] = replaceCiphertext(value, key);
    if (!Object.is(values[key], value)) secretKeys.add(key);
  }
  return { environment, values, secretKeys };
}

/** The value with a marker in place of each `secure: …`; the identical object if there is none. */
function replaceCiphertext(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isEncryptedValue(value)) return `[encrypted ${key}]`;
  const entries = Object.entries(value);
  const replaced = entries.map(([name, inner]) => [name, replaceCiphertext(inner, key)] as const);
  if (replaced.every(([, inner], index) => Object.is(inner, entries[index]?.[1]))) return value;
  return Array.isArray(value) ? replaced.map(([, inner]) => inner) : Object.fromEntries(replaced);
}
