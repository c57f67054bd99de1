import {
  ANY_IPV4_CIDRS,
  type ExternalEndpoint,
  type MonitoringFlowOptions,
} from "../shared/network/monitoring-flows.ts";
import type { Config } from "./config.ts";
import { logShipping, notifications } from "./monitoring-slices.ts";
import type { InClusterMonitoringConfig } from "./schema/stack-schema.ts";
import { getIntegerVariable } from "./variables/read-variable.ts";

const HTTPS = 443;

/** What the monitoring's flows are made of, where there is one. */
export function monitoringFlows(config: Config, gatewayPort: number): MonitoringFlowOptions | undefined {
  const { monitoring: own, database, redis, gateway, cluster } = config;
  if (own.kind === "none") return undefined;
  return {
    gameServerPort: getIntegerVariable(config, "GODOT_HTTP_PORT"),
    redisPort: redis.kind === "in-cluster" ? getIntegerVariable(config, "GODOT_REDIS_PORT") : undefined,
    postgresPort:
      database.kind === "in-cluster" ? getIntegerVariable(config, "GODOT_DATABASE_PORT") : undefined,
    alertmanagerReplicas: own.alertmanager.replicas,
    nodeExporterNamespace: own.nodeExporter.kind === "cluster" ? own.nodeExporter.namespace : undefined,
    kubeStateMetricsNamespace:
      own.kubeStateMetrics.kind === "cluster" ? own.kubeStateMetrics.namespace : undefined,
    clusterCidrs: own.clusterCidrs,
    logShipping: logShipping(config),
    probes:
      gateway.exposure.kind === "load-balancer" ? { kind: "public" } : { kind: "gateway", port: gatewayPort },
    remoteWrite: remoteWriteReceiver(own.prometheus.remoteWrite),
    cloudRole: cluster.kind === "eks" && own.prometheus.remoteWrite.kind === "amazon-managed-prometheus",
    notifications: receivers(config, own),
  };
}

function remoteWriteReceiver(
  remote: InClusterMonitoringConfig["prometheus"]["remoteWrite"],
): ExternalEndpoint | undefined {
  const common = { name: "remote-write", why: "sends samples on" };
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

function receivers(config: Config, own: InClusterMonitoringConfig): ExternalEndpoint[] {
  const { email, slack, pagerduty, deadMansSwitch } = notifications(config, own);
  const ports = [
    ...(slack.kind === "webhook" || pagerduty.kind === "events" ? [HTTPS] : []),
    ...(deadMansSwitch.kind === "webhook" ? [Number(new URL(deadMansSwitch.url).port || HTTPS)] : []),
  ];
  return [
    ...[...new Set(ports)].map((port) => ({
      name: port === HTTPS ? "internet" : `internet-${port}`,
      why: "tells people",
      cidrs: ANY_IPV4_CIDRS,
      port,
    })),
    ...(email.kind === "smtp"
      ? [{ name: "mail-relay", why: "sends mail", cidrs: email.cidrs, port: email.port }]
      : []),
  ];
}
