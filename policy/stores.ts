import type { PolicyContext } from "./context.ts";
import { NAME_LABEL, type Pod, podsNamed, servicesOf } from "./kubernetes.ts";
import { isIsolated, policiesOf } from "./network.ts";
import type { Node, Violation } from "./node.ts";
import type { Rule } from "./rule.ts";

interface PrivateStore extends Omit<Rule, "subjects" | "check"> {
  readonly workload: string;
  /** The workloads that may connect. */
  readonly clients: readonly string[];
}

function strangers(policy: Node, clients: readonly string[]): Violation[] {
  const selector = policy.at("spec", "podSelector");
  return policy.at("spec", "ingress").items.flatMap((rule) => {
    const from = rule.at("from");
    if (from.items.length === 0) return [from.violation("everybody may connect", selector)];
    return from.items.flatMap((peer) => {
      const workload = peer.at("podSelector", "matchLabels", NAME_LABEL).text;
      if (workload !== undefined && clients.includes(workload)) return [];
      return [peer.violation(`${workload ?? "more than one workload"} may connect`, selector)];
    });
  });
}

function exposed(service: Node): Violation[] {
  const type = service.at("spec", "type");
  return (type.text ?? "ClusterIP") === "ClusterIP" ? [] : [type.violation(`the Service is a ${type.shown}`)];
}

/** A rule that a store is reached inside the cluster, by named workloads. */
export function privateStoreRule({ workload, clients, ...rule }: PrivateStore): Rule<Pod> {
  return {
    ...rule,
    subjects: (context: PolicyContext) => podsNamed(context, workload),
    check: (pod, context) => [
      ...(isIsolated(context, pod)
        ? []
        : [pod.owner.at("metadata", "name").violation("no network policy governs these pods")]),
      ...policiesOf(context, pod).flatMap((policy) => strangers(policy, clients)),
      ...servicesOf(context, pod).flatMap(exposed),
    ],
  };
}
