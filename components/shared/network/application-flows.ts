import type { Namespace } from "../kubernetes/namespaces.ts";

/** The workloads that take part in the network, and the namespace each stands in. */
export const WORKLOAD_NAMESPACES = {
  gateway: "spacetime",
  "game-server": "spacetime",
  "database-bootstrap": "spacetime",
  postgres: "spacetime",
  redis: "spacetime",
  "postgres-exporter": "spacetime",
  "redis-exporter": "spacetime",
  prometheus: "spacetime-monitoring",
  alertmanager: "spacetime-monitoring",
  grafana: "spacetime-monitoring",
  "alertmanager-silences": "spacetime-monitoring",
  "blackbox-exporter": "spacetime-monitoring",
  "kube-state-metrics": "spacetime-monitoring",
  "node-exporter": "spacetime-nodes",
  "fluent-bit": "spacetime-nodes",
} as const satisfies Record<string, Namespace>;

/** The name of a workload, as its `app.kubernetes.io/name` label has it. */
export type Workload = keyof typeof WORKLOAD_NAMESPACES;

/** The workloads that hold a certificate of the internal authority: whoever is called inside the cluster. */
export const INTERNAL_TLS_SERVERS = [
  "game-server",
  "postgres",
  "redis",
  "gateway",
  "postgres-exporter",
  "redis-exporter",
  "prometheus",
  "alertmanager",
  "grafana",
  "blackbox-exporter",
  "kube-state-metrics",
  "node-exporter",
  "fluent-bit",
] as const satisfies readonly Workload[];

/** A workload with a certificate of the internal authority. */
export type InternalTlsServer = (typeof INTERNAL_TLS_SERVERS)[number];

/** The name that the cluster's DNS gives a Service of a workload's namespace; the workload's own Service bears its name. */
export function serviceHost(workload: Workload, service: string = workload): string {
  return `${service}.${WORKLOAD_NAMESPACES[workload]}.svc`;
}

/** One end of a flow. */
export type Peer =
  | { readonly kind: "workload"; readonly workload: Workload }
  /** Addresses outside the cluster, or of nodes. */
  | { readonly kind: "network"; readonly cidrs: readonly string[] }
  /** Everything in a namespace that somebody else runs, such as an Ingress controller's. */
  | { readonly kind: "namespace"; readonly namespace: string }
  /** The cluster's own name service. */
  | { readonly kind: "cluster-dns" };

export interface FlowPort {
  readonly protocol: "TCP" | "UDP";
  /** The port of the receiving pod or host, not of a Service in front of it. */
  readonly port: number;
}

/** Traffic that exists, declared once: the network policies and the architecture picture derive from it. */
export interface Flow {
  /** A stable name, `<from>-to-<to>` with a suffix where two of a kind exist. */
  readonly id: string;
  readonly why: string;
  readonly from: Peer;
  readonly to: Peer;
  readonly ports: readonly FlowPort[];
}

/** What the flows are made of, taken from the config by the program. */
export interface FlowOptions {
  readonly players: Peer;
  readonly gatewayPort: number;
  readonly gameServer: { readonly http: number; readonly telemetry: number; readonly discovery: number };
  readonly redis: DataStoreEndpoint;
  readonly database: DataStoreEndpoint & {
    /** Where the Job that makes the roles of a managed database finds Secrets Manager. */
    readonly bootstrap?: { readonly secretsManagerCidrs: readonly string[] };
  };
}

/** Where a store listens: in a pod, or at addresses outside the cluster. */
export type DataStoreEndpoint =
  | { readonly kind: "in-cluster"; readonly port: number }
  | { readonly kind: "external"; readonly port: number; readonly cidrs: readonly string[] };

/** A workload as one end of a flow. */
export function workloadPeer(name: Workload): Peer {
  return { kind: "workload", workload: name };
}

const DNS_PORTS: readonly FlowPort[] = [
  { protocol: "UDP", port: 53 },
  // Answers that do not fit a datagram are asked for again over TCP.
  { protocol: "TCP", port: 53 },
];

/** The name lookups of a workload. */
export function dnsFlow(from: Workload): Flow {
  return {
    id: `${from}-to-dns`,
    why: "looks up the names of the Services it calls",
    from: workloadPeer(from),
    to: { kind: "cluster-dns" },
    ports: DNS_PORTS,
  };
}

function dataStoreDestination(
  name: "postgres" | "redis",
  flow: DataStoreEndpoint,
): Pick<Flow, "to" | "ports"> {
  const to: Peer = flow.kind === "in-cluster" ? workloadPeer(name) : { kind: "network", cidrs: flow.cidrs };
  return { to, ports: [{ protocol: "TCP", port: flow.port }] };
}

/** The EKS Pod Identity agent of each node, which hands a pod the credentials of its role. */
const POD_IDENTITY_AGENT_CIDR = "169.254.170.23/32";

/** How a workload with a cloud role gets its credentials. */
export function podIdentityFlow(from: Workload): Flow {
  return {
    id: `${from}-to-pod-identity`,
    why: "asks for the credentials of its cloud role",
    from: workloadPeer(from),
    to: { kind: "network", cidrs: [POD_IDENTITY_AGENT_CIDR] },
    ports: [{ protocol: "TCP", port: 80 }],
  };
}

function bootstrapFlows({ database }: FlowOptions): Flow[] {
  if (database.bootstrap === undefined) return [];
  const from = workloadPeer("database-bootstrap");
  return [
    {
      id: "database-bootstrap-to-database",
      why: "makes the roles and sets their passwords",
      from,
      ...dataStoreDestination("postgres", database),
    },
    podIdentityFlow("database-bootstrap"),
    {
      id: "database-bootstrap-to-secrets-manager",
      why: "reads the administrator's password",
      from,
      to: { kind: "network", cidrs: database.bootstrap.secretsManagerCidrs },
      ports: [{ protocol: "TCP", port: 443 }],
    },
    dnsFlow("database-bootstrap"),
  ];
}

/** Every flow of a deployment; whatever is not in this list is denied. */
export function applicationFlows(options: FlowOptions): Flow[] {
  const { gameServer } = options;
  return [
    {
      id: "players-to-gateway",
      why: "players and the HTTP API come in over TLS",
      from: options.players,
      to: workloadPeer("gateway"),
      ports: [{ protocol: "TCP", port: options.gatewayPort }],
    },
    {
      id: "gateway-to-game-server-http",
      why: "passes HTTP requests on",
      from: workloadPeer("gateway"),
      to: workloadPeer("game-server"),
      ports: [{ protocol: "TCP", port: gameServer.http }],
    },
    {
      id: "gateway-to-game-server-telemetry",
      why: "passes telemetry WebSockets on",
      from: workloadPeer("gateway"),
      to: workloadPeer("game-server"),
      ports: [{ protocol: "TCP", port: gameServer.telemetry }],
    },
    {
      id: "game-server-mesh",
      why: "servers discover each other and hand regions over",
      from: workloadPeer("game-server"),
      to: workloadPeer("game-server"),
      ports: [{ protocol: "UDP", port: gameServer.discovery }],
    },
    {
      id: "game-server-to-redis",
      why: "shares sessions, mesh state and rate-limit counters",
      from: workloadPeer("game-server"),
      ...dataStoreDestination("redis", options.redis),
    },
    {
      id: "game-server-to-database",
      why: "keeps players and world objects",
      from: workloadPeer("game-server"),
      ...dataStoreDestination("postgres", options.database),
    },
    ...bootstrapFlows(options),
    dnsFlow("gateway"),
    dnsFlow("game-server"),
  ];
}
