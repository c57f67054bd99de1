import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const enableVpcFlowLogs: Rule<InputNode> = {
  name: "enable-vpc-flow-logs",
  items: [],
  description: "The network's flows are logged, refused ones at least.",
  explanation: "Whether data left the network can be told afterwards only from flows that were written down.",
  remediation: "Add a FlowLog of the VPC with the traffic type ALL or REJECT.",
  environments: ["production"],
  subjects: (context) => context.ofType(AWS_TYPES.vpc),
  check: (vpc, context) => {
    const types = context.ofType(AWS_TYPES.flowLog).map((log) => log.at("trafficType"));
    return types.some(({ text }) => text === "ALL" || text === "REJECT")
      ? []
      : [vpc.violation("no flow log tells of its traffic", ...types)];
  },
};
