import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const disallowPublicNodeAddresses: Rule<InputNode> = {
  name: "disallow-public-node-addresses",
  items: ["pre.infrastructure.private-nodes"],
  description: "Subnets and NodeClasses do not assign public IP addresses.",
  explanation: "A node with a public address is exposed as soon as a security group is misconfigured.",
  remediation: "Set mapPublicIpOnLaunch to false, and route outbound traffic through the NAT gateway.",
  subjects: (context) => [...context.ofType(AWS_TYPES.subnet), ...context.ofKind("NodeClass")],
  check: (place) => {
    const settings = [
      place.at("mapPublicIpOnLaunch"),
      place.at("spec", "advancedNetworking", "associatePublicIPAddress"),
    ];
    return settings
      .filter(({ flag }) => flag === true)
      .map((setting) => setting.violation("instances get public IP addresses"));
  },
};
