import type { InputNode, Violation } from "../../input-node.ts";
import { AWS_TYPES, isPublicCidr, requireEnabled } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

/** Without publicAccessCidrs, AWS opens the public endpoint to the whole internet. */
function publicEndpointViolations(ranges: InputNode, open: InputNode): Violation[] {
  if (ranges.items.length === 0)
    return [ranges.violation("the public endpoint has no publicAccessCidrs", open)];
  return ranges.items
    .filter(({ text }) => text === undefined || isPublicCidr(text))
    .map((range) =>
      range.violation(`the public endpoint is open to the whole internet: ${range.displayText}`, open),
    );
}

export const restrictApiEndpoint: Rule<InputNode> = {
  name: "restrict-api-endpoint",
  items: ["pre.hardening.network-exposure"],
  description: "The Kubernetes API endpoint is private, or public only for listed address ranges.",
  explanation: "With a public API server, one stolen token or one vulnerability compromises the cluster.",
  remediation:
    "Set endpointPrivateAccess to true, and list the office and CI ranges in publicAccessCidrs or set endpointPublicAccess to false.",
  subjects: (context) => context.ofType(AWS_TYPES.cluster),
  check: (cluster) => {
    const network = cluster.at("vpcConfig");
    const open = network.at("endpointPublicAccess");
    return [
      ...requireEnabled(network.at("endpointPrivateAccess"), "private endpoint access is not enabled"),
      ...(open.flag === false ? [] : publicEndpointViolations(network.at("publicAccessCidrs"), open)),
    ];
  },
};
