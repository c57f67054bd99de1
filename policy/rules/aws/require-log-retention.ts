import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireLogRetention: Rule<InputNode> = {
  name: "require-log-retention",
  items: [],
  description: "Log groups keep their lines for a stated time, long enough to look into an intrusion.",
  explanation:
    "Without a time they cost forever; with too short a one the first step of an intruder is gone.",
  remediation: "Set retentionInDays to the floor in policy/config.yaml or more.",
  subjects: (context) => context.ofType(AWS_TYPES.logGroup),
  check: (group, { environment, parameters }) => {
    const days = group.at("retentionInDays");
    const floor = environment === "production" ? parameters.logDays : 1;
    return (days.number ?? 0) >= floor
      ? []
      : [days.violation(`keeps its lines for ${days.displayText} days, not for ${floor} or more`)];
  },
};
