import { asList, asObject, at, type KubernetesObject, textOf } from "./kubernetes.ts";
import type { Json } from "./plan.ts";
import { byCodeUnit } from "./text.ts";
import type { Connection, Outsider, Traffic } from "./traffic.ts";
import type { WorkloadGroup } from "./workload-groups.ts";

/** A way in from outside the cluster: a load balancer, a node port, an Ingress. */
export interface Entrance {
  readonly id: string;
  readonly kind: "LoadBalancer" | "NodePort" | "Ingress";
  readonly name: string;
  /** The ports of a Service, the host names of an Ingress. */
  readonly listens: readonly string[];
  /** The namespace whose pods pass the traffic of an Ingress on, where a policy names it. */
  readonly through: readonly string[];
  /** The group that it leads to. */
  readonly group: string;
}

/** The entrances of a plan: Services that are reachable from outside, and Ingresses. */
export function entrances(
  objects: readonly KubernetesObject[],
  groups: readonly WorkloadGroup[],
): Entrance[] {
  const services = objects.filter(({ kind }) => kind === "Service");
  const ingresses = objects.filter(({ kind }) => kind === "Ingress");
  return [
    ...services.flatMap((service) => ofService(service, groups)),
    ...ingresses.flatMap((ingress) => ofIngress(ingress, services, groups)),
  ].toSorted((a, b) => byCodeUnit(a.id, b.id));
}

function ofService(service: KubernetesObject, groups: readonly WorkloadGroup[]): Entrance[] {
  const kind = service.spec.type;
  if (kind !== "LoadBalancer" && kind !== "NodePort") return [];
  const listens = asList(service.spec.ports).map((port) => {
    const number = textOf(at(port, kind === "NodePort" ? "nodePort" : "port"));
    return `${textOf(at(port, "protocol")) || "TCP"} ${number || "of the cluster's choice"}`;
  });
  return behind(service, groups).map((group) => entrance(kind, service, listens, group));
}

function ofIngress(
  ingress: KubernetesObject,
  services: readonly KubernetesObject[],
  groups: readonly WorkloadGroup[],
): Entrance[] {
  const rules = asList(ingress.spec.rules);
  const hosts = rules.map((rule) => textOf(at(rule, "host")) || "every host");
  const names = new Set(rules.flatMap(backends));
  return services
    .filter(({ name, namespace }) => names.has(name) && namespace === ingress.namespace)
    .flatMap((service) => behind(service, groups))
    .map((group) => entrance("Ingress", ingress, hosts, group));
}

function backends(rule: Json): string[] {
  return asList(at(rule, "http", "paths")).map((path) => textOf(at(path, "backend", "service", "name")));
}

/** The groups that a Service selects, as far as the labels say that policies look at. */
function behind({ namespace, spec }: KubernetesObject, groups: readonly WorkloadGroup[]): WorkloadGroup[] {
  return groups.filter(({ namespace: own, labels }) => {
    const seen = Object.entries(asObject(spec.selector)).filter(([key]) => key in labels);
    return own === namespace && seen.length > 0 && seen.every(([key, value]) => labels[key] === value);
  });
}

function entrance(
  kind: Entrance["kind"],
  { name, namespace }: KubernetesObject,
  listens: readonly string[],
  group: WorkloadGroup,
): Entrance {
  return {
    id: `${kind} ${namespace}/${name} ${group.id}`,
    kind,
    name,
    listens,
    through: [],
    group: group.id,
  };
}

const PLAYERS = "players";

/** Traffic by the way it takes: what comes from outside to a group with an entrance are players who use that entrance. */
export function throughEntrances(
  traffic: readonly Traffic[],
  all: readonly Entrance[],
): {
  readonly connections: readonly Connection[];
  readonly outsiders: readonly Outsider[];
  readonly entrances: readonly Entrance[];
} {
  const uses = traffic.map((flow) => ({ flow, used: all.filter((candidate) => leads(candidate, flow)) }));
  const direct = uses.filter(({ used }) => used.length === 0).map(({ flow }) => flow);
  const guided = uses.filter(({ used }) => used.length > 0);
  const players = guided.flatMap(({ flow }) =>
    "kind" in flow.from && flow.from.kind === "addresses" ? flow.from.names : [],
  );
  const outsiders = direct.flatMap(({ from, to }) => [from, to]).filter((end) => "kind" in end);
  return {
    connections: [
      ...direct.map(({ from, to, ports }) => ({ from: from.id, to: to.id, ports })),
      ...guided.flatMap(({ flow, used }) =>
        used.flatMap(({ id, kind, listens }) => [
          { from: PLAYERS, to: id, ports: kind === "Ingress" ? [] : listens },
          { from: id, to: flow.to.id, ports: flow.ports },
        ]),
      ),
    ],
    outsiders: [
      ...(guided.length === 0
        ? []
        : [{ id: PLAYERS, kind: "players" as const, names: [...new Set(players)] }]),
      ...[...new Map(outsiders.map((outsider) => [outsider.id, outsider])).values()].toSorted((a, b) =>
        byCodeUnit(a.id, b.id),
      ),
    ],
    entrances: all.map((candidate) => ({ ...candidate, through: controllers(candidate, traffic) })),
  };
}

function leads({ kind, group }: Entrance, { from, to }: Traffic): boolean {
  if (to.id !== group || !("kind" in from)) return false;
  return from.kind === (kind === "Ingress" ? "namespace" : "addresses");
}

function controllers(candidate: Entrance, traffic: readonly Traffic[]): string[] {
  const flows = candidate.kind === "Ingress" ? traffic.filter((flow) => leads(candidate, flow)) : [];
  return [...new Set(flows.flatMap(({ from }) => ("kind" in from ? from.names : [])))];
}
