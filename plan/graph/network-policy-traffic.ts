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

/** Somebody whom the plan does not run: players, addresses outside the cluster, somebody else's namespace. */
export interface ExternalPeer {
  readonly id: string;
  readonly kind: "players" | "addresses" | "namespace";
  /** Address ranges, or names of namespaces. */
  readonly names: readonly string[];
}

/** Traffic that the policies let through, between groups, outsiders and entrances. */
export interface Connection {
  readonly from: string;
  readonly to: string;
  /** Such as `TCP 8080`, without repetition. */
  readonly ports: readonly string[];
}

/** One end of traffic, before it is known which way it takes. */
export type TrafficEnd = WorkloadGroup | ExternalPeer;

export interface Traffic {
  readonly from: TrafficEnd;
  readonly to: TrafficEnd;
  readonly ports: readonly string[];
}

/** Whether a policy denies everything that no other lets in to its namespace. */
export function isDefaultDenyPolicy({ spec }: KubernetesObject): boolean {
  const everyPod = Object.keys(asObject(spec.podSelector)).length === 0;
  return everyPod && asList(spec.policyTypes).includes("Ingress") && asList(spec.ingress).length === 0;
}

/** What a policy lets in to its pods, and out of them to outsiders: between groups, the receiver's word counts. */
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

/** The label that Kubernetes itself puts on each namespace. */
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

/** Name lookups go out to port 53 alone; drawn, they would be the most arrows and say the least. */
export function isDnsLookup({ to, ports: allowed }: Traffic): boolean {
  return "kind" in to && allowed.every((port) => port.endsWith(" 53"));
}
