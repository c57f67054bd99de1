import { type Entrance, entrances, throughEntrances } from "./entrances.ts";
import { type KubernetesObject, kubernetesObjects } from "./kubernetes.ts";
import type { Plan } from "./plan.ts";
import { byCodeUnit } from "./text.ts";
import { type Connection, deniesByDefault, isNameLookup, type Outsider, trafficOf } from "./traffic.ts";
import { type WorkloadGroup, workloadGroups } from "./workload-groups.ts";

/** What a plan's workloads are and who may talk to whom, read from its Kubernetes objects alone. */
export interface Architecture {
  readonly groups: readonly WorkloadGroup[];
  readonly entrances: readonly Entrance[];
  readonly outsiders: readonly Outsider[];
  readonly connections: readonly Connection[];
  /** The groups that may ask the cluster's name service, which no picture needs as an arrow. */
  readonly askNames: readonly string[];
  /** The namespaces in which whatever no policy lets in is denied. */
  readonly denying: ReadonlySet<string>;
  readonly objects: readonly KubernetesObject[];
}

export function architectureOf(plan: Plan): Architecture {
  const objects = kubernetesObjects(plan);
  const groups = workloadGroups(objects);
  const policies = objects.filter(({ kind }) => kind === "NetworkPolicy");
  const traffic = policies.flatMap((policy) => trafficOf(policy, groups, objects));
  const lookups = traffic.filter(isNameLookup);
  const routed = throughEntrances(
    traffic.filter((flow) => !isNameLookup(flow)),
    entrances(objects, groups),
  );
  return {
    groups,
    ...routed,
    connections: merged(routed.connections),
    askNames: [...new Set(lookups.map(({ from }) => ("title" in from ? from.title : from.id)))].sort(),
    denying: new Set(policies.filter(deniesByDefault).map(({ namespace }) => namespace)),
    objects,
  };
}

/** One connection for each pair of ends. */
function merged(connections: readonly Connection[]): Connection[] {
  const between = Map.groupBy(connections, ({ from, to }) => JSON.stringify([from, to]));
  return [...between.values()]
    .flatMap((alike) => {
      const ports = [...new Set(alike.flatMap((connection) => connection.ports))].sort();
      return alike.slice(0, 1).map(({ from, to }) => ({ from, to, ports }));
    })
    .toSorted((a, b) => byCodeUnit(a.from, b.from) || byCodeUnit(a.to, b.to));
}
