import { AWS, BUCKETS, ofTypes, settingOf, unlessGiven, unlessOn } from "../../aws.ts";
import type { Node, Violation } from "../../node.ts";
import type { Rule } from "../../rule.ts";

function compliance(mode: Node): Violation[] {
  return mode.text === "COMPLIANCE"
    ? []
    : [mode.violation(`whoever has the right removes them (${mode.shown})`)];
}

export const lockBackups: Rule<Node> = {
  name: "lock-backups",
  items: ["pre.backup.bucket"],
  description: "Nobody, not even an administrator, removes a production backup before its time.",
  explanation: "Ransom begins with the backups; Object Lock in compliance mode outlasts stolen credentials.",
  remediation:
    "Set objectLockEnabled on the bucket and a default retention in its BucketObjectLockConfiguration.",
  environments: ["production"],
  subjects: (context) => ofTypes(context, ...BUCKETS),
  check: (bucket, context) => {
    const setting = settingOf(context, bucket, AWS.bucketObjectLock);
    return [
      ...unlessOn(bucket.at("objectLockEnabled"), "its objects cannot be locked"),
      ...(setting === undefined
        ? [bucket.at("bucket").violation("no retention is set")]
        : [
            ...unlessGiven(setting.at("rule", "defaultRetention", "days"), "no retention is set"),
            ...compliance(setting.at("rule", "defaultRetention", "mode")),
          ]),
    ];
  },
};
