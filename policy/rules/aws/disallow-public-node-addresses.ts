import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const disallowPublicNodeAddresses: Rule<InputNode> = {
  name: "disallow-public-node-addresses",
  items: ["pre.infrastructure.private-nodes"],
  description: "No subnet gives public addresses to what starts in it.",
  explanation: "A node with a public address is reachable from everywhere the moment a security group errs.",
  remediation: "Leave mapPublicIpOnLaunch off, and let nodes go out through the NAT gateway.",
  subjects: (context) => [...context.ofType(AWS_TYPES.subnet), ...context.ofKind("NodeClass")],
  check: (place) => {
    const settings = [
      place.at("mapPublicIpOnLaunch"),
      place.at("spec", "advancedNetworking", "associatePublicIPAddress"),
    ];
    return settings
      .filter(({ flag }) => flag === true)
      .map((setting) => setting.violation("instances get public addresses"));
  },
};
