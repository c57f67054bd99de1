import type { Problem } from "../shared/errors.ts";
import { CREDENTIAL_NAMES, type CredentialName } from "../shared/secret-names.ts";
import type { Config, RawConfig } from "./config.ts";
import { CONFIG_NAMESPACE, formatConfigPath } from "./config-path.ts";
import { validateCrossFields } from "./cross-field/validate-cross-fields.ts";
import { describeHiddenKey, isSafeNamespacedKey } from "./key-redaction.ts";
import { parseEnvironment } from "./parse-environment.ts";
import { schemaProblems, valueAt } from "./schema/schema-problems.ts";
import { type StackFile, stackSchema } from "./schema/stack-schema.ts";
import { throwInputError } from "./throw-input-error.ts";
import { resolveVariables, validateOverrides } from "./variables/resolve-variables.ts";

/**
 * Validates a raw config and returns the typed config.
 * @throws InputError with all problems.
 */
export function parseConfig(raw: RawConfig): Config {
  const environment = parseEnvironment(raw.environment);
  const file = `Pulumi.${environment}.yaml`;
  const misplaced = new Map(
    Object.keys(raw.values).flatMap((key) =>
      validateKeyPlacement(raw, key).map((problem) => [key, problem] as const),
    ),
  );
  const values = Object.fromEntries(Object.entries(raw.values).filter(([key]) => !key.includes(":")));
  const overrides = readOverrides(values);
  const parsed = stackSchema.safeParse(values);
  const problems: Problem[] = [
    ...misplaced.values(),
    ...schemaProblems(parsed.error?.issues ?? [], values, file)
      .filter(({ path }) => !misplaced.has(String(path[0])))
      .map(({ path: _path, ...problem }) => problem),
    ...validateOverrides(environment, overrides),
    ...validateCrossFields({
      environment,
      file,
      stack: parseValidSections(values),
      presentKeys: new Set(Object.keys(values)),
      overrides,
    }),
  ];
  if (problems.length > 0 || !parsed.success) throwInputError(`${file} cannot be used:`, problems);
  const { variables } = resolveVariables({ environment, stack: parsed.data }, overrides);
  return {
    ...omitCredentials(parsed.data),
    environment,
    variables,
    credentials: pickCredentials(parsed.data),
  };
}

const CREDENTIAL_KEYS: readonly string[] = CREDENTIAL_NAMES;

/** Problems with the namespace of a key or with its encryption, independent of its value. */
function validateKeyPlacement(raw: RawConfig, key: string): Problem[] {
  if (key.includes(":")) {
    const rule = "must not be set: every provider is configured explicitly by the program";
    const subject = isSafeNamespacedKey(key) ? key : describeHiddenKey(key, raw.values, "config");
    return [
      {
        subject,
        rule,
        remedy: `Remove it; ${CONFIG_NAMESPACE}:cluster and ${CONFIG_NAMESPACE}:aws configure the providers.`,
      },
    ];
  }
  if (!Object.hasOwn(stackSchema.shape, key)) return [];
  const encrypted = raw.secretKeys.has(key);
  if (encrypted === CREDENTIAL_KEYS.includes(key)) return [];
  const subject = formatConfigPath([key]);
  return encrypted
    ? [
        {
          subject,
          rule: `must not be encrypted or contain encrypted values: only ${CREDENTIAL_KEYS.join(", ")} may be encrypted`,
          remedy: "Write the values in plaintext, and use those keys for secrets.",
        },
      ]
    : [
        {
          subject,
          rule: "must be encrypted, but is in plaintext",
          remedy: `Rotate the credential, then run: pulumi config set --secret ${CONFIG_NAMESPACE}:${key}`,
        },
      ];
}

function readOverrides(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const overrides = valueAt(values, ["gameServer", "variables"]);
  const isMapping = typeof overrides === "object" && overrides !== null && !Array.isArray(overrides);
  return isMapping ? (overrides as Record<string, unknown>) : {};
}

/** The sections that are valid on their own, so that cross-field validation can run despite problems in other sections. */
function parseValidSections(values: Readonly<Record<string, unknown>>): Partial<StackFile> {
  const valid = Object.entries(stackSchema.shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse(values[key]);
    return parsed.success && parsed.data !== undefined ? [[key, parsed.data]] : [];
  });
  return Object.fromEntries(valid);
}

function pickCredentials(stack: StackFile): Config["credentials"] {
  return Object.fromEntries(
    CREDENTIAL_NAMES.flatMap((name) => (stack[name] === undefined ? [] : [[name, stack[name]]])),
  );
}

function omitCredentials(stack: StackFile): Omit<StackFile, CredentialName> {
  const entries = Object.entries(stack).filter(([key]) => !CREDENTIAL_KEYS.includes(key));
  return Object.fromEntries(entries) as Omit<StackFile, CredentialName>;
}
