import type { InputNode, Violation } from "../../input-node.ts";
import { AWS_TYPES, isPublicCidr, requireEnabled } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

/** AWS opens the endpoint to everybody where no range is named. */
function publicEndpointViolations(ranges: InputNode, open: InputNode): Violation[] {
  if (ranges.items.length === 0) return [ranges.violation("open to everybody: no range is named", open)];
  return ranges.items
    .filter(({ text }) => text === undefined || isPublicCidr(text))
    .map((range) => range.violation(`open to everybody: ${range.displayText}`, open));
}

export const restrictApiEndpoint: Rule<InputNode> = {
  name: "restrict-api-endpoint",
  items: [],
  description:
    "The Kubernetes API is reached from inside the network, and from outside by named addresses alone.",
  explanation:
    "An API server open to everybody is one stolen token or one flaw away from everybody's cluster.",
  remediation:
    "Set endpointPrivateAccess, and name the offices' and the CI's ranges in publicAccessCidrs or set endpointPublicAccess to false.",
  subjects: (context) => context.ofType(AWS_TYPES.cluster),
  check: (cluster) => {
    const network = cluster.at("vpcConfig");
    const open = network.at("endpointPublicAccess");
    return [
      ...requireEnabled(network.at("endpointPrivateAccess"), "not reachable from inside the network"),
      ...(open.flag === false ? [] : publicEndpointViolations(network.at("publicAccessCidrs"), open)),
    ];
  },
};
