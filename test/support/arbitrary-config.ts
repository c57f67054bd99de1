import { createHash } from "node:crypto";
import fc from "fast-check";
import type { RawConfig } from "../../components/config/config.ts";
import { findPortConflicts } from "../../components/config/port-conflicts.ts";
import { formatValue } from "../../components/config/variables/format-value.ts";
import { VARIABLES } from "../../components/config/variables/index.ts";
import { defaultInEnvironment } from "../../components/config/variables/resolve-variables.ts";
import type { VariableDefinition } from "../../components/config/variables/types.ts";
import { ENVIRONMENTS, type Environment } from "../../components/shared/environments.ts";
import { DATA_ENCRYPTION_KEYS, SECRET_NAMES, type SecretName } from "../../components/shared/secret-names.ts";
import { arbitraryLogs, arbitraryMonitoring } from "./arbitrary-monitoring.ts";
import { AUTHORITY_CERTIFICATE, LEAF_CERTIFICATE } from "./certificates.ts";

const integerBetween = (min: number, max: number) => fc.integer({ min, max });

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/);

const hostPart = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);

const hostname = fc
  .tuple(fc.array(hostPart, { minLength: 1, maxLength: 3 }), fc.constantFrom("com", "net", "io", "games"))
  .map(([parts, top]) => [...parts, top].join("."));

const memoryQuantity = fc
  .tuple(integerBetween(1, 9999), fc.constantFrom("Mi", "Gi"))
  .map(([count, unit]) => `${count}${unit}`);

const cpuQuantity = fc.oneof(
  integerBetween(1, 999).map(String),
  integerBetween(1, 999999).map((milli) => `${milli}m`),
);

const cidr = fc.tuple(integerBetween(0, 2 ** 32 - 1), integerBetween(0, 32)).map(([address, prefix]) => {
  const block = 2 ** (32 - prefix);
  const first = Math.floor(address / block) * block;
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${octets.join(".")}/${prefix}`;
});

const resources = fc.record({ cpu: cpuQuantity, memory: memoryQuantity });

const scaling = fc.oneof(
  fc.record({ kind: fc.constant("fixed"), replicas: integerBetween(1, 100) }),
  fc
    .record({
      kind: fc.constant("autoscaled"),
      minimum: integerBetween(1, 100),
      more: integerBetween(0, 400),
      targetCpuPercent: integerBetween(10, 95),
    })
    .map(({ more, ...rest }) => ({ ...rest, maximum: rest.minimum + more })),
);

const annotations = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,10}\.io\/[a-z]{1,20}$/),
  fc.string({ maxLength: 30, unit: "grapheme-ascii" }),
  { maxKeys: 3 },
);

const exposure = fc.oneof(
  fc.record(
    {
      kind: fc.constant("load-balancer"),
      deregistrationSeconds: integerBetween(0, 900),
      sourceCidrs: fc.array(cidr, { minLength: 1, maxLength: 3 }),
      annotations,
    },
    { requiredKeys: ["kind", "deregistrationSeconds", "sourceCidrs"] },
  ),
  fc.record(
    { kind: fc.constant("ingress"), className: label, controllerNamespace: label, annotations },
    { requiredKeys: ["kind", "className", "controllerNamespace"] },
  ),
  fc.record({ kind: fc.constant("node-port"), port: integerBetween(30000, 32767) }),
);

const gateway = fc.record({
  domain: hostname,
  scaling,
  resources,
  exposure,
  shield: fc.record({
    requestsPerSecond: integerBetween(1, 10000),
    burst: integerBetween(1, 10000),
    connections: integerBetween(1, 10000),
  }),
});

const identifier = fc.stringMatching(/^[a-z_][a-z0-9_]{0,30}$/);

const database = fc.oneof(
  fc.record({ kind: fc.constant("in-cluster"), storage: memoryQuantity, resources }),
  fc.record({
    kind: fc.constant("external"),
    host: hostname,
    port: integerBetween(1, 65535),
    name: identifier,
    user: identifier,
    cidrs: fc.array(cidr, { minLength: 1, maxLength: 3 }),
    caCertificate: fc.constant(AUTHORITY_CERTIFICATE),
  }),
);

const certificates = fc.oneof(
  fc.record({ kind: fc.constant("self-signed"), validityDays: integerBetween(1, 825) }),
  fc.record({
    kind: fc.constant("imported"),
    certificateChain: fc.constantFrom(LEAF_CERTIFICATE, LEAF_CERTIFICATE + AUTHORITY_CERTIFICATE),
  }),
  fc.record({
    kind: fc.constant("acme"),
    email: label.map((name) => `${name.replaceAll("-", "")}@spacetime-vr.com`),
    server: fc.constantFrom("letsencrypt", "letsencrypt-staging"),
    hostedZoneId: fc.stringMatching(/^Z[A-Z0-9]{1,31}$/),
    region: fc.constantFrom("eu-central-1", "us-gov-west-1", "ap-southeast-2"),
  }),
);

/** A valid override of one setting. */
function arbitraryOverride(
  { type, source }: VariableDefinition,
  environment: Environment,
): fc.Arbitrary<unknown> {
  const usual = source.kind === "setting" ? defaultInEnvironment(source.default, environment) : "";
  switch (type.kind) {
    case "boolean":
      return fc.boolean();
    case "integer":
      return integerBetween(type.minimum, type.maximum);
    case "port":
      return integerBetween(1, 65535);
    case "choice":
      return fc.constantFrom(...type.choices);
    case "text":
      return fc.constantFrom(usual, type.example);
    case "list":
      return fc.constantFrom(usual, type.example, ...(type.allowEmpty ? [""] : []));
  }
}

const SETTINGS = [...VARIABLES.values()].filter(({ source }) => source.kind === "setting");

function arbitraryOverrides(environment: Environment): fc.Arbitrary<Record<string, unknown>> {
  const all = Object.fromEntries(
    SETTINGS.map((definition) => [definition.name, arbitraryOverride(definition, environment)]),
  );
  return fc
    .subarray(
      SETTINGS.map(({ name }) => name),
      { maxLength: 12 },
    )
    .chain((names) =>
      fc.record(Object.fromEntries(names.map((name) => [name, all[name] ?? fc.constant("")]))),
    )
    .filter((values) => findPortConflicts((name) => findPortText(values, name)).length === 0);
}

function findPortText(values: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const definition = VARIABLES.get(name);
  if (definition?.source.kind !== "setting") return undefined;
  const value = (values[name] ?? definition.source.default) as number;
  const result = formatValue(definition.type, value);
  return result.ok ? result.text : undefined;
}

function arbitraryGameServer(environment: Environment) {
  return fc.record(
    {
      image: fc
        .nat()
        .map((seed) => createHash("sha256").update(String(seed)).digest("hex"))
        .map((digest) => `registry.spacetime-vr.com/game/server@sha256:${digest}`),
      pools: fc.uniqueArray(fc.record({ name: label, scaling, resources }), {
        minLength: 1,
        maxLength: 4,
        selector: ({ name }) => name,
      }),
      drainSeconds: integerBetween(10, 3600),
      variables: arbitraryOverrides(environment),
    },
    { requiredKeys: ["image", "pools", "drainSeconds"] },
  );
}

function arbitraryCluster(environment: Environment) {
  const mayFollowCurrent = environment === "local" || environment === "package";
  return fc.record(
    { kind: fc.constant("existing"), context: label, storageClass: label, zones: integerBetween(1, 6) },
    { requiredKeys: ["kind", "storageClass", "zones", ...(mayFollowCurrent ? [] : ["context" as const])] },
  );
}

const rotatableSecrets = SECRET_NAMES.filter(
  (name) => !(DATA_ENCRYPTION_KEYS as readonly SecretName[]).includes(name),
);

const secretVersions = fc.dictionary(fc.constantFrom(...rotatableSecrets), integerBetween(1, 1000), {
  maxKeys: 4,
});

/** An arbitrary valid stack file of one environment, with credentials. */
function arbitraryRawConfigOf(environment: Environment): fc.Arbitrary<RawConfig> {
  return fc
    .record(
      {
        cluster: arbitraryCluster(environment),
        gameServer: arbitraryGameServer(environment),
        gateway,
        database,
        redis: fc.record({ kind: fc.constant("in-cluster"), storage: memoryQuantity, resources }),
        certificates,
        monitoring: arbitraryMonitoring,
        logs: arbitraryLogs,
        secretVersions,
        slackWebhookUrl: fc.constant("https://hooks.slack.com/services/T1/B2/x3"),
      },
      {
        requiredKeys: [
          "cluster",
          "gameServer",
          "gateway",
          "database",
          "redis",
          "certificates",
          "monitoring",
          "logs",
        ],
      },
    )
    .map((sections) => {
      const values: Record<string, unknown> = { ...sections };
      if (sections.database.kind === "external") values.databasePassword = "correct horse battery";
      if (sections.certificates.kind === "imported") values.tlsPrivateKey = "-----BEGIN PRIVATE KEY-----";
      const secretKeys = ["databasePassword", "tlsPrivateKey", "slackWebhookUrl"].filter(
        (key) => key in values,
      );
      return { environment, values, secretKeys: new Set(secretKeys) };
    });
}

/** An arbitrary valid stack file of any environment. */
export const arbitraryRawConfig: fc.Arbitrary<RawConfig> = fc
  .constantFrom(...ENVIRONMENTS)
  .chain(arbitraryRawConfigOf);
