import { asList, asObject, at, type KubernetesObject, selects, textOf } from "./kubernetes.ts";
import type { Json, JsonObject } from "./plan.ts";
import type { WorkloadGroup } from "./workload-groups.ts";

/** Somebody whom the plan does not run: players, addresses outside the cluster, somebody else's namespace. */
export interface Outsider {
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
export type End = WorkloadGroup | Outsider;

export interface Traffic {
  readonly from: End;
  readonly to: End;
  readonly ports: readonly string[];
}

/** Whether a policy denies everything that no other lets in to its namespace. */
export function deniesByDefault({ spec }: KubernetesObject): boolean {
  const everyPod = Object.keys(asObject(spec.podSelector)).length === 0;
  return everyPod && asList(spec.policyTypes).includes("Ingress") && asList(spec.ingress).length === 0;
}

/** What a policy lets in to its pods, and out of them to outsiders: between groups, the receiver's word counts. */
export function trafficOf(
  { namespace, spec }: KubernetesObject,
  groups: readonly WorkloadGroup[],
  objects: readonly KubernetesObject[],
): Traffic[] {
  const own = groups.filter(
    (group) => group.namespace === namespace && selects(spec.podSelector, group.labels),
  );
  const rules = (direction: "ingress" | "egress", key: "from" | "to") =>
    asList(spec[direction]).map((rule) => ({
      peers: peers(asList(at(rule, key)), namespace, groups, objects),
      ports: ports(asList(at(rule, "ports"))),
    }));
  const into = rules("ingress", "from").flatMap((rule) =>
    rule.peers.flatMap((from) => own.map((to) => ({ from, to, ports: rule.ports }))),
  );
  const outOf = rules("egress", "to").flatMap((rule) =>
    rule.peers.flatMap((to) => ("kind" in to ? own.map((from) => ({ from, to, ports: rule.ports })) : [])),
  );
  return [...into, ...outOf];
}

function ports(list: readonly Json[]): string[] {
  if (list.length === 0) return ["every port"];
  return list.map((entry) => {
    const { protocol = "TCP", port, endPort } = asObject(entry);
    const range = endPort === undefined ? textOf(port) : `${textOf(port)}–${textOf(endPort)}`;
    return `${textOf(protocol)} ${range}`;
  });
}

/** The label that Kubernetes itself puts on each namespace. */
const NAMESPACE_NAME = "kubernetes.io/metadata.name";

function peers(
  list: readonly Json[],
  namespace: string,
  groups: readonly WorkloadGroup[],
  objects: readonly KubernetesObject[],
): End[] {
  if (list.length === 0) return [addresses(["anywhere"])];
  const cidrs = list.map((peer) => textOf(at(peer, "ipBlock", "cidr"))).filter((cidr) => cidr !== "");
  const others = list.map(asObject).filter(({ ipBlock }) => ipBlock === undefined);
  const found = others.flatMap(({ namespaceSelector, podSelector }): End[] => {
    const inside = groups.filter(
      (group) =>
        selects(podSelector, group.labels) &&
        (namespaceSelector === undefined
          ? group.namespace === namespace
          : selects(namespaceSelector, namespaceLabels(group.namespace, objects))),
    );
    return inside.length > 0 || namespaceSelector === undefined
      ? inside
      : [foreignNamespace(namespaceSelector)];
  });
  return [...(cidrs.length === 0 ? [] : [addresses(cidrs)]), ...found];
}

function namespaceLabels(namespace: string, objects: readonly KubernetesObject[]): JsonObject {
  const declared = objects.find(({ kind, name }) => kind === "Namespace" && name === namespace)?.labels ?? {};
  return { ...declared, [NAMESPACE_NAME]: namespace };
}

function addresses(names: readonly string[]): Outsider {
  return { id: `addresses ${names.join(" ")}`, kind: "addresses", names };
}

function foreignNamespace(selector: Json): Outsider {
  const labels = asObject(at(selector, "matchLabels"));
  const name = textOf(labels[NAMESPACE_NAME]);
  const all = Object.entries(labels).map(([key, value]) => `${key}=${textOf(value)}`);
  const names = name !== "" ? [name] : all.length > 0 ? all : ["every namespace"];
  return { id: `namespace ${names.join(" ")}`, kind: "namespace", names };
}

/** Name lookups go out to port 53 alone; drawn, they would be the most arrows and say the least. */
export function isNameLookup({ to, ports: allowed }: Traffic): boolean {
  return "kind" in to && allowed.every((port) => port.endsWith(" 53"));
}
