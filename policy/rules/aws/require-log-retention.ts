import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireLogRetention: Rule<InputNode> = {
  name: "require-log-retention",
  items: ["pre.monitoring.audit-log-apart"],
  description: "Log groups set a retention period that is long enough to investigate an intrusion.",
  explanation:
    "Without a retention period, costs grow without limit; if it is too short, the start of an intrusion is lost.",
  remediation: "Set retentionInDays to parameters.logDays of policy/config.yaml or more.",
  subjects: (context) => context.ofType(AWS_TYPES.logGroup),
  check: (group, { environment, parameters }) => {
    const days = group.at("retentionInDays");
    const floor = environment === "production" ? parameters.logDays : 1;
    return (days.number ?? 0) >= floor
      ? []
      : [days.violation(`retentionInDays is ${days.displayText}, below the minimum of ${floor} days`)];
  },
};
