import { readFileSync, writeFileSync } from "node:fs";
import { isMap, isScalar, parseDocument } from "yaml";
import { CONFIG_NAMESPACE } from "../../components/config/config-path.ts";
import { stackFilePath } from "../../components/config/stack-file/read-stack-file.ts";
import type { Environment } from "../../components/shared/environments.ts";
import { InputError } from "../../components/shared/errors.ts";
import { DATA_ENCRYPTION_KEYS, SECRET_NAMES, type SecretName } from "../../components/shared/secret-names.ts";
import { writeAtomically } from "../../components/shared/write-atomically.ts";
import { SECRET_ALIASES } from "./value-files.ts";

const VERSIONS_KEY = `${CONFIG_NAMESPACE}:secretVersions`;

const DATA_KEYS: readonly string[] = DATA_ENCRYPTION_KEYS;

/** The secrets that a rotation of all includes: data keys are replaced by re-encryption. */
export const ROTATABLE_SECRETS: readonly SecretName[] = SECRET_NAMES.filter(
  (name) => !DATA_KEYS.includes(name),
);

/** Resolves names and the seeds' names. @throws InputError for an unknown name, a data key or no name. */
export function parseSecretNames(names: readonly string[], all: boolean): readonly SecretName[] {
  const reject = (rule: string, remedy: string, value?: string): InputError =>
    new InputError("The secrets were not rotated:", [
      { subject: "secret", ...(value === undefined ? {} : { value }), rule, remedy },
    ]);
  if (all === names.length > 0)
    throw reject("must be named, or --all given", "For example: secrets rotate package redis-password.");
  if (all) return ROTATABLE_SECRETS;
  return names.map((given) => {
    const name = (SECRET_ALIASES as Readonly<Record<string, string>>)[given] ?? given;
    if (DATA_KEYS.includes(name))
      throw reject(
        "is a data key: without it, existing data cannot be read",
        "Keep it; see docs/secrets.md.",
        given,
      );
    const found = ROTATABLE_SECRETS.find((one) => one === name);
    if (found === undefined)
      throw reject("is not a secret", `Use one of ${ROTATABLE_SECRETS.join(", ")}.`, given);
    return found;
  });
}

/**
 * Raises the versions of secrets in the stack file by one; comments and all other settings are kept. Returns the new versions.
 */
export function raiseVersions(
  directory: string,
  environment: Environment,
  names: readonly SecretName[],
): ReadonlyMap<SecretName, number> {
  const path = stackFilePath(directory, environment);
  let text = readFileSync(path, "utf8");
  const raised = new Map<SecretName, number>();
  for (const name of new Set(names)) {
    const version = Number(parseDocument(text).getIn(["config", VERSIONS_KEY, name]) ?? 1) + 1;
    raised.set(name, version);
    text = setVersion(text, name, version);
    if (parseDocument(text).getIn(["config", VERSIONS_KEY, name]) !== version)
      throw new InputError("The secrets were not rotated:", [
        {
          subject: path,
          rule: "has a layout that this command cannot edit",
          remedy: `Set ${VERSIONS_KEY}.${name} to ${version} by hand, then run: secrets generate ${environment} --rotate.`,
        },
      ]);
  }
  writeAtomically(path, (temporaryPath) => writeFileSync(temporaryPath, text, { flag: "wx" }));
  return raised;
}

/**
 * Raises the versions, and runs `work` with them. If it fails, the stack file gets its old content, so that a second attempt does not raise
 * them again.
 */
export async function withRaisedVersions(
  directory: string,
  environment: Environment,
  names: readonly SecretName[],
  work: (raised: ReadonlyMap<SecretName, number>) => Promise<void>,
): Promise<void> {
  const path = stackFilePath(directory, environment);
  const before = readFileSync(path, "utf8");
  const raised = raiseVersions(directory, environment, names);
  const after = readFileSync(path, "utf8");
  try {
    await work(raised);
  } catch (error) {
    if (readFileSync(path, "utf8") === after)
      writeAtomically(path, (temporaryPath) => writeFileSync(temporaryPath, before, { flag: "wx" }));
    throw error;
  }
}

/** Edits the text itself, because writing a parsed document formats every line again. */
function setVersion(text: string, name: SecretName, version: number): string {
  const document = parseDocument(text);
  const versions = document.getIn(["config", VERSIONS_KEY], true);
  const present = document.getIn(["config", VERSIONS_KEY, name], true);
  if (isScalar(present) && present.range) {
    const [start, end] = present.range;
    return `${text.slice(0, start)}${version}${text.slice(end)}`;
  }
  if (!isMap(versions))
    return text.replace(
      /^config:[ \t]*\r?\n/m,
      (line) => `${line}  ${VERSIONS_KEY}:\n    ${name}: ${version}\n`,
    );
  const start = versions.range?.[0] ?? 0;
  if (versions.flow === true) {
    const separator = versions.items.length === 0 ? " " : ", ";
    return `${text.slice(0, start)}{ ${name}: ${version}${separator}${text.slice(start + 1).trimStart()}`;
  }
  const indentation = /[ \t]*$/.exec(text.slice(0, start))?.[0] ?? "";
  return `${text.slice(0, start)}${name}: ${version}\n${indentation}${text.slice(start)}`;
}
