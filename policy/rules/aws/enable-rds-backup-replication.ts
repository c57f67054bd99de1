import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const enableRdsBackupReplication: Rule<InputNode> = {
  name: "enable-rds-backup-replication",
  items: ["pre.database.point-in-time"],
  description: "Automated backups of production databases are replicated to a second region.",
  explanation:
    "Snapshots and point-in-time recovery of RDS are in the region of the instance, and are lost with it.",
  remediation: "Set database.backupReplicaRegion in the stack file.",
  environments: ["production"],
  subjects: (context) => context.ofType(AWS_TYPES.database),
  check: (database, { ofType, parameters: { backupDays } }) => {
    const replications = ofType(AWS_TYPES.databaseBackupReplication);
    if (replications.length === 0) return [database.violation("its backups are in one region")];
    return replications.flatMap((replication) => {
      const days = replication.at("retentionPeriod");
      // Seven days is the default of RDS.
      return (days.exists ? (days.number ?? 0) : 7) >= backupDays
        ? []
        : [
            days.violation(
              `backups in the second region are kept for ${days.displayText} days, below the minimum of ${backupDays}`,
            ),
          ];
    });
  },
};
