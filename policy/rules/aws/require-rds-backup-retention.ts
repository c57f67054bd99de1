import type { InputNode } from "../../input-node.ts";
import { DATABASE_TYPES, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireRdsBackupRetention: Rule<InputNode> = {
  name: "require-rds-backup-retention",
  items: ["pre.database.point-in-time"],
  description: "Managed databases support point-in-time recovery with a minimum retention.",
  explanation: "Data loss is often noticed only days later.",
  remediation: "Set database.backupRetentionDays to parameters.backupDays of policy/config.yaml or more.",
  subjects: (context) => resourcesOfTypes(context, ...DATABASE_TYPES),
  check: (database, { environment, parameters }) => {
    const days = database.at("backupRetentionPeriod");
    const floor = environment === "production" ? parameters.backupDays : 1;
    return (days.number ?? 0) >= floor
      ? []
      : [days.violation(`backupRetentionPeriod is ${days.displayText}, below the minimum of ${floor} days`)];
  },
};
