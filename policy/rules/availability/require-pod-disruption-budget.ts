import type { PolicyContext } from "../../context.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { namespaceOf, type Pod, selectorMatches } from "../../lib/kubernetes.ts";
import { playerFacingDeployments } from "../../lib/player-facing-deployments.ts";
import type { Rule } from "../../rule.ts";

function budgetsOf(context: PolicyContext, pod: Pod): readonly InputNode[] {
  return context.ofKind("PodDisruptionBudget").filter((budget) => {
    return (
      namespaceOf(budget) === pod.namespace && selectorMatches(budget.at("spec", "selector"), pod.labels)
    );
  });
}

/** A budget must allow some evictions, but not of all pods. */
function problems(budget: InputNode): Violation[] {
  const most = budget.at("spec", "maxUnavailable");
  const least = budget.at("spec", "minAvailable");
  const isNone = most.number === 0 || most.text === "0%" || least.text === "100%";
  const isAll = most.text === "100%" || least.number === 0 || least.text === "0%";
  const place = most.exists ? most : least;
  if (isNone) return [place.violation("the budget allows no evictions, so nodes cannot be drained")];
  if (isAll) return [place.violation("the budget allows all pods to be evicted at the same time")];
  return most.exists || least.exists
    ? []
    : [most.violation("the budget sets neither minAvailable nor maxUnavailable")];
}

export const requirePodDisruptionBudget: Rule<Pod> = {
  name: "require-pod-disruption-budget",
  items: ["pre.availability.disruption-budgets"],
  description: "In production, a PodDisruptionBudget covers the gateway and each game-server pool.",
  explanation:
    "Without a budget, a node upgrade can evict all servers at the same time; with a wrong budget, the upgrade never completes.",
  remediation:
    "Give the Deployment one PodDisruptionBudget with maxUnavailable: 1, as createScalingResources() does.",
  environments: ["production"],
  subjects: playerFacingDeployments,
  check: (pod, context) => {
    const budgets = budgetsOf(context, pod);
    const name = pod.owner.at("metadata", "name");
    if (budgets.length === 0) return [name.violation("no PodDisruptionBudget covers this Deployment")];
    if (budgets.length > 1)
      return [
        name.violation("several PodDisruptionBudgets cover this Deployment, so its pods cannot be evicted"),
      ];
    return budgets.flatMap(problems);
  },
};
