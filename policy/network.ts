import type { PolicyContext } from "./context.ts";
import { NAME_LABEL, namespaceOf, type Pod, selects } from "./kubernetes.ts";
import type { Node } from "./node.ts";

/** A place in a network policy that lets somebody in. */
export interface Opening {
  /** Which workload is let in; undefined for more than one workload, or addresses. */
  readonly workload: string | undefined;
  /** The place to name in a finding. */
  readonly node: Node;
  /** What else makes it an opening: whom the policy governs, and which ports the rule is about. */
  readonly given: readonly Node[];
}

/** The network policies that govern a pod. */
export function policiesOf(context: PolicyContext, pod: Pod): readonly Node[] {
  return context
    .ofKind("NetworkPolicy")
    .filter(
      (policy) =>
        namespaceOf(policy) === pod.namespace && selects(policy.at("spec", "podSelector"), pod.labels),
    );
}

/** Whether a rule of a network policy concerns a port; one without ports concerns all. */
export function opensPort(rule: Node, port: number, protocol?: string): boolean {
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
export function openings(
  context: PolicyContext,
  pod: Pod,
  port: number,
  protocol: string,
): readonly Opening[] {
  return policiesOf(context, pod).flatMap((policy) => {
    const rules = policy.at("spec", "ingress").items.filter((rule) => opensPort(rule, port, protocol));
    return rules.flatMap((rule) => sources(rule, [policy.at("spec", "podSelector"), rule.at("ports")]));
  });
}

/** Who a rule lets in; a rule without a source lets everybody in. */
function sources(rule: Node, given: readonly Node[]): Opening[] {
  const from = rule.at("from");
  if (from.items.length === 0) return [{ workload: undefined, node: from, given }];
  return from.items.map((peer) => ({ workload: workloadOf(peer), node: peer, given }));
}

function workloadOf(peer: Node): string | undefined {
  return peer.at("podSelector", "matchLabels", NAME_LABEL).text;
}

/** Whether traffic to a pod is denied unless a policy allows it. */
export function isIsolated(context: PolicyContext, pod: Pod): boolean {
  return policiesOf(context, pod).some((policy) => {
    const types = policy.at("spec", "policyTypes");
    return !types.exists || types.items.some(({ text }) => text === "Ingress");
  });
}
