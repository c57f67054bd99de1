import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const restrictInstanceClasses: Rule<InputNode> = {
  name: "restrict-instance-classes",
  items: [],
  description: "Managed stores have the sizes that were decided for their environment.",
  explanation:
    "A burstable instance in production throttles at the worst moment; a large one in staging is money for nothing.",
  remediation: "Choose an instance class whose family policy/config.yaml lists for the environment.",
  environments: ["staging", "production"],
  subjects: (context) =>
    resourcesOfTypes(context, AWS_TYPES.database, AWS_TYPES.databaseClusterInstance, AWS_TYPES.cache),
  check: (store, { environment, parameters }) => {
    const size = store.resource.type === AWS_TYPES.cache ? store.at("nodeType") : store.at("instanceClass");
    const families = parameters.storeFamilies[environment] ?? [];
    return families.some((family) => size.text?.split(".")[1] === family)
      ? []
      : [size.violation(`${size.displayText} is of none of the families ${families.join(", ")}`)];
  },
};
