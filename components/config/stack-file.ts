import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../shared/environments.ts";
import { errorCode } from "../shared/error-code.ts";
import { InputError, type Problem } from "../shared/errors.ts";
import type { RawConfig } from "./config.ts";
import { knownEnvironment } from "./environment.ts";
import { hiddenKey, isShowableFullKey, isShowableKey } from "./key-name.ts";
import { didYouMean } from "./nearest.ts";
import { rawKey } from "./raw-config.ts";
import { refuse } from "./refuse.ts";
import { NAMESPACE } from "./subject.ts";
import { parseYaml } from "./yaml-problems.ts";

export { type EngineConfig, toEngineConfig } from "./raw-config.ts";

/** The keys of a stack file itself; the engine writes the three about encryption. */
const FILE_KEYS = ["config", "encryptionsalt", "secretsprovider", "encryptedkey"] as const;

type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The path of an environment's stack file. */
export function stackFilePath(directory: string, environment: Environment): string {
  return join(directory, `Pulumi.${environment}.yaml`);
}

/**
 * Reads `Pulumi.<environment>.yaml` without the engine. Encrypted values stay encrypted: in their place stands a text that
 * says so, which is enough for a plan.
 * @throws InputError when there is no such file, or when it is not a stack file.
 */
export function readStackFile(directory: string, environment: string): RawConfig {
  const known = knownEnvironment(environment);
  const file = `Pulumi.${known}.yaml`;
  const content = parseYaml(readText(stackFilePath(directory, known), file), file) ?? {};
  const summary = `${file} cannot be used:`;
  if (!isMapping(content)) refuse(summary, [notMapping(file)]);
  const config = content.config ?? {};
  const problems = fileProblems(content, file);
  if (!isMapping(config)) refuse(summary, [...problems, notMapping(`config in ${file}`)]);
  problems.push(...Object.keys(config).flatMap((key) => namespaceProblem(key, config, file)));
  problems.push(...Object.entries(config).flatMap(([key, value]) => ciphertextProblem(key, value, file)));
  if (problems.length > 0) refuse(summary, problems);
  return rawConfig(known, config);
}

/** A stack file has a few kilobytes, certificates included. */
const MAXIMUM_BYTES = 2 ** 20;

function readText(path: string, file: string): string {
  const summary = `${file} cannot be used:`;
  try {
    // Before anything is opened: a pipe would wait for its writer, a device never ends.
    const status = statSync(path);
    const rule = status.isFile() ? "must be at most 1 MiB" : "must be a regular file";
    if (!status.isFile() || status.size > MAXIMUM_BYTES)
      return refuse(summary, [{ subject: file, rule, remedy: "Restore the file from version control." }]);
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = errorCode(error) ?? "unknown error";
    const missing = code === "ENOENT";
    const notText = code === "ERR_ENCODING_INVALID_ENCODED_DATA";
    return refuse(summary, [
      {
        subject: file,
        rule: missing ? "does not exist" : notText ? "is not UTF-8 text" : `cannot be read (${code})`,
        remedy: missing
          ? "Run the command where Pulumi.yaml lies, or restore the file from version control."
          : "Restore the file from version control.",
      },
    ]);
  }
}

function notMapping(subject: string): Problem {
  return {
    subject,
    rule: "must be a mapping of keys to values",
    remedy: "Compare it with another stack file.",
  };
}

function fileProblems(content: Mapping, file: string): Problem[] {
  return Object.keys(content).flatMap((key) => {
    if ((FILE_KEYS as readonly string[]).includes(key)) return [];
    if (key === "environment") {
      const rule = "must not be set: what it imports stands in no file, so no plan could show it";
      return [{ subject: `${key} in ${file}`, rule, remedy: "Write the values under config." }];
    }
    const remedy = didYouMean(key, FILE_KEYS) ?? "Move it under config, or remove it.";
    const subject = isShowableKey(key) ? `${key} in ${file}` : hiddenKey(key, content, file);
    return [{ subject, rule: "is not a key of a stack file", remedy }];
  });
}

function namespaceProblem(key: string, config: Mapping, file: string): Problem[] {
  if (/^[^:\s]+:[^\s]+$/.test(key)) return [];
  const rule = "must have a namespace";
  if (isShowableKey(key)) {
    return [{ subject: `config.${key} in ${file}`, rule, remedy: `Write ${NAMESPACE}:${key}.` }];
  }
  const subject = hiddenKey(key, config, `config in ${file}`);
  return [{ subject, rule, remedy: `Write ${NAMESPACE}: before it, or remove it.` }];
}

/** What the engine writes: `v1:nonce:ciphertext` of its own cipher, bare base64 of a service's; see its crypt.go. */
const CIPHERTEXT = /^(v1:[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+|[A-Za-z0-9+/=]{16,})$/;

/** A password that somebody wrote after `secure:` by hand would pass for encrypted. */
function ciphertextProblem(key: string, value: unknown, file: string): Problem[] {
  if (typeof value !== "object" || value === null) return [];
  if (!isSecure(value)) return Object.values(value).flatMap((inner) => ciphertextProblem(key, inner, file));
  const text: unknown = Reflect.get(value, "secure");
  if (typeof text === "string" && CIPHERTEXT.test(text)) return [];
  const shown = isShowableFullKey(key);
  return [
    {
      subject: shown ? `${key} in ${file}` : `a key of config in ${file}`,
      rule: "must hold after `secure:` what the engine encrypted",
      remedy: `Change the credential where it is used if it stands here, then: pulumi config set --secret ${shown ? key : `${NAMESPACE}:<key>`}`,
    },
  ];
}

function isSecure(value: object): boolean {
  return Object.keys(value).length === 1 && Object.hasOwn(value, "secure");
}

function rawConfig(environment: Environment, config: Mapping): RawConfig {
  const values: Record<string, unknown> = {};
  const secretKeys = new Set<string>();
  for (const [fullKey, value] of Object.entries(config)) {
    const key = rawKey(fullKey);
    if (key === undefined) continue;
    values[key] = withoutCiphertext(value, key);
    if (!Object.is(values[key], value)) secretKeys.add(key);
  }
  return { environment, values, secretKeys };
}

/** The value with a marker for each `secure: …`; the very same value when there is none. */
function withoutCiphertext(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isSecure(value)) return `[encrypted ${key}]`;
  const entries = Object.entries(value);
  const replaced = entries.map(([name, inner]) => [name, withoutCiphertext(inner, key)] as const);
  if (replaced.every(([, inner], index) => Object.is(inner, entries[index]?.[1]))) return value;
  return Array.isArray(value) ? replaced.map(([, inner]) => inner) : Object.fromEntries(replaced);
}
