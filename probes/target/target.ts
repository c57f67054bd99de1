import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { type Environment, isEnvironment } from "../../components/shared/environments.ts";
import { Secret } from "../secret.ts";
import type { DatabaseKind } from "./database-kind.ts";
import { defaultExpectations, type Expectations, expectationsFromConfig } from "./expectations.ts";
import { type LocalTarget, readLocalTarget, readReleaseVariables } from "./local-target.ts";
import { isLoopback, requireTlsOrLoopback, stripTrailingSlashes } from "./loopback.ts";
import { type MonitoringOptions, type MonitoringTarget, resolveMonitoring } from "./monitoring-target.ts";
import { readPem, readToken, rejectedTarget } from "./target-files.ts";

/** A Kubernetes object of the environment's plan; secrets are masked. */
export interface PlannedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** How to reach an environment, the tokens for it, and the expected values. */
export interface Target {
  /** The target argument: an environment or a URL. */
  readonly name: string;
  /** Absent for a URL, whose environment is unknown. */
  readonly environment?: Environment;
  /** The gateway, without a trailing slash. */
  readonly url: string;
  readonly telemetryUrl: string;
  /** The name that the gateway's certificate must match. */
  readonly serverName: string;
  /** The game server's own port, if it can be reached in addition to the gateway. */
  readonly serverUrl?: string;
  /** CA certificate in PEM; without it the CAs of this machine are trusted. */
  readonly authority?: string;
  /** The service token, and the token for `/metrics`. */
  readonly apiToken?: Secret;
  readonly metricsToken?: Secret;
  readonly debugPorts: { readonly dap: number; readonly lsp: number };
  readonly expected: Expectations;
  /** The Kubernetes objects of the environment's plan; without it, every check of a cluster applies. */
  readonly planned?: readonly PlannedObject[];
  /** The expected version; without it, the versions that the server itself reports are compared. */
  readonly release?: string;
  /** The local process deployment. */
  readonly local?: LocalTarget;
  /** The database, of which restore points are read. */
  readonly database?: DatabaseKind;
  /** Access to the cluster; by default the current context of the operator's kubeconfig. */
  readonly cluster?: { readonly context?: string; readonly kubeconfig?: string };
  readonly monitoring: MonitoringTarget;
  /** Directory for the reports of earlier runs. */
  readonly historyDirectory: string;
}

export interface TargetOptions extends MonitoringOptions {
  /** The project directory, which contains the stack files and `.spacetime-vr`. */
  readonly directory: string;
  /** File that contains the service token. */
  readonly tokenFile?: string;
  readonly metricsTokenFile?: string;
  /** CA certificate for a URL, in PEM. */
  readonly caFile?: string;
  /** The expected version. */
  readonly release?: string;
  readonly telemetryUrl?: string;
  /** The game server's own port. */
  readonly serverUrl?: string;
  /** Plans an environment; probes themselves do not run the program. */
  readonly planObjects?: (environment: Environment) => Promise<readonly PlannedObject[]>;
}

/** The ports of Godot's debug adapter and language server. */
const DEBUG_PORTS = { dap: 6006, lsp: 6005 } as const;

/**
 * Resolves an environment name or a URL to a target.
 * @throws InputError if it is neither, or if a required file is invalid
 */
export async function resolveTarget(argument: string, options: TargetOptions): Promise<Target> {
  if (argument === "local") return createLocalTarget(readLocalTarget(options.directory), options);
  if (isEnvironment(argument)) return createClusterTarget(argument, options);
  return createUrlTarget(argument, options);
}

/** Creates the target of a local deployment; its target file need not exist, as candidates are checked before it is written. */
export function createLocalTarget(
  local: LocalTarget,
  options: Omit<TargetOptions, "directory"> = {},
): Target {
  return {
    name: "local",
    environment: "local",
    url: stripTrailingSlashes(local.url),
    telemetryUrl: local.telemetryUrl,
    serverName: local.serverName,
    serverUrl: stripTrailingSlashes(local.serverUrl),
    authority: readPem("authorityFile", local.authorityFile),
    apiToken: readToken("apiTokenFile", options.tokenFile ?? local.apiTokenFile),
    metricsToken: readToken("metricsTokenFile", options.metricsTokenFile ?? local.metricsTokenFile),
    debugPorts: local.debugPorts,
    expected: defaultExpectations("local", readReleaseVariables(local)),
    local,
    monitoring: resolveMonitoring(options),
    ...(options.release === undefined ? {} : { release: options.release }),
    historyDirectory: local.stateDirectory,
  };
}

async function createClusterTarget(environment: Environment, options: TargetOptions): Promise<Target> {
  // Imported here, because the parser loads the Pulumi SDK, which a URL target does not need.
  const [{ readStackFile }, { parseConfig }, { clusterName }, { rdsInstanceIdentifier }] = await Promise.all([
    import("../../components/config/stack-file/read-stack-file.ts"),
    import("../../components/config/parse-config.ts"),
    import("../../components/config/component-configs/cluster-config.ts"),
    import("../../components/shared/aws/rds-instance-identifier.ts"),
  ]);
  const config = parseConfig(readStackFile(options.directory, environment));
  const { domain, exposure } = config.gateway;
  const port = exposure.kind === "node-port" ? `:${exposure.port}` : "";
  const context = config.cluster.kind === "eks" ? clusterName(environment) : config.cluster.context;
  const planned = await options.planObjects?.(environment);
  const database: DatabaseKind | undefined =
    config.database.kind !== "rds"
      ? { kind: config.database.kind }
      : config.aws === undefined
        ? undefined
        : {
            kind: "rds",
            instance: rdsInstanceIdentifier(clusterName(environment)),
            region: config.aws.region,
          };
  return {
    ...createBaseTarget(environment, `https://${domain}${port}`, options),
    environment,
    expected: expectationsFromConfig(config),
    ...(database === undefined ? {} : { database }),
    cluster: context === undefined ? {} : { context },
    ...(planned === undefined ? {} : { planned }),
    historyDirectory: join(options.directory, ".spacetime-vr", environment),
  };
}

function createUrlTarget(argument: string, options: TargetOptions): Target {
  const url = URL.canParse(argument) ? new URL(argument) : undefined;
  if (url === undefined || !["https:", "http:"].includes(url.protocol)) {
    throw rejectedTarget({
      subject: "target",
      value: argument,
      rule: "must be an environment (local, staging, production, package) or a URL",
      remedy: "For example: verify local, verify https://play.example.org.",
    });
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw rejectedTarget({
      subject: "target",
      rule: "must be a plain address, without user, password, query or fragment",
      remedy: "Tokens are read from SPACETIME_VR_API_TOKEN or from --token-file.",
    });
  }
  if (url.protocol === "http:" && !isLoopback(url.href)) {
    throw rejectedTarget({
      subject: "target",
      value: argument,
      rule: "must be https: the token would be sent in plain text",
      remedy: "Use the gateway's TLS port; plain HTTP is allowed for loopback addresses only.",
    });
  }
  const host = url.host.replaceAll(/[^a-z0-9.-]/gi, "_");
  return {
    ...createBaseTarget(argument, url.href, options),
    historyDirectory: join(options.directory, ".spacetime-vr", "addresses", host),
  };
}

function createBaseTarget(
  name: string,
  href: string,
  options: TargetOptions,
): Omit<Target, "historyDirectory"> {
  const { env = process.env, telemetryUrl, serverUrl, secrets } = options;
  const generated = (name: string): string | undefined =>
    secrets === undefined ? undefined : join(secrets, "secrets", name);
  const tokenFile = options.tokenFile ?? generated("api-token");
  const metricsTokenFile = options.metricsTokenFile ?? generated("metrics-scrape-token");
  const url = stripTrailingSlashes(href);
  const apiToken = resolveToken(env, "SPACETIME_VR_API_TOKEN", "--token-file", tokenFile);
  const metricsToken = resolveToken(
    env,
    "SPACETIME_VR_METRICS_TOKEN",
    "--metrics-token-file",
    metricsTokenFile,
  );
  return {
    name,
    url,
    telemetryUrl:
      telemetryUrl === undefined
        ? `${url.replace(/^http/, "ws")}/telemetry`
        : requireTlsOrLoopback("--telemetry-url", telemetryUrl, ["wss:", "ws:"]),
    serverName: new URL(url).hostname,
    debugPorts: DEBUG_PORTS,
    expected: defaultExpectations(),
    monitoring: resolveMonitoring(options),
    ...(options.release === undefined ? {} : { release: options.release }),
    ...(serverUrl === undefined
      ? {}
      : {
          serverUrl: stripTrailingSlashes(
            requireTlsOrLoopback("--server-url", serverUrl, ["https:", "http:"]),
          ),
        }),
    ...gatewayAuthority(options),
    ...(apiToken === undefined ? {} : { apiToken }),
    ...(metricsToken === undefined ? {} : { metricsToken }),
  };
}

/** The CA of the gateway's certificate: the given one, or the generated certificate if it is self-signed. */
function gatewayAuthority({ caFile, secrets }: TargetOptions): { readonly authority?: string } {
  if (caFile !== undefined) return { authority: readPem("--ca-file", caFile) };
  if (secrets === undefined) return {};
  const pem = readPem("--secrets", join(secrets, "tls", "spacetime.crt"));
  const certificate = new X509Certificate(pem);
  return certificate.checkIssued(certificate) ? { authority: pem } : {};
}

function resolveToken(
  env: Readonly<Record<string, string | undefined>>,
  variable: string,
  option: string,
  file: string | undefined,
): Secret | undefined {
  if (file !== undefined) return readToken(option, file);
  const value = env[variable];
  return value === undefined || value.trim() === "" ? undefined : new Secret(value.trim());
}
