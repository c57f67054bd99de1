import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { clusterName } from "../../../components/config/component-configs/cluster-config.ts";
import type { Config } from "../../../components/config/config.ts";
import { parseConfig } from "../../../components/config/load-config.ts";
import { readStackFile, stackFilePath } from "../../../components/config/stack-file/read-stack-file.ts";
import type { Environment } from "../../../components/shared/environments.ts";
import { InputError } from "../../../components/shared/errors.ts";
import { expectationsFromConfig } from "../../../probes/target/expectations.ts";
import { resolveTarget, type Target } from "../../../probes/target/target.ts";
import { awsFailure, createAwsCli } from "../../aws-cli.ts";
import { fetchServerCertificates } from "./server-certificates.ts";
import { readServiceToken } from "./service-token.ts";
import type { DeployedStack } from "./verification.ts";

export interface TargetSources {
  /** The directory of Pulumi.yaml. */
  readonly directory: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The path of the command, replaced in tests. */
  readonly kubectl?: string;
}

export interface DeploymentTarget {
  readonly target: Target;
  readonly close: () => void;
}

/** kubectl's own timeout is ten seconds for each of the two requests. */
const TOKEN_TIMEOUT_MS = 30_000;

/**
 * Opens the probe target of a deployed stack: the gateway at its `url` output, its cluster, and the expectations of
 * its config. This is not the probes' target `local`, which is the processes of this machine.
 * @throws InputError, MissingToolError or NoResponseError if the cluster or the token is not available.
 */
export async function openDeploymentTarget(
  deployed: DeployedStack,
  url: URL,
  sources: TargetSources,
): Promise<DeploymentTarget> {
  const { environment } = deployed;
  const { directory, env = process.env } = sources;
  const scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-proof-"));
  const close = (): void => rmSync(scratch, { recursive: true, force: true });
  try {
    const config = readDeployedConfig(deployed, directory, scratch);
    const cluster = await resolveClusterAccess(config, scratch, sources);
    const base = await resolveTarget(url.href, { directory, env });
    const authority = environment === "local" ? await fetchServerCertificates(url) : undefined;
    const apiToken = base.apiToken ?? (await readTokenFromCluster(cluster, sources));
    const target: Target = {
      ...base,
      name: environment,
      environment,
      expected: expectationsFromConfig(config),
      cluster,
      historyDirectory: join(directory, ".spacetime-vr", environment),
      ...(authority === undefined ? {} : { authority }),
      ...(apiToken === undefined ? {} : { apiToken }),
    };
    return { target, close };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Reads the deployed config. If this program cannot parse the config of an older one, the work tree's config is used,
 * because a rollback does not move the cluster.
 */
function readDeployedConfig(
  { environment, stackFile }: DeployedStack,
  directory: string,
  scratch: string,
): Config {
  const file = basename(stackFilePath(directory, environment));
  writeFileSync(join(scratch, file), stackFile, { mode: 0o600 });
  try {
    return readConfig(scratch, environment);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return readConfig(directory, environment);
  }
}

function readConfig(directory: string, environment: Environment): Config {
  return parseConfig(readStackFile(directory, environment));
}

type ClusterAccess = NonNullable<Target["cluster"]>;

/** A new EKS cluster is in no kubeconfig yet, least of all in CI, so a temporary one is created for this run. */
async function resolveClusterAccess(
  config: Config,
  scratch: string,
  sources: TargetSources,
): Promise<ClusterAccess> {
  if (config.cluster.kind === "existing") {
    const { context } = config.cluster;
    return context === undefined ? {} : { context };
  }
  const name = clusterName(config.environment);
  const kubeconfig = join(scratch, "kubeconfig");
  const region = config.aws === undefined ? [] : ["--region", config.aws.region];
  const names = ["--name", name, "--alias", name, "--kubeconfig", kubeconfig];
  const aws = createAwsCli(sources.env ?? process.env, "Verification signs in to the cluster with it");
  const run = await aws(["eks", "update-kubeconfig", ...names, ...region]);
  if (run.status !== 0) throw new Error(`aws eks update-kubeconfig: ${awsFailure(run).slice(0, 300)}`);
  return { context: name, kubeconfig };
}

function readTokenFromCluster(cluster: ClusterAccess, { kubectl }: TargetSources) {
  const signal = AbortSignal.timeout(TOKEN_TIMEOUT_MS);
  return readServiceToken({ ...cluster, signal, ...(kubectl === undefined ? {} : { kubectl }) });
}
