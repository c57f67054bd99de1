import type { InternalTlsServer } from "../../shared/network/application-flows.ts";
import type { Config } from "../config.ts";

import type { InClusterMonitoringConfig } from "../schema/stack-schema.ts";
import { hasInClusterBackups } from "./backup-config.ts";
import { isLogShippingEnabled } from "./logging-config.ts";

/** The servers that get a certificate of the internal CA. */
export function internalTlsServers(config: Config): InternalTlsServer[] {
  const { monitoring, database, redis } = config;
  return [
    "game-server",
    ...(database.kind === "in-cluster" ? (["postgres"] as const) : []),
    ...(redis.kind === "in-cluster" ? (["redis"] as const) : []),
    ...(hasInClusterBackups(config) ? (["backup-repository"] as const) : []),
    ...(monitoring.kind === "in-cluster" ? monitoringServers(monitoring, config) : []),
    ...(isLogShippingEnabled(config) ? (["fluent-bit"] as const) : []),
  ];
}

function monitoringServers(
  monitoring: InClusterMonitoringConfig,
  { database, redis }: Config,
): InternalTlsServer[] {
  return [
    "gateway",
    "prometheus",
    "alertmanager",
    "grafana",
    "blackbox-exporter",
    ...(redis.kind === "in-cluster" ? (["redis-exporter"] as const) : []),
    ...(database.kind === "in-cluster" ? (["postgres-exporter"] as const) : []),
    ...(monitoring.nodeExporter.kind === "own" ? (["node-exporter"] as const) : []),
    ...(monitoring.kubeStateMetrics.kind === "own" ? (["kube-state-metrics"] as const) : []),
  ];
}
