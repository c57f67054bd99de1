import type { RawConfig } from "../../components/config/config.ts";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import type { Environment } from "../../components/shared/environments.ts";
import { AUTHORITY_CERTIFICATE } from "./certificates.ts";

/** The values of a stack file, which a test may change. */
// biome-ignore lint/suspicious/noExplicitAny: a test changes any value of any depth, valid or not
export type Values = Record<string, any>;

const DOMAINS: Readonly<Record<Environment, string>> = {
  local: "localhost",
  staging: "staging.spacetime-vr.com",
  production: "play.spacetime-vr.com",
  package: "play.spacetime-vr.com",
};

const ACCOUNT = "471112345678";
const HOSTED_ZONE = "Z04827193QWERTZUIOPA";

/** An image digest in the format of a real one. */
const DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/** Changes the values of a raw config, or the keys that are marked as encrypted. */
export function changeRawConfig(
  raw: RawConfig,
  change: (values: Values) => void,
  secretKeys: readonly string[] = [],
): RawConfig {
  const values = structuredClone(raw.values) as Values;
  change(values);
  return { ...raw, values, secretKeys: new Set([...raw.secretKeys, ...secretKeys]) };
}

/** Fills in the account, roles and zone of an environment on AWS. */
function fillEks(values: Values): void {
  values.aws.account = ACCOUNT;
  values.cluster.dnsZone = { id: HOSTED_ZONE, name: "spacetime-vr.com" };
  for (const addOn of Object.keys(values.cluster.addonVersions))
    values.cluster.addonVersions[addOn] = "v1.2.3-eksbuild.4";
  values.cluster.access = {
    publicCidrs: ["185.12.64.0/24"],
    administrators: [`arn:aws:iam::${ACCOUNT}:role/administrators`],
    observers: [`arn:aws:iam::${ACCOUNT}:role/on-call`],
  };
}

/** Fills in the CA and the addresses of managed databases on AWS. */
function fillDatabases(values: Values): void {
  if (values.database.kind === "rds") values.database.caCertificates = AUTHORITY_CERTIFICATE;
  if (values.alarms !== undefined) values.alarms.emails = ["operations@spacetime-vr.com"];
}

/** Moves an environment from AWS to an existing cluster. */
export function useExistingCluster(values: Values): void {
  values.cluster = { kind: "existing", context: "somebody-elses", storageClass: "fast", zones: 3 };
  const resources = () => ({ cpu: "1", memory: "1Gi" });
  values.database = { kind: "in-cluster", storage: "20Gi", resources: resources() };
  values.redis = { kind: "in-cluster", storage: "5Gi", resources: resources() };
  values.backup = { kind: "volume", storage: "60Gi" };
  for (const key of ["aws", "alarms"]) delete values[key];
  Object.assign(values.monitoring ?? {}, {
    nodeExporter: { kind: "own" },
    kubeStateMetrics: { kind: "own" },
  });
}

/** The committed stack file with its placeholders filled in, so that it passes every check. */
export function filledRawConfig(
  environment: Environment,
  change: (values: Values) => void = () => undefined,
  secretKeys: readonly string[] = [],
): RawConfig {
  const filled = changeRawConfig(readStackFile(process.cwd(), environment), (values) => {
    const repository =
      values.cluster.kind === "eks"
        ? `${ACCOUNT}.dkr.ecr.${values.aws.region}.amazonaws.com/spacetime-vr/server`
        : "registry.spacetime-vr.com/game/server";
    values.gameServer.image = `${repository}@sha256:${DIGEST}`;
    values.gateway.domain = DOMAINS[environment];
    if (environment === "staging") values.gateway.exposure.sourceCidrs = ["185.12.64.0/24"];
    if (values.cluster.kind === "eks") fillEks(values);
    if (values.alarms !== undefined) values.alarms.emails = ["operations@spacetime-vr.com"];
    fillDatabases(values);
    if (values.monitoring.notifications.email.kind === "smtp") {
      Object.assign(values.monitoring.notifications.email, {
        host: "smtp.spacetime-vr.com",
        cidrs: ["185.12.65.0/24"],
        from: "alerts@spacetime-vr.com",
        username: "alerts@spacetime-vr.com",
        to: "operations@spacetime-vr.com",
      });
      values.monitoring.notifications.deadMansSwitch.url = "https://switch.spacetime-vr.com/ping";
    }
    if (values.certificates.kind === "acme") {
      values.certificates.email = "operations@spacetime-vr.com";
      values.certificates.hostedZoneId = HOSTED_ZONE;
    }
  });
  return changeRawConfig(filled, change, secretKeys);
}
