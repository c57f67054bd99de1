import {
  dnsFlow,
  type Flow,
  type Peer,
  podIdentityFlow,
  type Workload,
  workloadPeer,
} from "./application-flows.ts";
import {
  ALERTMANAGER_GOSSIP_PORT,
  API_SERVER_PORTS,
  CLUSTER_EXPORTER_PORTS,
  KUBELET_PORT,
  MONITORING_PORTS,
} from "./monitoring-ports.ts";

/** A destination outside the cluster. */
export interface ExternalEndpoint {
  /** Part of the flow's id. */
  readonly name: string;
  readonly why: string;
  readonly cidrs: readonly string[];
  readonly port: number;
}

/** The options of the monitoring flows. */
export interface MonitoringFlowOptions {
  readonly gameServerPort: number;
  /** The port of the in-cluster Redis; undefined for an external one. */
  readonly redisPort: number | undefined;
  /** The port of the in-cluster database; undefined for an external one. */
  readonly postgresPort: number | undefined;
  readonly alertmanagerReplicas: number;
  /** Namespaces of exporters that are already installed in the cluster. */
  readonly nodeExporterNamespace: string | undefined;
  readonly kubeStateMetricsNamespace: string | undefined;
  /** Networks of the nodes and the API server. */
  readonly clusterCidrs: readonly string[];
  readonly logShipping: boolean;
  /** The target of the blackbox probes: the gateway pods, or the public domain. */
  readonly probes: { readonly kind: "gateway"; readonly port: number } | { readonly kind: "public" };
  readonly remoteWrite: ExternalEndpoint | undefined;
  /** Whether Prometheus signs remote-write requests with an IAM role. */
  readonly cloudRole: boolean;
  readonly notifications: readonly ExternalEndpoint[];
}

const tcpPorts = (...ports: readonly number[]): Flow["ports"] =>
  ports.map((port) => ({ protocol: "TCP", port }));

function workloadFlow(from: Workload, to: Workload, why: string, ...ports: readonly number[]): Flow {
  return {
    id: `${from}-to-${to}`,
    why,
    from: workloadPeer(from),
    to: workloadPeer(to),
    ports: tcpPorts(...ports),
  };
}

/** The flows of metrics and alerts. */
export function monitoringFlows(options: MonitoringFlowOptions): Flow[] {
  return [
    ...scrapeFlows(options),
    ...dataStoreExporterFlows(options),
    ...apiServerFlows(options),
    ...alertingFlows(options),
    probeFlow(options.probes),
    ...(options.remoteWrite === undefined ? [] : [externalFlow("prometheus", options.remoteWrite)]),
    ...(options.cloudRole ? [podIdentityFlow("prometheus")] : []),
    workloadFlow("grafana", "prometheus", "queries metrics", MONITORING_PORTS.prometheus),
    workloadFlow("grafana", "alertmanager", "lists alerts and silences", MONITORING_PORTS.alertmanager),
    ...dnsClients(options).map(dnsFlow),
  ];
}

function dnsClients({ redisPort, postgresPort }: MonitoringFlowOptions): Workload[] {
  return [
    "prometheus",
    "alertmanager",
    "alertmanager-silences",
    "grafana",
    "blackbox-exporter",
    ...(redisPort === undefined ? [] : (["redis-exporter"] as const)),
    ...(postgresPort === undefined ? [] : (["postgres-exporter"] as const)),
  ];
}

function scrapeFlows(options: MonitoringFlowOptions): Flow[] {
  const why = "scrapes metrics";
  const own = (to: Workload & keyof typeof MONITORING_PORTS): Flow =>
    workloadFlow("prometheus", to, why, MONITORING_PORTS[to]);
  const exporter = (to: keyof typeof CLUSTER_EXPORTER_PORTS, namespace: string | undefined): Flow =>
    namespace === undefined
      ? own(to)
      : {
          id: `prometheus-to-${to}`,
          why,
          from: workloadPeer("prometheus"),
          to: { kind: "namespace", namespace },
          ports: tcpPorts(CLUSTER_EXPORTER_PORTS[to]),
        };
  return [
    workloadFlow(
      "prometheus",
      "game-server",
      "scrapes metrics with a separate token",
      options.gameServerPort,
    ),
    own("gateway"),
    ...(options.redisPort === undefined ? [] : [own("redis-exporter")]),
    ...(options.postgresPort === undefined ? [] : [own("postgres-exporter")]),
    own("blackbox-exporter"),
    own("prometheus"),
    own("grafana"),
    exporter("node-exporter", options.nodeExporterNamespace),
    exporter("kube-state-metrics", options.kubeStateMetricsNamespace),
    ...(options.logShipping ? [own("fluent-bit")] : []),
  ];
}

function dataStoreExporterFlows({ redisPort, postgresPort }: MonitoringFlowOptions): Flow[] {
  const why = "reads statistics";
  return [
    ...(redisPort === undefined ? [] : [workloadFlow("redis-exporter", "redis", why, redisPort)]),
    ...(postgresPort === undefined ? [] : [workloadFlow("postgres-exporter", "postgres", why, postgresPort)]),
  ];
}

function apiServerFlows({ clusterCidrs, kubeStateMetricsNamespace }: MonitoringFlowOptions): Flow[] {
  const nodes: Peer = { kind: "network", cidrs: clusterCidrs };
  return [
    {
      id: "prometheus-to-cluster",
      why: "discovers targets in the API server and scrapes the kubelets",
      from: workloadPeer("prometheus"),
      to: nodes,
      ports: tcpPorts(...API_SERVER_PORTS, KUBELET_PORT),
    },
    ...(kubeStateMetricsNamespace === undefined
      ? [
          {
            id: "kube-state-metrics-to-api-server",
            why: "watches objects",
            from: workloadPeer("kube-state-metrics"),
            to: nodes,
            ports: tcpPorts(...API_SERVER_PORTS),
          },
          dnsFlow("kube-state-metrics"),
        ]
      : []),
  ];
}

function alertingFlows({ alertmanagerReplicas, notifications }: MonitoringFlowOptions): Flow[] {
  const port = MONITORING_PORTS.alertmanager;
  return [
    workloadFlow("prometheus", "alertmanager", "sends alerts and scrapes metrics", port),
    workloadFlow("alertmanager-silences", "alertmanager", "applies the silences of the config", port),
    ...(alertmanagerReplicas > 1
      ? [
          workloadFlow(
            "alertmanager",
            "alertmanager",
            "synchronizes silences and sent notifications",
            ALERTMANAGER_GOSSIP_PORT,
          ),
        ]
      : []),
    ...notifications.map((receiver) => externalFlow("alertmanager", receiver)),
  ];
}

function externalFlow(from: Workload, { name, why, cidrs, port }: ExternalEndpoint): Flow {
  return {
    id: `${from}-to-${name}`,
    why,
    from: workloadPeer(from),
    to: { kind: "network", cidrs },
    ports: tcpPorts(port),
  };
}

/** Any address, for public host names. */
export const ANY_IPV4_CIDRS = ["0.0.0.0/0"];

function probeFlow(probes: MonitoringFlowOptions["probes"]): Flow {
  const why = "probes the gateway";
  switch (probes.kind) {
    case "gateway":
      return workloadFlow("blackbox-exporter", "gateway", why, probes.port);
    case "public":
      return externalFlow("blackbox-exporter", { name: "internet", why, cidrs: ANY_IPV4_CIDRS, port: 443 });
    default: {
      const exhaustive: never = probes;
      return exhaustive;
    }
  }
}

/** The flows of the log shipper. */
export function loggingFlows(receiver: ExternalEndpoint, cloudRole: boolean): Flow[] {
  return [
    externalFlow("fluent-bit", receiver),
    ...(cloudRole ? [podIdentityFlow("fluent-bit")] : []),
    dnsFlow("fluent-bit"),
  ];
}
