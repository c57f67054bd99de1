import type { Namespace } from "../kubernetes/namespaces.ts";

/** The workloads with network traffic and their namespaces. */
export const WORKLOAD_NAMESPACES = {
  gateway: "spacetime",
  "game-server": "spacetime",
  "database-bootstrap": "spacetime",
  postgres: "spacetime",
  redis: "spacetime",
  "postgres-exporter": "spacetime",
  "redis-exporter": "spacetime",
  "backup-repository": "spacetime-backup",
  backup: "spacetime-backup",
  "restore-drill": "spacetime-backup",
  prometheus: "spacetime-monitoring",
  alertmanager: "spacetime-monitoring",
  grafana: "spacetime-monitoring",
  "alertmanager-silences": "spacetime-monitoring",
  "blackbox-exporter": "spacetime-monitoring",
  "kube-state-metrics": "spacetime-monitoring",
  "node-exporter": "spacetime-nodes",
  "fluent-bit": "spacetime-nodes",
} as const satisfies Record<string, Namespace>;

/** The name of a workload: the value of its label `app.kubernetes.io/name`. */
export type Workload = keyof typeof WORKLOAD_NAMESPACES;

/** The workloads with a certificate of the internal CA: all servers inside the cluster. */
const INTERNAL_TLS_SERVERS = [
  "game-server",
  "postgres",
  "redis",
  "gateway",
  "postgres-exporter",
  "redis-exporter",
  "backup-repository",
  "prometheus",
  "alertmanager",
  "grafana",
  "blackbox-exporter",
  "kube-state-metrics",
  "node-exporter",
  "fluent-bit",
] as const satisfies readonly Workload[];

/** A workload with a certificate of the internal CA. */
export type InternalTlsServer = (typeof INTERNAL_TLS_SERVERS)[number];

/** The DNS name of a Service in the namespace of a workload; by default, of the Service with the workload's name. */
export function serviceHost(workload: Workload, service: string = workload): string {
  return `${service}.${WORKLOAD_NAMESPACES[workload]}.svc`;
}

/** One end of a flow. */
export type Peer =
  | { readonly kind: "workload"; readonly workload: Workload }
  /** Addresses outside the cluster, or of nodes. */
  | { readonly kind: "network"; readonly cidrs: readonly string[] }
  /** All pods in an external namespace, such as that of an Ingress controller. */
  | { readonly kind: "namespace"; readonly namespace: string }
  /** The DNS server of the cluster. */
  | { readonly kind: "cluster-dns" };

interface FlowPort {
  readonly protocol: "TCP" | "UDP";
  /** The port of the receiving pod or host, not of a Service in front of it. */
  readonly port: number;
}

/** Allowed traffic. The network policies and the architecture diagram are derived from the flows. */
export interface Flow {
  /** A stable name: `<from>-to-<to>`, with a suffix if there are several. */
  readonly id: string;
  readonly why: string;
  readonly from: Peer;
  readonly to: Peer;
  readonly ports: readonly FlowPort[];
}

/** The options of the application's flows. */
export interface FlowOptions {
  readonly players: Peer;
  readonly gatewayPort: number;
  readonly gameServer: { readonly http: number; readonly telemetry: number; readonly discovery: number };
  readonly redis: DataStoreEndpoint;
  readonly database: DataStoreEndpoint & {
    /** The addresses of Secrets Manager for the Job that creates the roles of a managed database. */
    readonly bootstrap?: { readonly secretsManagerCidrs: readonly string[] };
  };
}

/** The endpoint of a database: in a pod, or at addresses outside the cluster. */
export type DataStoreEndpoint =
  | { readonly kind: "in-cluster"; readonly port: number }
  | { readonly kind: "external"; readonly port: number; readonly cidrs: readonly string[] };

/** A workload as one end of a flow. */
export function workloadPeer(name: Workload): Peer {
  return { kind: "workload", workload: name };
}

const DNS_PORTS: readonly FlowPort[] = [
  { protocol: "UDP", port: 53 },
  // Clients retry over TCP if a response does not fit into a datagram.
  { protocol: "TCP", port: 53 },
];

/** The DNS queries of a workload. */
export function dnsFlow(from: Workload): Flow {
  return {
    id: `${from}-to-dns`,
    why: "resolves the names of Services",
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

/** The EKS Pod Identity agent on each node, which provides the credentials of a pod's role. */
const POD_IDENTITY_AGENT_CIDR = "169.254.170.23/32";

/** The requests of a workload for the credentials of its IAM role. */
export function podIdentityFlow(from: Workload): Flow {
  return {
    id: `${from}-to-pod-identity`,
    why: "gets the credentials of its IAM role",
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
      why: "creates the roles and sets their passwords",
      from,
      ...dataStoreDestination("postgres", database),
    },
    podIdentityFlow("database-bootstrap"),
    {
      id: "database-bootstrap-to-secrets-manager",
      why: "reads the master password",
      from,
      to: { kind: "network", cidrs: database.bootstrap.secretsManagerCidrs },
      ports: [{ protocol: "TCP", port: 443 }],
    },
    dnsFlow("database-bootstrap"),
  ];
}

/** The flows of the application; traffic that is not listed is denied. */
export function applicationFlows(options: FlowOptions): Flow[] {
  const { gameServer } = options;
  return [
    {
      id: "players-to-gateway",
      why: "accepts players and HTTP API clients over TLS",
      from: options.players,
      to: workloadPeer("gateway"),
      ports: [{ protocol: "TCP", port: options.gatewayPort }],
    },
    {
      id: "gateway-to-game-server-http",
      why: "forwards HTTP requests",
      from: workloadPeer("gateway"),
      to: workloadPeer("game-server"),
      ports: [{ protocol: "TCP", port: gameServer.http }],
    },
    {
      id: "gateway-to-game-server-telemetry",
      why: "forwards telemetry WebSockets",
      from: workloadPeer("gateway"),
      to: workloadPeer("game-server"),
      ports: [{ protocol: "TCP", port: gameServer.telemetry }],
    },
    {
      id: "game-server-mesh",
      why: "discovers other servers and hands over regions",
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
      why: "stores players and world objects",
      from: workloadPeer("game-server"),
      ...dataStoreDestination("postgres", options.database),
    },
    ...bootstrapFlows(options),
    dnsFlow("gateway"),
    dnsFlow("game-server"),
  ];
}
