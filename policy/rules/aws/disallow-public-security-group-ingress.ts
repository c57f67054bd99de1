import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, isPublicCidr, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const disallowPublicSecurityGroupIngress: Rule<InputNode> = {
  name: "disallow-public-security-group-ingress",
  items: ["pre.hardening.network-exposure", "pre.database.private", "pre.redis.private"],
  description: "Security groups do not allow ingress from the whole internet.",
  explanation: "Players connect through the load balancer; no other ingress needs to be public.",
  remediation: "Allow ingress only from a named security group or network.",
  subjects: (context) =>
    resourcesOfTypes(
      context,
      AWS_TYPES.securityGroup,
      AWS_TYPES.defaultSecurityGroup,
      AWS_TYPES.securityGroupIngress,
      AWS_TYPES.securityGroupRule,
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
      .filter(({ text }) => text !== undefined && isPublicCidr(text))
      .map((range) => range.violation(`the source range ${range.displayText} allows the whole internet`));
  },
};
