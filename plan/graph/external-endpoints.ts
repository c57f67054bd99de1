import { compareCodeUnits } from "../format.ts";
import type { Json } from "../plan.ts";
import { asList, asObject, type KubernetesObject, toText, valueAt } from "./kubernetes-objects.ts";
import type { Connection, ExternalPeer, Traffic } from "./network-policy-traffic.ts";
import type { WorkloadGroup } from "./workload-groups.ts";

/** An endpoint that is reachable from outside the cluster: a load balancer, a node port or an Ingress. */
export interface ExternalEndpoint {
  readonly id: string;
  readonly kind: "LoadBalancer" | "NodePort" | "Ingress";
  readonly name: string;
  /** The ports of a Service, the host names of an Ingress. */
  readonly portsOrHosts: readonly string[];
  /** The namespace of the Ingress controller, if a network policy allows it. */
  readonly controllerNamespaces: readonly string[];
  /** The workload group behind the endpoint. */
  readonly group: string;
}

/** The external endpoints of a plan: Services of type LoadBalancer or NodePort, and Ingresses. */
export function findExternalEndpoints(
  objects: readonly KubernetesObject[],
  groups: readonly WorkloadGroup[],
): ExternalEndpoint[] {
  const services = objects.filter(({ kind }) => kind === "Service");
  const ingresses = objects.filter(({ kind }) => kind === "Ingress");
  return [
    ...services.flatMap((service) => endpointsOfService(service, groups)),
    ...ingresses.flatMap((ingress) => endpointsOfIngress(ingress, services, groups)),
  ].toSorted((a, b) => compareCodeUnits(a.id, b.id));
}

function endpointsOfService(service: KubernetesObject, groups: readonly WorkloadGroup[]): ExternalEndpoint[] {
  const kind = service.spec.type;
  if (kind !== "LoadBalancer" && kind !== "NodePort") return [];
  const portsOrHosts = asList(service.spec.ports).map((port) => {
    const number = toText(valueAt(port, kind === "NodePort" ? "nodePort" : "port"));
    return `${toText(valueAt(port, "protocol")) || "TCP"} ${number || "of the cluster's choice"}`;
  });
  return groupsSelectedBy(service, groups).map((group) => createEndpoint(kind, service, portsOrHosts, group));
}

function endpointsOfIngress(
  ingress: KubernetesObject,
  services: readonly KubernetesObject[],
  groups: readonly WorkloadGroup[],
): ExternalEndpoint[] {
  const rules = asList(ingress.spec.rules);
  const hosts = rules.map((rule) => toText(valueAt(rule, "host")) || "every host");
  const names = new Set(rules.flatMap(backendServiceNames));
  return services
    .filter(({ name, namespace }) => names.has(name) && namespace === ingress.namespace)
    .flatMap((service) => groupsSelectedBy(service, groups))
    .map((group) => createEndpoint("Ingress", ingress, hosts, group));
}

function backendServiceNames(rule: Json): string[] {
  return asList(valueAt(rule, "http", "paths")).map((path) =>
    toText(valueAt(path, "backend", "service", "name")),
  );
}

/** The groups that a Service selects, by the labels that network policies use. */
function groupsSelectedBy(
  { namespace, spec }: KubernetesObject,
  groups: readonly WorkloadGroup[],
): WorkloadGroup[] {
  return groups.filter(({ namespace: own, labels }) => {
    const known = Object.entries(asObject(spec.selector)).filter(([key]) => key in labels);
    return own === namespace && known.length > 0 && known.every(([key, value]) => labels[key] === value);
  });
}

function createEndpoint(
  kind: ExternalEndpoint["kind"],
  { name, namespace }: KubernetesObject,
  portsOrHosts: readonly string[],
  group: WorkloadGroup,
): ExternalEndpoint {
  return {
    id: `${kind} ${namespace}/${name} ${group.id}`,
    kind,
    name,
    portsOrHosts,
    controllerNamespaces: [],
    group: group.id,
  };
}

const PLAYERS = "players";

/** Routes external traffic through endpoints: traffic to a group with an endpoint is from players who use that endpoint. */
export function routeThroughEndpoints(
  traffic: readonly Traffic[],
  all: readonly ExternalEndpoint[],
): {
  readonly connections: readonly Connection[];
  readonly externalPeers: readonly ExternalPeer[];
  readonly externalEndpoints: readonly ExternalEndpoint[];
} {
  const uses = traffic.map((flow) => ({ flow, used: all.filter((candidate) => routesTo(candidate, flow)) }));
  const direct = uses.filter(({ used }) => used.length === 0).map(({ flow }) => flow);
  const guided = uses.filter(({ used }) => used.length > 0);
  const players = guided.flatMap(({ flow }) =>
    "kind" in flow.from && flow.from.kind === "addresses" ? flow.from.names : [],
  );
  const externalPeers = direct.flatMap(({ from, to }) => [from, to]).filter((end) => "kind" in end);
  return {
    connections: [
      ...direct.map(({ from, to, ports }) => ({ from: from.id, to: to.id, ports })),
      ...guided.flatMap(({ flow, used }) =>
        used.flatMap(({ id, kind, portsOrHosts }) => [
          { from: PLAYERS, to: id, ports: kind === "Ingress" ? [] : portsOrHosts },
          { from: id, to: flow.to.id, ports: flow.ports },
        ]),
      ),
    ],
    externalPeers: [
      ...(guided.length === 0
        ? []
        : [{ id: PLAYERS, kind: "players" as const, names: [...new Set(players)] }]),
      ...[...new Map(externalPeers.map((peer) => [peer.id, peer])).values()].toSorted((a, b) =>
        compareCodeUnits(a.id, b.id),
      ),
    ],
    externalEndpoints: all.map((candidate) => ({
      ...candidate,
      controllerNamespaces: findControllerNamespaces(candidate, traffic),
    })),
  };
}

function routesTo({ kind, group }: ExternalEndpoint, { from, to }: Traffic): boolean {
  if (to.id !== group || !("kind" in from)) return false;
  return from.kind === (kind === "Ingress" ? "namespace" : "addresses");
}

function findControllerNamespaces(candidate: ExternalEndpoint, traffic: readonly Traffic[]): string[] {
  const flows = candidate.kind === "Ingress" ? traffic.filter((flow) => routesTo(candidate, flow)) : [];
  return [...new Set(flows.flatMap(({ from }) => ("kind" in from ? from.names : [])))];
}
