import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../shared/errors.ts";
import { CREDENTIAL_NAMES, type CredentialName } from "../shared/secret-names.ts";
import type { Config, RawConfig } from "./config.ts";
import { crossProblems } from "./cross-rules.ts";
import { knownEnvironment } from "./environment.ts";
import { hiddenKey, isShowableFullKey } from "./key-name.ts";
import { fromEngineConfig } from "./raw-config.ts";
import { refuse } from "./refuse.ts";
import { type StackFile, stackSchema } from "./schema.ts";
import { NAMESPACE, subjectOf } from "./subject.ts";
import { overrideProblems, resolveVariables } from "./variables/resolve.ts";
import { schemaProblems, valueAt } from "./zod-problems.ts";

/**
 * Checks a raw config and gives the typed one.
 * @throws InputError with every problem at once.
 */
export function parseConfig(raw: RawConfig): Config {
  const environment = knownEnvironment(raw.environment);
  const file = `Pulumi.${environment}.yaml`;
  const misplaced = new Map(
    Object.keys(raw.values).flatMap((key) =>
      misplacedKey(raw, key).map((problem) => [key, problem] as const),
    ),
  );
  const values = Object.fromEntries(Object.entries(raw.values).filter(([key]) => !key.includes(":")));
  const overrides = overridesIn(values);
  const parsed = stackSchema.safeParse(values);
  const problems: Problem[] = [
    ...misplaced.values(),
    ...schemaProblems(parsed.error?.issues ?? [], values, file)
      .filter(({ path }) => !misplaced.has(String(path[0])))
      .map(({ path: _path, ...problem }) => problem),
    ...overrideProblems(environment, overrides),
    ...crossProblems({
      environment,
      file,
      stack: sections(values),
      given: new Set(Object.keys(values)),
      overrides,
    }),
  ];
  if (problems.length > 0 || !parsed.success) refuse(`${file} cannot be used:`, problems);
  const { variables } = resolveVariables({ environment, stack: parsed.data }, overrides);
  return {
    ...withoutCredentials(parsed.data),
    environment,
    variables,
    credentials: credentialsIn(parsed.data),
  };
}

/** The config of the running stack, from the engine (or from what `setAllConfig` put in its place). */
export function loadConfig(): Config {
  return parseConfig(fromEngineConfig(pulumi.getStack(), pulumi.runtime.allConfig(), isSecretKey));
}

/** The SDK tells which keys are secret in a function that its types leave out; its own `Config` class uses it too. */
function isSecretKey(key: string): boolean {
  const runtime = pulumi.runtime as unknown as { readonly isConfigSecret: (key: string) => boolean };
  return runtime.isConfigSecret(key);
}

const CREDENTIALS: readonly string[] = CREDENTIAL_NAMES;

/** What is wrong with the presence of a key, or with its encryption, whatever its value. */
function misplacedKey(raw: RawConfig, key: string): Problem[] {
  if (key.includes(":")) {
    const rule = "must not be set: no provider takes its settings from the environment of the run";
    const subject = isShowableFullKey(key) ? key : hiddenKey(key, raw.values, "config");
    return [{ subject, rule, remedy: `Remove it; ${NAMESPACE}:cluster says where things go.` }];
  }
  if (!Object.hasOwn(stackSchema.shape, key)) return [];
  const encrypted = raw.secretKeys.has(key);
  if (encrypted === CREDENTIALS.includes(key)) return [];
  const subject = subjectOf([key]);
  return encrypted
    ? [
        {
          subject,
          rule: `must not be encrypted, wholly or in part: only ${CREDENTIALS.join(", ")} may be`,
          remedy: "Write its values in plain text, and pass secrets through those keys.",
        },
      ]
    : [
        {
          subject,
          rule: "must be encrypted, but is given in plain text",
          remedy: `Change the credential where it is used, then: pulumi config set --secret ${NAMESPACE}:${key}`,
        },
      ];
}

function overridesIn(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const found = valueAt(values, ["gameServer", "variables"]);
  const isMapping = typeof found === "object" && found !== null && !Array.isArray(found);
  return isMapping ? (found as Record<string, unknown>) : {};
}

/** The sections that are valid by themselves, so that the rules across keys can speak before everything is. */
function sections(values: Readonly<Record<string, unknown>>): Partial<StackFile> {
  const valid = Object.entries(stackSchema.shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse(values[key]);
    return parsed.success && parsed.data !== undefined ? [[key, parsed.data]] : [];
  });
  return Object.fromEntries(valid);
}

function credentialsIn(stack: StackFile): Config["credentials"] {
  return Object.fromEntries(
    CREDENTIAL_NAMES.flatMap((name) => (stack[name] === undefined ? [] : [[name, stack[name]]])),
  );
}

function withoutCredentials(stack: StackFile): Omit<StackFile, CredentialName> {
  const entries = Object.entries(stack).filter(([key]) => !CREDENTIALS.includes(key));
  return Object.fromEntries(entries) as Omit<StackFile, CredentialName>;
}
