import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const enableSnapshotSchedules: Rule<InputNode> = {
  name: "enable-snapshot-schedules",
  items: ["pre.backup.schedules"],
  description: "Managed databases and caches are backed up every day, at a scheduled time.",
  explanation: "A backup that an operator has to remember is missing on the day that it is needed.",
  remediation: "Set the retention and the window of the backups in database and redis in the stack file.",
  subjects: (context) => resourcesOfTypes(context, AWS_TYPES.database, AWS_TYPES.cache),
  check: (store) => {
    const isCache = store.resource.type === AWS_TYPES.cache;
    const retention = store.at(isCache ? "snapshotRetentionLimit" : "backupRetentionPeriod");
    const window = store.at(isCache ? "snapshotWindow" : "backupWindow");
    return [
      ...((retention.number ?? 0) > 0 ? [] : [retention.violation("no backups are retained")]),
      ...(window.text === undefined ? [window.violation("no backup window is set")] : []),
    ];
  },
};
