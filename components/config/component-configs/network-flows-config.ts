import {
  applicationFlows,
  type DataStoreEndpoint,
  type Flow,
  type FlowOptions,
  type Peer,
} from "../../shared/network/application-flows.ts";
import { backupFlows } from "../../shared/network/backup-flows.ts";
import {
  ANY_IPV4_CIDRS,
  type ExternalEndpoint,
  loggingFlows,
  type MonitoringFlowOptions,
  monitoringFlows,
} from "../../shared/network/monitoring-flows.ts";
import type { Config } from "../config.ts";
import type { InClusterMonitoringConfig } from "../schema/stack-schema.ts";
import { getIntegerVariable } from "../variables/read-variable.ts";
import { inClusterBackupConfig } from "./backup-config.ts";
import { gameServerPorts } from "./game-server-config.ts";
import { isLogShippingEnabled, logShippingConfig } from "./logging-config.ts";
import { notifications } from "./monitoring-config.ts";

/** Any address: for a port that is open to the internet, and for AWS endpoints, whose public addresses change. */
const ANY_ADDRESS = "0.0.0.0/0";

const HTTPS = 443;

/** The subnets of databases and of load balancers on EKS; undefined for an existing cluster. */
interface CloudNetworks {
  readonly isolatedCidrs: readonly string[];
  readonly publicCidrs: readonly string[];
}

/** All network flows of a deployment: application, monitoring and logging. */
export function networkFlows(config: Config, gatewayPort: number, cloud: CloudNetworks | undefined): Flow[] {
  const monitoring = monitoringFlowOptions(config, gatewayPort);
  const logging = logShippingConfig(config);
  const backup = inClusterBackupConfig(config);
  return [
    ...applicationFlows(flowOptions(config, gatewayPort, cloud)),
    ...(backup === undefined ? [] : backupFlows({ redisPort: backup.redis?.port })),
    ...(monitoring === undefined ? [] : monitoringFlows(monitoring)),
    ...(logging === undefined ? [] : loggingFlows(logging.receiver, logging.cloudRole)),
  ];
}

function flowOptions(config: Config, gatewayPort: number, cloud: CloudNetworks | undefined): FlowOptions {
  const { isolatedCidrs, publicCidrs } = cloud ?? { isolatedCidrs: [], publicCidrs: [] };
  return {
    players: playerSources(config, publicCidrs),
    gatewayPort,
    gameServer: gameServerPorts(config),
    ...dataStoreEndpoints(config, isolatedCidrs),
  };
}

/** The sources that may connect to the gateway pods: players, and the load balancer's health checks. */
function playerSources({ gateway }: Config, publicCidrs: readonly string[]): Peer {
  const { exposure } = gateway;
  switch (exposure.kind) {
    case "load-balancer": {
      const { sourceCidrs } = exposure;
      const isOpen = sourceCidrs.includes(ANY_ADDRESS);
      return { kind: "network", cidrs: isOpen ? sourceCidrs : [...sourceCidrs, ...publicCidrs] };
    }
    case "ingress":
      return { kind: "namespace", namespace: exposure.controllerNamespace };
    case "node-port":
      return { kind: "network", cidrs: [ANY_ADDRESS] };
    default: {
      const exhaustive: never = exposure;
      return exhaustive;
    }
  }
}

/** The endpoints of the database and Redis; `isolatedCidrs` are the networks of RDS and ElastiCache. */
function dataStoreEndpoints(
  config: Config,
  isolatedCidrs: readonly string[],
): Pick<FlowOptions, "redis" | "database"> {
  const { database, redis, cluster } = config;
  const port = getIntegerVariable(config, "GODOT_DATABASE_PORT");
  const redisPort = getIntegerVariable(config, "GODOT_REDIS_PORT");
  const external = (externalPort: number, cidrs: readonly string[]): DataStoreEndpoint => ({
    kind: "external",
    port: externalPort,
    cidrs,
  });
  const isPrivate = cluster.kind === "eks" && cluster.network.interfaceEndpoints.includes("secretsmanager");
  const secretsManagerCidrs = [isPrivate ? cluster.network.cidr : ANY_ADDRESS];
  return {
    redis:
      redis.kind === "in-cluster"
        ? { kind: "in-cluster", port: redisPort }
        : external(redisPort, isolatedCidrs),
    database:
      database.kind === "in-cluster"
        ? { kind: "in-cluster", port }
        : database.kind === "external"
          ? external(port, database.cidrs)
          : { ...external(port, isolatedCidrs), bootstrap: { secretsManagerCidrs } },
  };
}

/** The options of the monitoring flows; undefined without monitoring. */
function monitoringFlowOptions(config: Config, gatewayPort: number): MonitoringFlowOptions | undefined {
  const { monitoring, database, redis, gateway, cluster } = config;
  if (monitoring.kind === "none") return undefined;
  return {
    gameServerPort: getIntegerVariable(config, "GODOT_HTTP_PORT"),
    redisPort: redis.kind === "in-cluster" ? getIntegerVariable(config, "GODOT_REDIS_PORT") : undefined,
    postgresPort:
      database.kind === "in-cluster" ? getIntegerVariable(config, "GODOT_DATABASE_PORT") : undefined,
    alertmanagerReplicas: monitoring.alertmanager.replicas,
    nodeExporterNamespace:
      monitoring.nodeExporter.kind === "cluster" ? monitoring.nodeExporter.namespace : undefined,
    kubeStateMetricsNamespace:
      monitoring.kubeStateMetrics.kind === "cluster" ? monitoring.kubeStateMetrics.namespace : undefined,
    clusterCidrs: monitoring.clusterCidrs,
    logShipping: isLogShippingEnabled(config),
    probes:
      gateway.exposure.kind === "load-balancer" ? { kind: "public" } : { kind: "gateway", port: gatewayPort },
    remoteWrite: remoteWriteReceiver(monitoring.prometheus.remoteWrite),
    cloudRole:
      cluster.kind === "eks" && monitoring.prometheus.remoteWrite.kind === "amazon-managed-prometheus",
    notifications: receivers(config, monitoring),
  };
}

function remoteWriteReceiver(
  remote: InClusterMonitoringConfig["prometheus"]["remoteWrite"],
): ExternalEndpoint | undefined {
  const common = { name: "remote-write", why: "forwards samples" };
  switch (remote.kind) {
    case "none":
      return undefined;
    case "amazon-managed-prometheus":
      return { ...common, cidrs: ANY_IPV4_CIDRS, port: HTTPS };
    case "url":
      return { ...common, cidrs: remote.cidrs, port: Number(new URL(remote.url).port || HTTPS) };
    default: {
      const exhaustive: never = remote;
      return exhaustive;
    }
  }
}

function receivers(config: Config, monitoring: InClusterMonitoringConfig): ExternalEndpoint[] {
  const { email, slack, pagerduty, deadMansSwitch } = notifications(config, monitoring);
  const ports = [
    ...(slack.kind === "webhook" || pagerduty.kind === "events" ? [HTTPS] : []),
    ...(deadMansSwitch.kind === "webhook" ? [Number(new URL(deadMansSwitch.url).port || HTTPS)] : []),
  ];
  return [
    ...[...new Set(ports)].map((port) => ({
      name: port === HTTPS ? "internet" : `internet-${port}`,
      why: "sends notifications",
      cidrs: ANY_IPV4_CIDRS,
      port,
    })),
    ...(email.kind === "smtp"
      ? [{ name: "mail-relay", why: "sends e-mail", cidrs: email.cidrs, port: email.port }]
      : []),
  ];
}
