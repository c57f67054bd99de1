import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Environment, isEnvironment } from "../../components/shared/environments.ts";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError, type Problem } from "../../components/shared/errors.ts";
import { Secret } from "../secret.ts";
import { defaultExpectations, type Expectations, expectationsFromConfig } from "./expectations.ts";
import { type LocalTarget, readLocalTarget, readReleaseVariables } from "./local-target.ts";
import { isLoopback, requireTlsOrLoopback } from "./loopback.ts";

/** Where an environment answers, with what it is asked, and what is expected of it. */
export interface Target {
  /** As it was asked for: an environment or a URL. */
  readonly name: string;
  /** Absent for a URL: nobody said which environment it is. */
  readonly environment?: Environment;
  /** The entrance, without a slash at the end. */
  readonly url: string;
  readonly telemetryUrl: string;
  /** The name that the entrance's certificate must carry. */
  readonly serverName: string;
  /** The game server's own listener, where it can be reached beside the entrance. */
  readonly serverUrl?: string;
  /** PEM of the authority that signs the certificates; without it those of this machine are trusted. */
  readonly authority?: string;
  /** The service token, and the one that reads `/metrics`. */
  readonly apiToken?: Secret;
  readonly metricsToken?: Secret;
  readonly debugPorts: { readonly dap: number; readonly lsp: number };
  readonly expected: Expectations;
  /** The version that was released; without it the server's own words are compared with each other. */
  readonly release?: string;
  /** The process deployment on this machine. */
  readonly local?: LocalTarget;
  /** The cluster, by its kubeconfig context; the current one where it names none, of the person's own kubeconfig or of another. */
  readonly cluster?: { readonly context?: string; readonly kubeconfig?: string };
  readonly monitoring: {
    readonly prometheusUrl?: string;
    readonly alertmanagerUrl?: string;
    readonly grafanaUrl?: string;
    readonly token?: Secret;
  };
  /** Where reports of earlier runs are kept. */
  readonly historyDirectory: string;
}

export interface TargetOptions {
  /** The project: where the stack files and `.spacetime-vr` lie. */
  readonly directory: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A file with the service token. */
  readonly tokenFile?: string;
  readonly metricsTokenFile?: string;
  /** PEM of the authority of a URL's certificate. */
  readonly caFile?: string;
  /** The version that was released. */
  readonly release?: string;
  readonly telemetryUrl?: string;
  /** The game server's own listener. */
  readonly serverUrl?: string;
  readonly prometheusUrl?: string;
  readonly alertmanagerUrl?: string;
  readonly grafanaUrl?: string;
}

/** The ports of Godot's debug adapter and language server. */
const DEBUG_PORTS = { dap: 6006, lsp: 6005 } as const;

/** Tokens are longer than a line of text and far shorter than this. */
const MAX_TOKEN_BYTES = 4096;

function rejectTarget(problem: Problem): never {
  throw new InputError("Invalid probe target:", [problem]);
}

/**
 * The target behind an environment's name or a URL.
 * @throws InputError when it is neither, or a file that it needs cannot be used.
 */
export async function resolveTarget(argument: string, options: TargetOptions): Promise<Target> {
  if (argument === "local") return createLocalTarget(readLocalTarget(options.directory), options);
  if (isEnvironment(argument)) return createClusterTarget(argument, options);
  return createUrlTarget(argument, options);
}

/** The target of the process deployment, whether its file is written yet or not: a candidate is asked before it is. */
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
  // The parser loads the engine's SDK, which a URL needs nothing of.
  const [{ readStackFile }, { parseConfig }, { clusterName }] = await Promise.all([
    import("../../components/config/stack-file/read-stack-file.ts"),
    import("../../components/config/load-config.ts"),
    import("../../components/config/component-configs/cluster-config.ts"),
  ]);
  const config = parseConfig(readStackFile(options.directory, environment));
  const { domain, exposure } = config.gateway;
  const port = exposure.kind === "node-port" ? `:${exposure.port}` : "";
  const context = config.cluster.kind === "eks" ? clusterName(environment) : config.cluster.context;
  return {
    ...createBaseTarget(environment, `https://${domain}${port}`, options),
    environment,
    expected: expectationsFromConfig(config),
    cluster: context === undefined ? {} : { context },
    historyDirectory: join(options.directory, ".spacetime-vr", environment),
  };
}

function createUrlTarget(argument: string, options: TargetOptions): Target {
  const url = URL.canParse(argument) ? new URL(argument) : undefined;
  if (url === undefined || !["https:", "http:"].includes(url.protocol)) {
    rejectTarget({
      subject: "target",
      value: argument,
      rule: "must be an environment (local, staging, production, package) or a URL",
      remedy: "For example: verify local, verify https://play.example.org.",
    });
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    rejectTarget({
      subject: "target",
      rule: "must be a plain address, without user, password, query or fragment",
      remedy: "Tokens are read from SPACETIME_VR_API_TOKEN or from --token-file.",
    });
  }
  if (url.protocol === "http:" && !isLoopback(url.href)) {
    rejectTarget({
      subject: "target",
      value: argument,
      rule: "must be https: the token would travel in plain text",
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
  const { env = process.env, tokenFile, metricsTokenFile, caFile, telemetryUrl, serverUrl } = options;
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
    ...(caFile === undefined ? {} : { authority: readPem("--ca-file", caFile) }),
    ...(apiToken === undefined ? {} : { apiToken }),
    ...(metricsToken === undefined ? {} : { metricsToken }),
  };
}

function resolveMonitoring(options: Omit<TargetOptions, "directory">): Target["monitoring"] {
  const { env = process.env, prometheusUrl, alertmanagerUrl, grafanaUrl } = options;
  const { SPACETIME_VR_MONITORING_TOKEN: token = "" } = env;
  // Inside a cluster monitoring may be plain, as long as nothing is sent that must not be read.
  const at = (option: string, url: string): string =>
    stripTrailingSlashes(token === "" ? url : requireTlsOrLoopback(option, url, ["https:", "http:"]));
  return {
    ...(prometheusUrl === undefined ? {} : { prometheusUrl: at("--prometheus-url", prometheusUrl) }),
    ...(alertmanagerUrl === undefined ? {} : { alertmanagerUrl: at("--alertmanager-url", alertmanagerUrl) }),
    ...(grafanaUrl === undefined ? {} : { grafanaUrl: at("--grafana-url", grafanaUrl) }),
    ...(token === "" ? {} : { token: new Secret(token) }),
  };
}

function stripTrailingSlashes(url: string): string {
  return url.replace(/\/+$/, "");
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

function readToken(subject: string, path: string): Secret {
  const text = readSmallFile(subject, path).trim();
  if (/^\S+$/.test(text)) return new Secret(text);
  return rejectTarget({
    subject,
    value: path,
    rule: "must hold one token and nothing else",
    remedy: "Write only the token into the file, with mode 0600.",
  });
}

function readPem(subject: string, path: string): string {
  const text = readSmallFile(subject, path, 2 ** 20);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  return rejectTarget({
    subject,
    value: path,
    rule: "must hold a certificate in PEM",
    remedy: "Name the file of the CA certificate that signed the gateway's certificate.",
  });
}

function readSmallFile(subject: string, path: string, most = MAX_TOKEN_BYTES): string {
  const refused = (rule: string) =>
    rejectTarget({ subject, value: path, rule, remedy: "Name a file that exists and that you may read." });
  const file = resolve(path);
  try {
    const status = statSync(file);
    if (!status.isFile() || status.size > most)
      return refused(`must be a regular file of at most ${most} bytes`);
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof InputError) throw error;
    return refused(`cannot be read (${errorCode(error) ?? "unknown error"})`);
  }
}
