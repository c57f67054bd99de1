import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const enableVpcFlowLogs: Rule<InputNode> = {
  name: "enable-vpc-flow-logs",
  items: ["pre.hardening.network-exposure"],
  description: "VPC flow logs record at least rejected traffic.",
  explanation: "Data exfiltration can be investigated only if flow logs were enabled before it.",
  remediation: "Add a FlowLog for the VPC with the traffic type ALL or REJECT.",
  environments: ["production"],
  subjects: (context) => context.ofType(AWS_TYPES.vpc),
  check: (vpc, context) => {
    const types = context.ofType(AWS_TYPES.flowLog).map((log) => log.at("trafficType"));
    return types.some(({ text }) => text === "ALL" || text === "REJECT")
      ? []
      : [vpc.violation("no flow log records its traffic", ...types)];
  },
};
