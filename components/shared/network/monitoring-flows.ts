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
  /** What the flow is called after. */
  readonly name: string;
  readonly why: string;
  readonly cidrs: readonly string[];
  readonly port: number;
}

/** What the monitoring's flows are made of. */
export interface MonitoringFlowOptions {
  readonly gameServerPort: number;
  /** The port of our own Redis; undefined for somebody else's. */
  readonly redisPort: number | undefined;
  /** The port of our own database; undefined for somebody else's. */
  readonly postgresPort: number | undefined;
  readonly alertmanagerReplicas: number;
  /** Namespaces of exporters that the cluster brings. */
  readonly nodeExporterNamespace: string | undefined;
  readonly kubeStateMetricsNamespace: string | undefined;
  /** Networks of nodes and API server. */
  readonly clusterCidrs: readonly string[];
  readonly logShipping: boolean;
  /** Where the probes knock: the gateway's pods, or the public name. */
  readonly probes: { readonly kind: "gateway"; readonly port: number } | { readonly kind: "public" };
  readonly remoteWrite: ExternalEndpoint | undefined;
  /** Whether Prometheus signs what it sends with a cloud role. */
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

/** Every flow of the metrics and alerts. */
export function monitoringFlows(options: MonitoringFlowOptions): Flow[] {
  return [
    ...scrapeFlows(options),
    ...dataStoreExporterFlows(options),
    ...apiServerFlows(options),
    ...alertingFlows(options),
    probeFlow(options.probes),
    ...(options.remoteWrite === undefined ? [] : [externalFlow("prometheus", options.remoteWrite)]),
    ...(options.cloudRole ? [podIdentityFlow("prometheus")] : []),
    workloadFlow("grafana", "prometheus", "draws what was collected", MONITORING_PORTS.prometheus),
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
  const why = "collects metrics";
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
      "collects metrics with a token of its own",
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
  const why = "reads figures";
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
      why: "finds its targets in the API server and asks the kubelets",
      from: workloadPeer("prometheus"),
      to: nodes,
      ports: tcpPorts(...API_SERVER_PORTS, KUBELET_PORT),
    },
    ...(kubeStateMetricsNamespace === undefined
      ? [
          {
            id: "kube-state-metrics-to-api-server",
            why: "lists objects",
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
    workloadFlow("prometheus", "alertmanager", "raises alerts, and collects metrics", port),
    workloadFlow("alertmanager-silences", "alertmanager", "applies the silences of the config", port),
    ...(alertmanagerReplicas > 1
      ? [workloadFlow("alertmanager", "alertmanager", "agree who sends", ALERTMANAGER_GOSSIP_PORT)]
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

/** A public name may lie anywhere. */
export const ANY_IPV4_CIDRS = ["0.0.0.0/0"];

function probeFlow(probes: MonitoringFlowOptions["probes"]): Flow {
  const why = "knocks at the public door";
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
