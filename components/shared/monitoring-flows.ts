import { type Flow, nameLookups, type Peer, podIdentity, type Workload, workload } from "./flows.ts";
import {
  ALERTMANAGER_CLUSTER_PORT,
  API_SERVER_PORTS,
  CLUSTER_EXPORTER_PORTS,
  KUBELET_PORT,
  METRICS_PORTS,
} from "./metrics-ports.ts";

/** A destination outside the cluster. */
export interface Outside {
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
  readonly remoteWrite: Outside | undefined;
  /** Whether Prometheus signs what it sends with a cloud role. */
  readonly cloudRole: boolean;
  readonly notifications: readonly Outside[];
}

const tcp = (...ports: readonly number[]): Flow["ports"] => ports.map((port) => ({ protocol: "TCP", port }));

function between(from: Workload, to: Workload, why: string, ...ports: readonly number[]): Flow {
  return { id: `${from}-to-${to}`, why, from: workload(from), to: workload(to), ports: tcp(...ports) };
}

/** Every flow of the metrics and alerts. */
export function monitoringFlows(options: MonitoringFlowOptions): Flow[] {
  return [
    ...scrapes(options),
    ...storeQuestions(options),
    ...apiQuestions(options),
    ...alerting(options),
    probeFlow(options.probes),
    ...(options.remoteWrite === undefined ? [] : [outward("prometheus", options.remoteWrite)]),
    ...(options.cloudRole ? [podIdentity("prometheus")] : []),
    between("grafana", "prometheus", "draws what was collected", METRICS_PORTS.prometheus),
    between("grafana", "alertmanager", "lists alerts and silences", METRICS_PORTS.alertmanager),
    ...askers(options).map(nameLookups),
  ];
}

function askers({ redisPort, postgresPort }: MonitoringFlowOptions): Workload[] {
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

function scrapes(options: MonitoringFlowOptions): Flow[] {
  const why = "collects metrics";
  const own = (to: Workload & keyof typeof METRICS_PORTS): Flow =>
    between("prometheus", to, why, METRICS_PORTS[to]);
  const exporter = (to: keyof typeof CLUSTER_EXPORTER_PORTS, namespace: string | undefined): Flow =>
    namespace === undefined
      ? own(to)
      : {
          id: `prometheus-to-${to}`,
          why,
          from: workload("prometheus"),
          to: { kind: "namespace", namespace },
          ports: tcp(CLUSTER_EXPORTER_PORTS[to]),
        };
  return [
    between("prometheus", "game-server", "collects metrics with a token of its own", options.gameServerPort),
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

function storeQuestions({ redisPort, postgresPort }: MonitoringFlowOptions): Flow[] {
  const why = "reads figures";
  return [
    ...(redisPort === undefined ? [] : [between("redis-exporter", "redis", why, redisPort)]),
    ...(postgresPort === undefined ? [] : [between("postgres-exporter", "postgres", why, postgresPort)]),
  ];
}

function apiQuestions({ clusterCidrs, kubeStateMetricsNamespace }: MonitoringFlowOptions): Flow[] {
  const nodes: Peer = { kind: "network", cidrs: clusterCidrs };
  return [
    {
      id: "prometheus-to-cluster",
      why: "finds its targets in the API server and asks the kubelets",
      from: workload("prometheus"),
      to: nodes,
      ports: tcp(...API_SERVER_PORTS, KUBELET_PORT),
    },
    ...(kubeStateMetricsNamespace === undefined
      ? [
          {
            id: "kube-state-metrics-to-api-server",
            why: "lists objects",
            from: workload("kube-state-metrics"),
            to: nodes,
            ports: tcp(...API_SERVER_PORTS),
          },
          nameLookups("kube-state-metrics"),
        ]
      : []),
  ];
}

function alerting({ alertmanagerReplicas, notifications }: MonitoringFlowOptions): Flow[] {
  const port = METRICS_PORTS.alertmanager;
  return [
    between("prometheus", "alertmanager", "raises alerts, and collects metrics", port),
    between("alertmanager-silences", "alertmanager", "applies the silences of the config", port),
    ...(alertmanagerReplicas > 1
      ? [between("alertmanager", "alertmanager", "agree who sends", ALERTMANAGER_CLUSTER_PORT)]
      : []),
    ...notifications.map((receiver) => outward("alertmanager", receiver)),
  ];
}

function outward(from: Workload, { name, why, cidrs, port }: Outside): Flow {
  return {
    id: `${from}-to-${name}`,
    why,
    from: workload(from),
    to: { kind: "network", cidrs },
    ports: tcp(port),
  };
}

/** A public name may lie anywhere. */
export const ANYWHERE = ["0.0.0.0/0"];

function probeFlow(probes: MonitoringFlowOptions["probes"]): Flow {
  const why = "knocks at the public door";
  switch (probes.kind) {
    case "gateway":
      return between("blackbox-exporter", "gateway", why, probes.port);
    case "public":
      return outward("blackbox-exporter", { name: "internet", why, cidrs: ANYWHERE, port: 443 });
    default: {
      const exhaustive: never = probes;
      return exhaustive;
    }
  }
}

/** The flows of the log shipper. */
export function loggingFlows(receiver: Outside, cloudRole: boolean): Flow[] {
  return [
    outward("fluent-bit", receiver),
    ...(cloudRole ? [podIdentity("fluent-bit")] : []),
    nameLookups("fluent-bit"),
  ];
}
