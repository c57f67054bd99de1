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

/** What a plan's workloads are and who may talk to whom, read from its Kubernetes objects alone. */
export interface Architecture {
  readonly groups: readonly WorkloadGroup[];
  readonly entrances: readonly ExternalEndpoint[];
  readonly outsiders: readonly ExternalPeer[];
  readonly connections: readonly Connection[];
  /** The groups that may ask the cluster's name service, which no picture needs as an arrow. */
  readonly dnsClients: readonly string[];
  /** The namespaces in which whatever no policy lets in is denied. */
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

/** One connection for each pair of ends. */
function mergeConnections(connections: readonly Connection[]): Connection[] {
  const between = Map.groupBy(connections, ({ from, to }) => JSON.stringify([from, to]));
  return [...between.values()]
    .flatMap((alike) => {
      const ports = [...new Set(alike.flatMap((connection) => connection.ports))].sort();
      return alike.slice(0, 1).map(({ from, to }) => ({ from, to, ports }));
    })
    .toSorted((a, b) => compareCodeUnits(a.from, b.from) || compareCodeUnits(a.to, b.to));
}
