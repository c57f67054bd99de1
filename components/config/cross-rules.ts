import type { Problem } from "../shared/errors.ts";
import { type CredentialName, DATA_KEYS } from "../shared/secret-names.ts";
import { AWS_RULES } from "./cross-rules-aws.ts";
import { MONITORING_RULES } from "./cross-rules-monitoring.ts";
import { STORE_RULES } from "./cross-rules-stores.ts";
import { sharedPorts } from "./ports.ts";
import type { ScalingConfig } from "./schema.ts";
import { passwordPaths } from "./secrecy.ts";
import type { Rule, Sections } from "./sections.ts";
import { type ConfigPath, NAMESPACE, subjectOf } from "./subject.ts";
import { VARIABLES } from "./variables/index.ts";
import { settingText } from "./variables/resolve.ts";

/** Rules that no single key can state. Each looks only at sections that are there, so one error holds every problem. */
const RULES: readonly Rule[] = [
  scalingBounds,
  contextNamed,
  databasePassword,
  tlsPrivateKey,
  poolNames,
  publicName,
  portsApart,
  dataKeysKept,
  plainTexts,
  ...AWS_RULES,
  ...STORE_RULES,
  ...MONITORING_RULES,
];

/** Everything that breaks a rule across keys. */
export function crossProblems(sections: Sections): Problem[] {
  return RULES.flatMap((rule) => rule(sections));
}

function scalingBounds({ stack, file }: Sections): readonly Problem[] {
  const pools = stack.gameServer?.pools ?? [];
  const all: [ConfigPath, ScalingConfig][] = pools.map((pool, index) => [
    ["gameServer", "pools", index, "scaling"],
    pool.scaling,
  ]);
  if (stack.gateway !== undefined) all.push([["gateway", "scaling"], stack.gateway.scaling]);
  return all.flatMap(([path, scaling]) =>
    scaling.kind === "autoscaled" && scaling.minimum > scaling.maximum
      ? {
          subject: subjectOf([...path, "minimum"]),
          value: String(scaling.minimum),
          rule: `must not be above the maximum, which is ${scaling.maximum}`,
          remedy: `Lower it, or raise ${subjectOf([...path, "maximum"])}, in ${file}.`,
        }
      : [],
  );
}

/** The engine would replace the key and delete the old one, and with it everything that it encrypted. */
function dataKeysKept({ stack }: Sections): readonly Problem[] {
  return DATA_KEYS.flatMap((key) => {
    const version = stack.secretVersions?.[key] ?? 1;
    if (version === 1) return [];
    return {
      subject: subjectOf(["secretVersions", key]),
      value: String(version),
      rule: "must stay 1: what the present key encrypted could never be read again",
      remedy: "Remove it. A data key is replaced by encrypting the data anew, not by raising a version.",
    };
  });
}

/** Everything but the credentials is shown in plans, diffs and logs. */
function plainTexts({ stack, file }: Sections): readonly Problem[] {
  return passwordPaths(stack).map((path) => ({
    subject: subjectOf(path),
    rule: "must not carry a password or a private key: it is plain text that everybody may read",
    remedy: `Remove it from ${file}, and change the credential where it is used.`,
  }));
}

function contextNamed({ stack, environment, file }: Sections): readonly Problem[] {
  if (stack.cluster?.kind !== "existing" || stack.cluster.context !== undefined) return [];
  if (environment === "local" || environment === "package") return [];
  return [
    {
      subject: subjectOf(["cluster", "context"]),
      rule: `is missing: ${environment} must not go wherever the current kubeconfig context points`,
      remedy: `Name the context in ${file}.`,
    },
  ];
}

/** A credential that one alternative needs and that would lie unused beside every other. */
function credential(args: {
  readonly name: CredentialName;
  readonly because: string;
  readonly needed: boolean | undefined;
  readonly given: ReadonlySet<string>;
}): readonly Problem[] {
  const { name, because, needed, given } = args;
  if (needed === undefined || needed === given.has(name)) return [];
  const subject = subjectOf([name]);
  return needed
    ? [
        {
          subject,
          rule: `is missing: ${because} needs it`,
          remedy: `Set it with: pulumi config set --secret ${NAMESPACE}:${name}`,
        },
      ]
    : [
        {
          subject,
          rule: `must not be given: only ${because} uses it, and an unused credential can only leak`,
          remedy: `Remove it with: pulumi config rm ${NAMESPACE}:${name}`,
        },
      ];
}

function databasePassword({ stack, given }: Sections): readonly Problem[] {
  const needed = stack.database && stack.database.kind === "external";
  return credential({ name: "databasePassword", because: '"database.kind: external"', needed, given });
}

function tlsPrivateKey({ stack, given }: Sections): readonly Problem[] {
  const needed = stack.certificates && stack.certificates.kind === "imported";
  return credential({ name: "tlsPrivateKey", because: '"certificates.kind: imported"', needed, given });
}

function poolNames({ stack, file }: Sections): readonly Problem[] {
  const names = (stack.gameServer?.pools ?? []).map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? {
          subject: subjectOf(["gameServer", "pools", index, "name"]),
          value: name,
          rule: `must be unique, and ${subjectOf(["gameServer", "pools", names.indexOf(name), "name"])} has it already`,
          remedy: `Rename one of them in ${file}.`,
        }
      : [],
  );
}

function publicName({ stack, file }: Sections): readonly Problem[] {
  const domain = stack.gateway?.domain;
  if (domain === undefined || stack.certificates?.kind !== "acme") return [];
  if (/\.[a-z][a-z0-9-]*$/.test(domain) && !/\.(localhost|local|internal|svc)$/.test(domain)) return [];
  return [
    {
      subject: subjectOf(["gateway", "domain"]),
      value: domain,
      rule: 'must be a public name, because "certificates.kind: acme" asks a public authority to certify it',
      remedy: `Name it as players find it in DNS, or choose other certificates, in ${file}.`,
    },
  ];
}

function portsApart({ environment, overrides, file }: Sections): readonly Problem[] {
  return sharedPorts((name) => {
    const definition = VARIABLES.get(name);
    return definition && settingText(environment, overrides, definition);
  }).map(({ name, port, other }) => ({
    subject: subjectOf(["gameServer", "variables", name]),
    value: port,
    rule: `must differ from ${other}, which has the same port`,
    remedy: `Choose another port in ${file}.`,
  }));
}
