import { AWS, settingOf, unlessGiven, unlessOn } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const lockBackups: Rule<Node> = {
  name: "lock-backups",
  items: ["pre.backup.bucket"],
  description: "Nobody, not even an administrator, removes a production backup before its time.",
  explanation: "Ransom begins with the backups; Object Lock in compliance mode outlasts stolen credentials.",
  remediation:
    "Set objectLockEnabled on the bucket and a default retention in its BucketObjectLockConfiguration.",
  environments: ["production"],
  subjects: (context) => context.ofType(AWS.bucket),
  check: (bucket, context) => {
    const setting = settingOf(context, bucket, AWS.bucketObjectLock);
    return [
      ...unlessOn(bucket.at("objectLockEnabled"), "its objects cannot be locked"),
      ...(setting === undefined
        ? [bucket.at("bucket").violation("no retention is set")]
        : unlessGiven(setting.at("rule", "defaultRetention", "days"), "no retention is set")),
    ];
  },
};
