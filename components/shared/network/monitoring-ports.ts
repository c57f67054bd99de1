/** The port on which each part of the monitoring answers over TLS: the projects' own defaults. */
export const MONITORING_PORTS = {
  prometheus: 9090,
  alertmanager: 9093,
  grafana: 3000,
  "blackbox-exporter": 9115,
  "kube-state-metrics": 8443,
  "node-exporter": 9100,
  "redis-exporter": 9121,
  "postgres-exporter": 9187,
  /** The sidecar of the gateway. */
  gateway: 9113,
  "fluent-bit": 2021,
} as const;

/** Alertmanagers gossip on this port, over mutual TLS. */
export const ALERTMANAGER_GOSSIP_PORT = 9094;

/** The kubelets' own port. */
export const KUBELET_PORT = 10250;

/** The API server, directly or behind its Service; a network policy sees the port behind it. */
export const API_SERVER_PORTS = [443, 6443] as const;

/** The ports of a cluster's own node exporter and kube-state-metrics, which speak plain HTTP. */
export const CLUSTER_EXPORTER_PORTS = { "node-exporter": 9100, "kube-state-metrics": 8080 } as const;
