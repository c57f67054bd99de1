import { type Flow, type FlowOptions, flows as gameFlows, type Peer, serviceHost } from "../shared/flows.ts";
import { loggingFlows, monitoringFlows } from "../shared/monitoring-flows.ts";
import type { SecretName } from "../shared/secret-names.ts";
import type { Config } from "./config.ts";
import * as monitored from "./monitoring-slices.ts";
import { booleanVariable, integerVariable, textVariable } from "./variables/read.ts";

/** Anywhere: the sources of a door that is open to the node network as well. */
const EVERYWHERE = "0.0.0.0/0";

/** The slice of the cluster. */
export function cluster(config: Config) {
  const { context, storageClass, zones } = config.cluster;
  return { context, storageClass, zones };
}

/** The slice of the admission policies. */
export function admission(config: Config) {
  // Without tag and digest: those change with every release, the repository does not.
  const gameImage = config.gameServer.image.replace(/(:[^:/@]+)?@.*$/, "");
  return { environment: config.environment, gameImage, apiClients: monitored.apiClients(config) };
}

/** Who may reach the gateway's pods. */
function players({ gateway }: Config): Peer {
  const { exposure } = gateway;
  switch (exposure.kind) {
    case "load-balancer":
      return { kind: "network", cidrs: exposure.sourceCidrs };
    case "ingress":
      return { kind: "namespace", namespace: exposure.controllerNamespace };
    case "node-port":
      return { kind: "network", cidrs: [EVERYWHERE] };
    default: {
      const exhaustive: never = exposure;
      return exhaustive;
    }
  }
}

function gameServerPorts(config: Config) {
  return {
    http: integerVariable(config, "GODOT_HTTP_PORT"),
    telemetry: integerVariable(config, "GODOT_TELEMETRY_PORT"),
    discovery: integerVariable(config, "GODOT_DISCOVERY_PORT"),
  };
}

/** Every flow of a deployment: the game's, its monitoring's and its logs'. */
export function flows(config: Config, gatewayPort: number): Flow[] {
  const monitoring = monitored.monitoringFlows(config, gatewayPort);
  const logging = monitored.logging(config);
  return [
    ...gameFlows(flowOptions(config, gatewayPort)),
    ...(monitoring === undefined ? [] : monitoringFlows(monitoring)),
    ...(logging === undefined ? [] : loggingFlows(logging.receiver)),
  ];
}

function flowOptions(config: Config, gatewayPort: number): FlowOptions {
  const port = integerVariable(config, "GODOT_DATABASE_PORT");
  const { database } = config;
  return {
    players: players(config),
    gatewayPort,
    gameServer: gameServerPorts(config),
    redisPort: integerVariable(config, "GODOT_REDIS_PORT"),
    database:
      database.kind === "external"
        ? { kind: "external", port, cidrs: database.cidrs }
        : { kind: "in-cluster", port },
  };
}

/** The slice of the secrets. */
export function secrets(config: Config) {
  return {
    environment: config.environment,
    versions: config.secretVersions,
    credentials: config.credentials,
  };
}

/** The slice of the certificates. */
export function certificates(config: Config) {
  const { certificates: source, credentials, environment, gateway } = config;
  const common = { environment, domain: gateway.domain, servers: monitored.internalServers(config) };
  if (source.kind !== "imported") return { ...common, source };
  const { tlsPrivateKey: privateKey } = credentials;
  if (privateKey === undefined)
    throw new Error("An imported certificate without its key passed the cross rules.");
  const { kind, certificateChain } = source;
  return { ...common, source: { kind, certificateChain, privateKey } };
}

/** The slice of Redis. */
export function redis(config: Config) {
  const { storage, resources } = config.redis;
  return { storage, resources, port: integerVariable(config, "GODOT_REDIS_PORT") };
}

/** The slice of Postgres, where the program runs it. */
export function inClusterDatabase(config: Config) {
  if (config.database.kind !== "in-cluster") return undefined;
  const { storage, resources } = config.database;
  return {
    storage,
    resources,
    port: integerVariable(config, "GODOT_DATABASE_PORT"),
    database: textVariable(config, "GODOT_DATABASE_NAME"),
    applicationRole: textVariable(config, "GODOT_DATABASE_USER"),
  };
}

/** Seconds that the load balancer of the exposure, if any, needs to stop sending. */
function deregistrationSeconds({ gateway: { exposure } }: Config): number {
  return exposure.kind === "load-balancer" ? exposure.deregistrationSeconds : 0;
}

/** The slice of the game server. */
export function gameServer(config: Config) {
  const plain = [...config.variables.values()].flatMap((variable) =>
    variable.kind === "plain" ? [[variable.definition.name, variable.value] as const] : [],
  );
  return {
    environment: config.environment,
    pools: config.gameServer.pools,
    databaseAuthority: config.database.kind === "external" ? config.database.caCertificate : undefined,
    variables: Object.fromEntries(plain),
  };
}

/** The slice of the game server's pod. */
export function gameServerPod(config: Config) {
  const debug = booleanVariable(config, "GODOT_DEBUG_ADAPTERS_ENABLED")
    ? { dap: integerVariable(config, "GODOT_DAP_PORT"), lsp: integerVariable(config, "GODOT_LSP_PORT") }
    : undefined;
  return {
    image: config.gameServer.image,
    ports: { ...gameServerPorts(config), debug },
    drainSeconds: config.gameServer.drainSeconds,
    deregistrationSeconds: deregistrationSeconds(config),
  };
}

/** The game server's variables whose values are generated secrets. */
export function secretVariables(config: Config): { readonly name: string; readonly secret: SecretName }[] {
  return [...config.variables.values()].flatMap((variable) =>
    variable.kind === "secret" ? [{ name: variable.definition.name, secret: variable.secret }] : [],
  );
}

/** The slice of the gateway. */
export function gateway(config: Config) {
  const { gateway: own } = config;
  return {
    environment: config.environment,
    exposure: own.exposure,
    scaling: own.scaling,
    resources: own.resources,
    deregistrationSeconds: deregistrationSeconds(config),
    nginx: {
      domain: own.domain,
      upstream: {
        host: serviceHost("game-server"),
        httpPort: integerVariable(config, "GODOT_HTTP_PORT"),
        telemetryPort: integerVariable(config, "GODOT_TELEMETRY_PORT"),
      },
      shield: own.shield,
      drainSeconds: config.gameServer.drainSeconds,
      maxBodyBytes: integerVariable(config, "GODOT_HTTP_MAX_BODY_BYTES"),
    },
  };
}

/** Where players and the HTTP API are found. */
export function publicUrl({ gateway: { domain, exposure } }: Config): string {
  return exposure.kind === "node-port" ? `https://${domain}:${exposure.port}` : `https://${domain}`;
}
