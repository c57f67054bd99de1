import { DATABASES, ofTypes } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const keepDatabaseBackups: Rule<Node> = {
  name: "keep-database-backups",
  items: ["pre.database.point-in-time"],
  description: "Managed databases can be taken back to any moment of the last days.",
  explanation: "A mistake is often noticed a weekend later.",
  remediation: "Raise database.backupRetentionDays to the floor in policy/config.yaml.",
  subjects: (context) => ofTypes(context, ...DATABASES),
  check: (database, { environment, parameters }) => {
    const days = database.at("backupRetentionPeriod");
    const floor = environment === "production" ? parameters.backupDays : 1;
    return (days.number ?? 0) >= floor
      ? []
      : [days.violation(`keeps backups for ${days.shown} days, fewer than ${floor}`)];
  },
};
