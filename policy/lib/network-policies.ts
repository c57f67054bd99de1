import type { PolicyContext } from "../context.ts";
import type { InputNode } from "../input-node.ts";
import { NAME_LABEL, namespaceOf, type Pod, selectorMatches } from "./kubernetes.ts";

/** An allowed source in a network policy. */
export interface AllowedPeer {
  /** The allowed workload; undefined for several workloads or for addresses. */
  readonly workload: string | undefined;
  /** The node for a finding. */
  readonly node: InputNode;
  /** Other nodes that the source depends on: the pod selector of the policy and the ports of the rule. */
  readonly given: readonly InputNode[];
}

/** The network policies that select a pod. */
export function networkPoliciesFor(context: PolicyContext, pod: Pod): readonly InputNode[] {
  return context
    .ofKind("NetworkPolicy")
    .filter(
      (policy) =>
        namespaceOf(policy) === pod.namespace &&
        selectorMatches(policy.at("spec", "podSelector"), pod.labels),
    );
}

/** Whether a rule of a network policy applies to a port; a rule without ports applies to all. */
export function ruleAllowsPort(rule: InputNode, port: number, protocol?: string): boolean {
  const ports = rule.at("ports");
  if (!ports.exists) return true;
  return ports.items.some((entry) => {
    if (protocol !== undefined && (entry.at("protocol").text ?? "TCP") !== protocol) return false;
    const first = entry.at("port");
    // A named port could be any port.
    if (!first.exists || first.text !== undefined) return true;
    const last = entry.at("endPort").number ?? first.number;
    return (first.number ?? 0) <= port && port <= (last ?? 0);
  });
}

/** The sources that network policies allow to connect to a port of a pod. */
export function allowedPeers(
  context: PolicyContext,
  pod: Pod,
  port: number,
  protocol: string,
): readonly AllowedPeer[] {
  return networkPoliciesFor(context, pod).flatMap((policy) => {
    const rules = policy.at("spec", "ingress").items.filter((rule) => ruleAllowsPort(rule, port, protocol));
    return rules.flatMap((rule) => peersOfRule(rule, [policy.at("spec", "podSelector"), rule.at("ports")]));
  });
}

/** The sources of a rule; a rule without sources allows every client. */
function peersOfRule(rule: InputNode, given: readonly InputNode[]): AllowedPeer[] {
  const from = rule.at("from");
  if (from.items.length === 0) return [{ workload: undefined, node: from, given }];
  return from.items.map((peer) => ({ workload: peerWorkload(peer), node: peer, given }));
}

function peerWorkload(peer: InputNode): string | undefined {
  return peer.at("podSelector", "matchLabels", NAME_LABEL).text;
}

/** Whether traffic to a pod is denied by default. */
export function isIsolated(context: PolicyContext, pod: Pod): boolean {
  return networkPoliciesFor(context, pod).some((policy) => {
    const types = policy.at("spec", "policyTypes");
    return !types.exists || types.items.some(({ text }) => text === "Ingress");
  });
}
