import { AWS, isEverybody, unlessOn } from "../../aws.ts";
import type { Node, Violation } from "../../node.ts";
import type { Rule } from "../../rule.ts";

/** AWS opens the endpoint to everybody where no range is named. */
function publicAccess(ranges: Node, open: Node): Violation[] {
  if (ranges.items.length === 0) return [ranges.violation("open to everybody: no range is named", open)];
  return ranges.items
    .filter(({ text }) => text === undefined || isEverybody(text))
    .map((range) => range.violation(`open to everybody: ${range.shown}`, open));
}

export const restrictApiEndpoint: Rule<Node> = {
  name: "restrict-api-endpoint",
  items: [],
  description:
    "The Kubernetes API is reached from inside the network, and from outside by named addresses alone.",
  explanation:
    "An API server open to everybody is one stolen token or one flaw away from everybody's cluster.",
  remediation:
    "Set endpointPrivateAccess, and name the offices' and the CI's ranges in publicAccessCidrs or set endpointPublicAccess to false.",
  subjects: (context) => context.ofType(AWS.cluster),
  check: (cluster) => {
    const network = cluster.at("vpcConfig");
    const open = network.at("endpointPublicAccess");
    return [
      ...unlessOn(network.at("endpointPrivateAccess"), "not reachable from inside the network"),
      ...(open.flag === false ? [] : publicAccess(network.at("publicAccessCidrs"), open)),
    ];
  },
};
