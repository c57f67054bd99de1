import type { InputNode } from "../../input-node.ts";
import { DATABASE_TYPES, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireRdsBackupRetention: Rule<InputNode> = {
  name: "require-rds-backup-retention",
  items: ["pre.database.point-in-time"],
  description: "Managed databases can be taken back to any moment of the last days.",
  explanation: "A mistake is often noticed a weekend later.",
  remediation: "Raise database.backupRetentionDays to the floor in policy/config.yaml.",
  subjects: (context) => resourcesOfTypes(context, ...DATABASE_TYPES),
  check: (database, { environment, parameters }) => {
    const days = database.at("backupRetentionPeriod");
    const floor = environment === "production" ? parameters.backupDays : 1;
    return (days.number ?? 0) >= floor
      ? []
      : [days.violation(`keeps backups for ${days.displayText} days, fewer than ${floor}`)];
  },
};
