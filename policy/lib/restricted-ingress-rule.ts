import type { PolicyContext } from "../context.ts";
import type { InputNode, Violation } from "../input-node.ts";
import type { Rule } from "../rule.ts";
import { NAME_LABEL, type Pod, podsOfWorkloads, servicesFor } from "./kubernetes.ts";
import { isIsolated, networkPoliciesFor } from "./network-policies.ts";

interface RestrictedIngressRule extends Omit<Rule, "subjects" | "check"> {
  readonly workload: string;
  /** The workloads that may connect. */
  readonly clients: readonly string[];
}

function unexpectedPeerViolations(policy: InputNode, clients: readonly string[]): Violation[] {
  const selector = policy.at("spec", "podSelector");
  return policy.at("spec", "ingress").items.flatMap((rule) => {
    const from = rule.at("from");
    if (from.items.length === 0) return [from.violation("every client may connect", selector)];
    return from.items.flatMap((peer) => {
      const workload = peer.at("podSelector", "matchLabels", NAME_LABEL).text;
      if (workload !== undefined && clients.includes(workload)) return [];
      return [peer.violation(`${workload ?? "more than one workload"} may connect`, selector)];
    });
  });
}

function externalServiceViolations(service: InputNode): Violation[] {
  const type = service.at("spec", "type");
  return (type.text ?? "ClusterIP") === "ClusterIP"
    ? []
    : [type.violation(`the Service has type ${type.displayText}`)];
}

/** A rule that only the given workloads inside the cluster can connect to a database. */
export function restrictedIngressRule({ workload, clients, ...rule }: RestrictedIngressRule): Rule<Pod> {
  return {
    ...rule,
    subjects: (context: PolicyContext) => podsOfWorkloads(context, workload),
    check: (pod, context) => [
      ...(isIsolated(context, pod)
        ? []
        : [pod.owner.at("metadata", "name").violation("no NetworkPolicy selects these pods")]),
      ...networkPoliciesFor(context, pod).flatMap((policy) => unexpectedPeerViolations(policy, clients)),
      ...servicesFor(context, pod).flatMap(externalServiceViolations),
    ],
  };
}
