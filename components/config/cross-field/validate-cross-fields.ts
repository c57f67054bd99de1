import type { Problem } from "../../shared/errors.ts";
import { type CredentialName, DATA_ENCRYPTION_KEYS } from "../../shared/secret-names.ts";
import { CONFIG_NAMESPACE, type ConfigPath, formatConfigPath } from "../config-path.ts";
import { findPortConflicts } from "../port-conflicts.ts";
import { findCredentialPaths } from "../redaction.ts";
import type { ScalingConfig } from "../schema/stack-schema.ts";
import { VARIABLES } from "../variables/index.ts";
import { resolveSetting } from "../variables/resolve-variables.ts";
import { AWS_RULES } from "./aws-rules.ts";
import type { CrossFieldInput, CrossFieldRule } from "./cross-field-rule.ts";
import { DATA_STORE_RULES } from "./data-store-rules.ts";
import { MONITORING_RULES } from "./monitoring-rules.ts";

/** Rules that involve more than one key. Each skips missing sections, so that one error lists all problems. */
const CROSS_FIELD_RULES: readonly CrossFieldRule[] = [
  validateScalingBounds,
  requireKubeContext,
  validateDatabasePassword,
  validateTlsPrivateKey,
  requireUniquePoolNames,
  requirePublicDomain,
  requireDistinctPorts,
  disallowDataKeyRotation,
  disallowPlainTextCredentials,
  ...AWS_RULES,
  ...DATA_STORE_RULES,
  ...MONITORING_RULES,
];

/** The violations of all cross-field rules. */
export function validateCrossFields(sections: CrossFieldInput): Problem[] {
  return CROSS_FIELD_RULES.flatMap((rule) => rule(sections));
}

function validateScalingBounds({ stack, file }: CrossFieldInput): readonly Problem[] {
  const pools = stack.gameServer?.pools ?? [];
  const all: [ConfigPath, ScalingConfig][] = pools.map((pool, index) => [
    ["gameServer", "pools", index, "scaling"],
    pool.scaling,
  ]);
  if (stack.gateway !== undefined) all.push([["gateway", "scaling"], stack.gateway.scaling]);
  return all.flatMap(([path, scaling]) =>
    scaling.kind === "autoscaled" && scaling.minimum > scaling.maximum
      ? {
          subject: formatConfigPath([...path, "minimum"]),
          value: String(scaling.minimum),
          rule: `must not be greater than the maximum, which is ${scaling.maximum}`,
          remedy: `Lower it, or raise ${formatConfigPath([...path, "maximum"])}, in ${file}.`,
        }
      : [],
  );
}

/** Pulumi would replace the key and delete the old one, which makes all data encrypted with it unreadable. */
function disallowDataKeyRotation({ stack }: CrossFieldInput): readonly Problem[] {
  return DATA_ENCRYPTION_KEYS.flatMap((key) => {
    const version = stack.secretVersions?.[key] ?? 1;
    if (version === 1) return [];
    return {
      subject: formatConfigPath(["secretVersions", key]),
      value: String(version),
      rule: "must stay 1: data encrypted with the current key would be unreadable",
      remedy: "Remove it. To rotate a data key, re-encrypt the data with the new key.",
    };
  });
}

/** Plans, diffs and logs show every value except the credentials. */
function disallowPlainTextCredentials({ stack, file }: CrossFieldInput): readonly Problem[] {
  return findCredentialPaths(stack).map((path) => ({
    subject: formatConfigPath(path),
    rule: "must not contain a password or a private key: the value is stored in plaintext",
    remedy: `Remove it from ${file}, and rotate the credential.`,
  }));
}

function requireKubeContext({ stack, environment, file }: CrossFieldInput): readonly Problem[] {
  if (stack.cluster?.kind !== "existing" || stack.cluster.context !== undefined) return [];
  if (environment === "local" || environment === "package") return [];
  return [
    {
      subject: formatConfigPath(["cluster", "context"]),
      rule: `is missing: ${environment} must not use the current kubeconfig context`,
      remedy: `Set the context in ${file}.`,
    },
  ];
}

/** A credential is required with one kind and must not be set with any other. */
function validateCredential(args: {
  readonly name: CredentialName;
  readonly kind: string;
  readonly required: boolean | undefined;
  readonly presentKeys: ReadonlySet<string>;
}): readonly Problem[] {
  const { name, kind, required, presentKeys } = args;
  if (required === undefined || required === presentKeys.has(name)) return [];
  const subject = formatConfigPath([name]);
  return required
    ? [
        {
          subject,
          rule: `is missing: ${kind} requires it`,
          remedy: `Set it with: pulumi config set --secret ${CONFIG_NAMESPACE}:${name}`,
        },
      ]
    : [
        {
          subject,
          rule: `must not be set: only ${kind} uses it`,
          remedy: `Remove it with: pulumi config rm ${CONFIG_NAMESPACE}:${name}`,
        },
      ];
}

function validateDatabasePassword({ stack, presentKeys }: CrossFieldInput): readonly Problem[] {
  return validateCredential({
    name: "databasePassword",
    kind: '"database.kind: external"',
    required: stack.database && stack.database.kind === "external",
    presentKeys,
  });
}

function validateTlsPrivateKey({ stack, presentKeys }: CrossFieldInput): readonly Problem[] {
  return validateCredential({
    name: "tlsPrivateKey",
    kind: '"certificates.kind: imported"',
    required: stack.certificates && stack.certificates.kind === "imported",
    presentKeys,
  });
}

function requireUniquePoolNames({ stack, file }: CrossFieldInput): readonly Problem[] {
  const names = (stack.gameServer?.pools ?? []).map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? {
          subject: formatConfigPath(["gameServer", "pools", index, "name"]),
          value: name,
          rule: `must be unique, but ${formatConfigPath(["gameServer", "pools", names.indexOf(name), "name"])} has the same value`,
          remedy: `Rename one of them in ${file}.`,
        }
      : [],
  );
}

function requirePublicDomain({ stack, file }: CrossFieldInput): readonly Problem[] {
  const domain = stack.gateway?.domain;
  if (domain === undefined || stack.certificates?.kind !== "acme") return [];
  if (/\.[a-z][a-z0-9-]*$/.test(domain) && !/\.(localhost|local|internal|svc)$/.test(domain)) return [];
  return [
    {
      subject: formatConfigPath(["gateway", "domain"]),
      value: domain,
      rule: 'must be a public DNS name: "certificates.kind: acme" requests a publicly trusted certificate for it',
      remedy: `Set a public DNS name, or choose another certificates.kind, in ${file}.`,
    },
  ];
}

function requireDistinctPorts({ environment, overrides, file }: CrossFieldInput): readonly Problem[] {
  return findPortConflicts((name) => {
    const definition = VARIABLES.get(name);
    return definition && resolveSetting(environment, overrides, definition);
  }).map(({ name, port, conflictsWith }) => ({
    subject: formatConfigPath(["gameServer", "variables", name]),
    value: port,
    rule: `must differ from ${conflictsWith}, which has the same port`,
    remedy: `Choose another port in ${file}.`,
  }));
}
