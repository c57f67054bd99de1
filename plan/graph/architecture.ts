import { compareCodeUnits } from "../format.ts";
import type { Plan } from "../plan.ts";
import { type ExternalEndpoint, findExternalEndpoints, routeThroughEndpoints } from "./external-endpoints.ts";
import { type KubernetesObject, readKubernetesObjects } from "./kubernetes-objects.ts";
import {
  type Connection,
  type ExternalPeer,
  isDefaultDenyPolicy,
  isDnsLookup,
  trafficAllowedBy,
} from "./network-policy-traffic.ts";
import { groupWorkloads, type WorkloadGroup } from "./workload-groups.ts";

/** The workloads of a plan and their allowed connections, derived from its Kubernetes objects. */
export interface Architecture {
  readonly groups: readonly WorkloadGroup[];
  readonly externalEndpoints: readonly ExternalEndpoint[];
  readonly externalPeers: readonly ExternalPeer[];
  readonly connections: readonly Connection[];
  /** The groups that may use the cluster's DNS, which the diagram shows without arrows. */
  readonly dnsClients: readonly string[];
  /** The namespaces with a default-deny policy. */
  readonly defaultDenyNamespaces: ReadonlySet<string>;
  readonly objects: readonly KubernetesObject[];
}

export function readArchitecture(plan: Plan): Architecture {
  const objects = readKubernetesObjects(plan);
  const groups = groupWorkloads(objects);
  const policies = objects.filter(({ kind }) => kind === "NetworkPolicy");
  const traffic = policies.flatMap((policy) => trafficAllowedBy(policy, groups, objects));
  const lookups = traffic.filter(isDnsLookup);
  const routed = routeThroughEndpoints(
    traffic.filter((flow) => !isDnsLookup(flow)),
    findExternalEndpoints(objects, groups),
  );
  return {
    groups,
    ...routed,
    connections: mergeConnections(routed.connections),
    dnsClients: [...new Set(lookups.map(({ from }) => ("title" in from ? from.title : from.id)))].sort(),
    defaultDenyNamespaces: new Set(policies.filter(isDefaultDenyPolicy).map(({ namespace }) => namespace)),
    objects,
  };
}

/** Merges the connections between the same two peers. */
function mergeConnections(connections: readonly Connection[]): Connection[] {
  const between = Map.groupBy(connections, ({ from, to }) => JSON.stringify([from, to]));
  return [...between.values()]
    .flatMap((parallel) => {
      const ports = [...new Set(parallel.flatMap((connection) => connection.ports))].sort();
      return parallel.slice(0, 1).map(({ from, to }) => ({ from, to, ports }));
    })
    .toSorted((a, b) => compareCodeUnits(a.from, b.from) || compareCodeUnits(a.to, b.to));
}
