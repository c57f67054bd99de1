import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

/** The smallest number of zones of which a majority remains after one fails. */
const MIN_ZONES = 3;

export const requireThreeAvailabilityZones: Rule<InputNode> = {
  name: "require-three-availability-zones",
  items: ["pre.infrastructure.three-zones"],
  description: "The cluster VPC spans three availability zones.",
  explanation:
    "With three zones, the failure of one leaves two thirds of the servers and a majority for quorum.",
  remediation: "Set cluster.zones to three zones in the stack file.",
  subjects: (context) => context.ofType(AWS_TYPES.vpc),
  check: (vpc, context) => {
    const zones = context.ofType(AWS_TYPES.subnet).map((subnet) => subnet.at("availabilityZone"));
    const names = new Set(zones.map(({ text }) => text).filter((text) => text !== undefined));
    if (names.size >= MIN_ZONES || zones.some(({ unknown }) => unknown)) return [];
    return [vpc.violation(`its subnets are in ${names.size} zones, fewer than ${MIN_ZONES}`, ...zones)];
  },
};
