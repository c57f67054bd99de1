import { AWS, ofTypes } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const sizeByEnvironment: Rule<Node> = {
  name: "size-by-environment",
  items: [],
  description: "Managed stores have the sizes that were decided for their environment.",
  explanation:
    "A burstable instance in production throttles at the worst moment; a large one in staging is money for nothing.",
  remediation: "Choose an instance class whose family policy/config.yaml lists for the environment.",
  environments: ["staging", "production"],
  subjects: (context) => ofTypes(context, AWS.database, AWS.databaseClusterInstance, AWS.cache),
  check: (store, { environment, parameters }) => {
    const size = store.resource.type === AWS.cache ? store.at("nodeType") : store.at("instanceClass");
    const families = parameters.storeFamilies[environment] ?? [];
    return families.some((family) => size.text?.split(".")[1] === family)
      ? []
      : [size.violation(`${size.shown} is of none of the families ${families.join(", ")}`)];
  },
};
