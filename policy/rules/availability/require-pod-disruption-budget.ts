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

/** What is wrong with a budget: it lets nothing go, or everything. */
function problems(budget: InputNode): Violation[] {
  const most = budget.at("spec", "maxUnavailable");
  const least = budget.at("spec", "minAvailable");
  const isNone = most.number === 0 || most.text === "0%" || least.text === "100%";
  const isAll = most.text === "100%" || least.number === 0 || least.text === "0%";
  const place = most.exists ? most : least;
  if (isNone) return [place.violation("the budget lets no pod go, so no node can ever be drained")];
  if (isAll) return [place.violation("the budget lets every pod go at once")];
  return most.exists || least.exists ? [] : [most.violation("the budget names no number")];
}

export const requirePodDisruptionBudget: Rule<Pod> = {
  name: "require-pod-disruption-budget",
  items: [],
  description: "In production a disruption budget covers the gateway and each pool of game servers.",
  explanation: "Without it a node upgrade may evict every server at once; with a wrong one it never ends.",
  remediation:
    "Give the Deployment one PodDisruptionBudget with maxUnavailable: 1, as scalingObjects() does.",
  environments: ["production"],
  subjects: playerFacingDeployments,
  check: (pod, context) => {
    const budgets = budgetsOf(context, pod);
    const name = pod.owner.at("metadata", "name");
    if (budgets.length === 0) return [name.violation("no disruption budget covers this Deployment")];
    if (budgets.length > 1)
      return [name.violation("several budgets cover this Deployment: then no pod of it can be evicted")];
    return budgets.flatMap(problems);
  },
};
