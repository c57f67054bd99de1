import { AWS, isEverybody, ofTypes } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const closeSecurityGroups: Rule<Node> = {
  name: "close-security-groups",
  items: [],
  description: "No security group of ours lets everybody in.",
  explanation: "Players come in through the load balancer; whatever else is open to all is a mistake.",
  remediation: "Name the group or the network that may connect.",
  subjects: (context) =>
    ofTypes(
      context,
      AWS.securityGroup,
      AWS.defaultSecurityGroup,
      AWS.securityGroupIngress,
      AWS.securityGroupRule,
    ),
  check: (subject) => {
    const rules = [subject, ...subject.at("ingress").items];
    const isEgress = subject.at("type").text === "egress";
    if (isEgress) return [];
    const ranges = rules.flatMap((rule) => [
      rule.at("cidrIpv4"),
      rule.at("cidrIpv6"),
      ...["cidrBlocks", "ipv6CidrBlocks"].flatMap((list) => rule.at(list).items),
    ]);
    return ranges
      .filter(({ text }) => text !== undefined && isEverybody(text))
      .map((range) => range.violation(`everybody may connect (${range.shown})`));
  },
};
