import type { Json, JsonObject } from "../plan.ts";
import {
  asList,
  asObject,
  type KubernetesObject,
  matchesLabelSelector,
  toText,
  valueAt,
} from "./kubernetes-objects.ts";
import type { WorkloadGroup } from "./workload-groups.ts";

/** A peer outside the plan: players, addresses outside the cluster, or an external namespace. */
export interface ExternalPeer {
  readonly id: string;
  readonly kind: "players" | "addresses" | "namespace";
  /** Address ranges, or names of namespaces. */
  readonly names: readonly string[];
}

/** Allowed traffic between groups, external peers and external endpoints. */
export interface Connection {
  readonly from: string;
  readonly to: string;
  /** For example `TCP 8080`; distinct. */
  readonly ports: readonly string[];
}

/** A peer of traffic that is not routed through an endpoint yet. */
type TrafficEnd = WorkloadGroup | ExternalPeer;

export interface Traffic {
  readonly from: TrafficEnd;
  readonly to: TrafficEnd;
  readonly ports: readonly string[];
}

/** Whether a policy is a default-deny policy for its namespace. */
export function isDefaultDenyPolicy({ spec }: KubernetesObject): boolean {
  const everyPod = Object.keys(asObject(spec.podSelector)).length === 0;
  return everyPod && asList(spec.policyTypes).includes("Ingress") && asList(spec.ingress).length === 0;
}

/** The allowed ingress of a policy, and its egress to external peers; between groups, the receiver's ingress counts. */
export function trafficAllowedBy(
  { namespace, spec }: KubernetesObject,
  groups: readonly WorkloadGroup[],
  objects: readonly KubernetesObject[],
): Traffic[] {
  const own = groups.filter(
    (group) => group.namespace === namespace && matchesLabelSelector(spec.podSelector, group.labels),
  );
  const rules = (direction: "ingress" | "egress", key: "from" | "to") =>
    asList(spec[direction]).map((rule) => ({
      peers: resolvePeers(asList(valueAt(rule, key)), namespace, groups, objects),
      ports: formatPorts(asList(valueAt(rule, "ports"))),
    }));
  const into = rules("ingress", "from").flatMap((rule) =>
    rule.peers.flatMap((from) => own.map((to) => ({ from, to, ports: rule.ports }))),
  );
  const outOf = rules("egress", "to").flatMap((rule) =>
    rule.peers.flatMap((to) => ("kind" in to ? own.map((from) => ({ from, to, ports: rule.ports })) : [])),
  );
  return [...into, ...outOf];
}

function formatPorts(list: readonly Json[]): string[] {
  if (list.length === 0) return ["every port"];
  return list.map((entry) => {
    const { protocol = "TCP", port, endPort } = asObject(entry);
    const range = endPort === undefined ? toText(port) : `${toText(port)}–${toText(endPort)}`;
    return `${toText(protocol)} ${range}`;
  });
}

/** Kubernetes sets this label on every namespace. */
const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

function resolvePeers(
  list: readonly Json[],
  namespace: string,
  groups: readonly WorkloadGroup[],
  objects: readonly KubernetesObject[],
): TrafficEnd[] {
  if (list.length === 0) return [addressPeer(["anywhere"])];
  const cidrs = list.map((peer) => toText(valueAt(peer, "ipBlock", "cidr"))).filter((cidr) => cidr !== "");
  const others = list.map(asObject).filter(({ ipBlock }) => ipBlock === undefined);
  const found = others.flatMap(({ namespaceSelector, podSelector }): TrafficEnd[] => {
    const inside = groups.filter(
      (group) =>
        matchesLabelSelector(podSelector, group.labels) &&
        (namespaceSelector === undefined
          ? group.namespace === namespace
          : matchesLabelSelector(namespaceSelector, namespaceLabels(group.namespace, objects))),
    );
    return inside.length > 0 || namespaceSelector === undefined ? inside : [namespacePeer(namespaceSelector)];
  });
  return [...(cidrs.length === 0 ? [] : [addressPeer(cidrs)]), ...found];
}

function namespaceLabels(namespace: string, objects: readonly KubernetesObject[]): JsonObject {
  const declared = objects.find(({ kind, name }) => kind === "Namespace" && name === namespace)?.labels ?? {};
  return { ...declared, [NAMESPACE_NAME_LABEL]: namespace };
}

function addressPeer(names: readonly string[]): ExternalPeer {
  return { id: `addresses ${names.join(" ")}`, kind: "addresses", names };
}

function namespacePeer(selector: Json): ExternalPeer {
  const labels = asObject(valueAt(selector, "matchLabels"));
  const name = toText(labels[NAMESPACE_NAME_LABEL]);
  const all = Object.entries(labels).map(([key, value]) => `${key}=${toText(value)}`);
  const names = name !== "" ? [name] : all.length > 0 ? all : ["every namespace"];
  return { id: `namespace ${names.join(" ")}`, kind: "namespace", names };
}

/** Egress to port 53 only. DNS queries are not drawn, because they would add many arrows with little information. */
export function isDnsLookup({ to, ports: allowed }: Traffic): boolean {
  return "kind" in to && allowed.every((port) => port.endsWith(" 53"));
}
