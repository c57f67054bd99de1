/** The TLS ports of the monitoring workloads; the defaults of the projects. */
export const MONITORING_PORTS = {
  prometheus: 9090,
  alertmanager: 9093,
  grafana: 3000,
  "blackbox-exporter": 9115,
  "kube-state-metrics": 8443,
  "node-exporter": 9100,
  "redis-exporter": 9121,
  "postgres-exporter": 9187,
  /** The exporter sidecar of the gateway. */
  gateway: 9113,
  "fluent-bit": 2021,
} as const;

/** The port of the Alertmanager cluster protocol (mutual TLS). */
export const ALERTMANAGER_GOSSIP_PORT = 9094;

/** The port of the kubelets. */
export const KUBELET_PORT = 10250;

/** The ports of the API server: network policies see the port behind the Service. */
export const API_SERVER_PORTS = [443, 6443] as const;

/** The ports of a node exporter and kube-state-metrics that are installed in the cluster; without TLS. */
export const CLUSTER_EXPORTER_PORTS = { "node-exporter": 9100, "kube-state-metrics": 8080 } as const;
