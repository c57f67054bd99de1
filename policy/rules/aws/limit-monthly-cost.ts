import { estimateCost } from "../../../plan/cost/estimate-cost.ts";
import { readPriceFile } from "../../../plan/cost/price-file.ts";
import type { PolicyContext } from "../../context.ts";
import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const limitMonthlyCost: Rule<InputNode> = {
  name: "limit-monthly-cost",
  items: ["pre.hardening.account"],
  description:
    "The minimum size of an environment costs no more a month than its budget, at the known list prices.",
  explanation:
    "A larger instance class or node is one line in a stack file, and its price appears on the next bill.",
  remediation:
    "See what costs how much with plan --cost; choose a smaller size, or raise parameters.monthlyBudgetUsd in policy/config.yaml.",
  environments: ["staging", "production"],
  subjects: (context) => context.ofType(AWS_TYPES.cluster),
  check: (cluster, context) => {
    const budget = context.parameters.monthlyBudgetUsd[context.environment];
    // The sizes that decide the price; an unknown one leaves the rule undecided.
    for (const store of resourcesOfTypes(context, AWS_TYPES.database, AWS_TYPES.cache))
      for (const key of ["instanceClass", "nodeType"]) store.at(key).text;
    const usd = monthlyCost(context);
    return budget === undefined || usd <= budget
      ? []
      : [
          cluster.violation(
            `the environment costs at least ${Math.round(usd)} USD a month, and its budget is ${budget} USD`,
          ),
        ];
  },
};

function monthlyCost({ environment, resources }: PolicyContext): number {
  const known = resources.filter((node) => !node.at("spec").unknown).map(({ resource }) => resource);
  return estimateCost({ environment, resources: known }, readPriceFile()).usd;
}
