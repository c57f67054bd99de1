import type { PolicyContext } from "../context.ts";
import type { InputNode } from "../input-node.ts";
import { NAME_LABEL, namespaceOf, type Pod, selectorMatches } from "./kubernetes.ts";

/** A place in a network policy that lets somebody in. */
export interface AllowedPeer {
  /** Which workload is let in; undefined for more than one workload, or addresses. */
  readonly workload: string | undefined;
  /** The place to name in a finding. */
  readonly node: InputNode;
  /** What else makes it an opening: whom the policy governs, and which ports the rule is about. */
  readonly given: readonly InputNode[];
}

/** The network policies that govern a pod. */
export function networkPoliciesFor(context: PolicyContext, pod: Pod): readonly InputNode[] {
  return context
    .ofKind("NetworkPolicy")
    .filter(
      (policy) =>
        namespaceOf(policy) === pod.namespace &&
        selectorMatches(policy.at("spec", "podSelector"), pod.labels),
    );
}

/** Whether a rule of a network policy concerns a port; one without ports concerns all. */
export function ruleAllowsPort(rule: InputNode, port: number, protocol?: string): boolean {
  const ports = rule.at("ports");
  if (!ports.exists) return true;
  return ports.items.some((entry) => {
    if (protocol !== undefined && (entry.at("protocol").text ?? "TCP") !== protocol) return false;
    const first = entry.at("port");
    // A named port could be any: the caller's own list of names decides elsewhere.
    if (!first.exists || first.text !== undefined) return true;
    const last = entry.at("endPort").number ?? first.number;
    return (first.number ?? 0) <= port && port <= (last ?? 0);
  });
}

/** Everybody whom network policies let reach a port of a pod. */
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

/** Who a rule lets in; a rule without a source lets everybody in. */
function peersOfRule(rule: InputNode, given: readonly InputNode[]): AllowedPeer[] {
  const from = rule.at("from");
  if (from.items.length === 0) return [{ workload: undefined, node: from, given }];
  return from.items.map((peer) => ({ workload: peerWorkload(peer), node: peer, given }));
}

function peerWorkload(peer: InputNode): string | undefined {
  return peer.at("podSelector", "matchLabels", NAME_LABEL).text;
}

/** Whether traffic to a pod is denied unless a policy allows it. */
export function isIsolated(context: PolicyContext, pod: Pod): boolean {
  return networkPoliciesFor(context, pod).some((policy) => {
    const types = policy.at("spec", "policyTypes");
    return !types.exists || types.items.some(({ text }) => text === "Ingress");
  });
}
