import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../shared/environments.ts";
import { commonLabels, selectorLabels } from "../shared/kubernetes/labels.ts";
import {
  type Flow,
  type Peer,
  WORKLOAD_NAMESPACES,
  type Workload,
} from "../shared/network/application-flows.ts";

type PolicySpec = kubernetes.types.input.networking.v1.NetworkPolicySpec;
type PolicyPeer = kubernetes.types.input.networking.v1.NetworkPolicyPeer;
type PolicyPort = kubernetes.types.input.networking.v1.NetworkPolicyPort;

/** A network policy before it becomes a resource. */
export interface WorkloadNetworkPolicy {
  readonly workload: Workload;
  readonly namespace: string;
  readonly spec: PolicySpec;
}

/** Denies all ingress and egress of every pod in a namespace; each flow is an exception. */
export const DEFAULT_DENY: PolicySpec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/** Kubernetes sets this label on every namespace. */
const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

/** The DNS server of pods: the pods in kube-system, or an address if DNS does not run in pods. */
export type ClusterDns = { readonly kind: "pods" } | { readonly kind: "address"; readonly address: string };

function dnsPeers(dns: ClusterDns): PolicyPeer[] {
  // In EKS Auto Mode, DNS runs on each node behind the address of the DNS Service, which no pod selector matches.
  if (dns.kind === "address") return [{ ipBlock: { cidr: `${dns.address}/32` } }];
  return [
    {
      namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
  ];
}

function policyPeers(peer: Peer, ownNamespace: string, dns: ClusterDns): PolicyPeer[] {
  switch (peer.kind) {
    case "workload": {
      const namespace = WORKLOAD_NAMESPACES[peer.workload];
      const podSelector = { matchLabels: { ...selectorLabels(peer.workload) } };
      if (namespace === ownNamespace) return [{ podSelector }];
      return [{ namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } }, podSelector }];
    }
    case "network":
      return peer.cidrs.map((cidr) => ({ ipBlock: { cidr } }));
    case "namespace":
      return [{ namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: peer.namespace } } }];
    case "cluster-dns":
      return dnsPeers(dns);
    default: {
      const exhaustive: never = peer;
      return exhaustive;
    }
  }
}

function policyPorts(flow: Flow): PolicyPort[] {
  return flow.ports.map(({ protocol, port }) => ({ protocol, port }));
}

function isWorkload(peer: Peer, workload: Workload): boolean {
  return peer.kind === "workload" && peer.workload === workload;
}

/** One policy per workload with one rule per flow and direction; a workload without a flow stays denied by default. */
export function workloadNetworkPolicies(
  flows: readonly Flow[],
  dns: ClusterDns = { kind: "pods" },
): WorkloadNetworkPolicy[] {
  const names = Object.keys(WORKLOAD_NAMESPACES) as Workload[];
  return names.flatMap((workload) => {
    const namespace = WORKLOAD_NAMESPACES[workload];
    const ingress = flows
      .filter((flow) => isWorkload(flow.to, workload))
      .map((flow) => ({ from: policyPeers(flow.from, namespace, dns), ports: policyPorts(flow) }));
    const egress = flows
      .filter((flow) => isWorkload(flow.from, workload))
      .map((flow) => ({ to: policyPeers(flow.to, namespace, dns), ports: policyPorts(flow) }));
    if (ingress.length === 0 && egress.length === 0) return [];
    const spec: PolicySpec = {
      podSelector: { matchLabels: { ...selectorLabels(workload) } },
      policyTypes: ["Ingress", "Egress"],
      // The API server does not store an empty list, so it would show as a change in every preview.
      ...(ingress.length > 0 ? { ingress } : {}),
      ...(egress.length > 0 ? { egress } : {}),
    };
    return [{ workload, namespace, spec }];
  });
}

interface NetworkPoliciesArgs {
  readonly environment: Environment;
  /** The allowed traffic; all other traffic is denied. */
  readonly flows: readonly Flow[];
  readonly dns: ClusterDns;
}

/** One NetworkPolicy per workload that allows exactly the declared flows. */
export class NetworkPolicies extends pulumi.ComponentResource {
  constructor(name: string, args: NetworkPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:NetworkPolicies", name, {}, opts);
    for (const { workload, namespace, spec } of workloadNetworkPolicies(args.flows, args.dns)) {
      new kubernetes.networking.v1.NetworkPolicy(
        `${name}-${workload}`,
        {
          metadata: { name: workload, namespace, labels: { ...commonLabels(workload, args.environment) } },
          spec,
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
