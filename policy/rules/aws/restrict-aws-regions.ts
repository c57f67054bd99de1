import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const restrictAwsRegions: Rule<InputNode> = {
  name: "restrict-aws-regions",
  items: ["pre.hardening.account"],
  description: "Resources exist only in the allowed AWS regions.",
  explanation: "Player data must stay in its legal jurisdiction; a typing error must not move it.",
  remediation: "Correct the region, or add it to parameters.regions in policy/config.yaml.",
  // A resource can override the region of its provider.
  subjects: (context) => [
    ...context.ofType(AWS_TYPES.provider),
    ...context.resources.filter(
      (node) => node.resource.type.startsWith("aws:") && node.at("region").isSetOrUnknown,
    ),
  ],
  check: (provider, { parameters }) => {
    const region = provider.at("region");
    return region.text !== undefined && parameters.regions.includes(region.text)
      ? []
      : [
          region.violation(
            `${region.displayText} is not an allowed region: ${parameters.regions.join(", ")}`,
          ),
        ];
  },
};
