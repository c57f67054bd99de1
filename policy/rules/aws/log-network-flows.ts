import { AWS } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const logNetworkFlows: Rule<Node> = {
  name: "log-network-flows",
  items: [],
  description: "The network's flows are logged, refused ones at least.",
  explanation: "Whether data left the network can be told afterwards only from flows that were written down.",
  remediation: "Add a FlowLog of the VPC with the traffic type ALL or REJECT.",
  environments: ["production"],
  subjects: (context) => context.ofType(AWS.vpc),
  check: (vpc, context) => {
    const types = context.ofType(AWS.flowLog).map((log) => log.at("trafficType"));
    return types.some(({ text }) => text === "ALL" || text === "REJECT")
      ? []
      : [vpc.violation("no flow log tells of its traffic", ...types)];
  },
};
