import {
  type Flow,
  type FlowOptions,
  applicationFlows as gameFlows,
  type Peer,
  serviceHost,
} from "../shared/network/application-flows.ts";
import { loggingFlows, monitoringFlows } from "../shared/network/monitoring-flows.ts";
import type { SecretName } from "../shared/secret-names.ts";
import type { Config } from "./config.ts";
import { monitoringFlows as monitoringFlowOptions } from "./monitoring-flow-slices.ts";
import * as monitored from "./monitoring-slices.ts";
import { storeFlows } from "./slices-stores.ts";
import { getBooleanVariable, getIntegerVariable } from "./variables/read-variable.ts";

/** Anywhere: the sources of a door that is open to the node network as well. */
const EVERYWHERE = "0.0.0.0/0";

/** The slice of the admission policies. */
export function admission(config: Config) {
  // Without tag and digest: those change with every release, the repository does not.
  const gameImage = config.gameServer.image.replace(/(:[^:/@]+)?@.*$/, "");
  return { environment: config.environment, gameImage, apiClients: monitored.apiClients(config) };
}

/** The networks that stores and load balancers have beside the cluster's own; none where somebody else runs it. */
interface CloudNetworks {
  readonly isolatedCidrs: readonly string[];
  readonly publicCidrs: readonly string[];
}

/** Who may reach the gateway's pods: players with their own addresses, and the load balancers' health checks. */
function players({ gateway }: Config, publicCidrs: readonly string[]): Peer {
  const { exposure } = gateway;
  switch (exposure.kind) {
    case "load-balancer": {
      const { sourceCidrs } = exposure;
      const isOpen = sourceCidrs.includes(EVERYWHERE);
      return { kind: "network", cidrs: isOpen ? sourceCidrs : [...sourceCidrs, ...publicCidrs] };
    }
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
    http: getIntegerVariable(config, "GODOT_HTTP_PORT"),
    telemetry: getIntegerVariable(config, "GODOT_TELEMETRY_PORT"),
    discovery: getIntegerVariable(config, "GODOT_DISCOVERY_PORT"),
  };
}

/** Every flow of a deployment: the game's, its monitoring's and its logs'. */
export function flows(config: Config, gatewayPort: number, cloud: CloudNetworks | undefined): Flow[] {
  const monitoring = monitoringFlowOptions(config, gatewayPort);
  const logging = monitored.logging(config);
  return [
    ...gameFlows(flowOptions(config, gatewayPort, cloud)),
    ...(monitoring === undefined ? [] : monitoringFlows(monitoring)),
    ...(logging === undefined ? [] : loggingFlows(logging.receiver, logging.cloudRole)),
  ];
}

function flowOptions(config: Config, gatewayPort: number, cloud: CloudNetworks | undefined): FlowOptions {
  const { isolatedCidrs, publicCidrs } = cloud ?? { isolatedCidrs: [], publicCidrs: [] };
  return {
    players: players(config, publicCidrs),
    gatewayPort,
    gameServer: gameServerPorts(config),
    ...storeFlows(config, isolatedCidrs),
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
    throw new Error("An imported certificate without its key passed cross-field validation.");
  const { kind, certificateChain } = source;
  return { ...common, source: { kind, certificateChain, privateKey } };
}

/** Seconds that the load balancer of the exposure, if any, needs to stop sending. */
function deregistrationSeconds({ gateway: { exposure } }: Config): number {
  return exposure.kind === "load-balancer" ? exposure.deregistrationSeconds : 0;
}

/** PEM certificates of the database's authority, where it is not the internal one. */
function databaseAuthority({ database }: Config): string | undefined {
  switch (database.kind) {
    case "in-cluster":
      return undefined;
    case "rds":
      return database.caCertificates;
    case "external":
      return database.caCertificate;
  }
}

/** The slice of the game server. */
export function gameServer(config: Config) {
  const plain = [...config.variables.values()].flatMap((variable) =>
    variable.kind === "plain" ? [[variable.definition.name, variable.value] as const] : [],
  );
  return {
    environment: config.environment,
    pools: config.gameServer.pools,
    databaseAuthority: databaseAuthority(config),
    variables: Object.fromEntries(plain),
  };
}

/** The slice of the game server's pod. */
export function gameServerPod(config: Config) {
  const debug = getBooleanVariable(config, "GODOT_DEBUG_ADAPTERS_ENABLED")
    ? { dap: getIntegerVariable(config, "GODOT_DAP_PORT"), lsp: getIntegerVariable(config, "GODOT_LSP_PORT") }
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
        httpPort: getIntegerVariable(config, "GODOT_HTTP_PORT"),
        telemetryPort: getIntegerVariable(config, "GODOT_TELEMETRY_PORT"),
      },
      shield: own.shield,
      drainSeconds: config.gameServer.drainSeconds,
      maxBodyBytes: getIntegerVariable(config, "GODOT_HTTP_MAX_BODY_BYTES"),
    },
  };
}

/** Where players and the HTTP API are found. */
export function publicUrl({ gateway: { domain, exposure } }: Config): string {
  return exposure.kind === "node-port" ? `https://${domain}:${exposure.port}` : `https://${domain}`;
}
