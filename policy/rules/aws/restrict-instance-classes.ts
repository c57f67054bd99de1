import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const restrictInstanceClasses: Rule<InputNode> = {
  name: "restrict-instance-classes",
  items: ["pre.hardening.account"],
  description: "Managed databases and caches use an instance family that is allowed in their environment.",
  explanation: "Burstable instances can be throttled in production; large instances in staging waste money.",
  remediation:
    "Choose an instance class of a family that policy/config.yaml lists in parameters.storeFamilies.",
  environments: ["staging", "production"],
  subjects: (context) =>
    resourcesOfTypes(context, AWS_TYPES.database, AWS_TYPES.databaseClusterInstance, AWS_TYPES.cache),
  check: (store, { environment, parameters }) => {
    const size = store.resource.type === AWS_TYPES.cache ? store.at("nodeType") : store.at("instanceClass");
    const families = parameters.storeFamilies[environment] ?? [];
    return families.some((family) => size.text?.split(".")[1] === family)
      ? []
      : [size.violation(`${size.displayText} is not in the allowed families ${families.join(", ")}`)];
  },
};
