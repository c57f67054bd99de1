import type { InputNode, Violation } from "../../input-node.ts";
import {
  AWS_TYPES,
  BUCKET_TYPES,
  bucketSetting,
  requireEnabled,
  requireSet,
  resourcesOfTypes,
} from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

function complianceModeViolations(mode: InputNode): Violation[] {
  return mode.text === "COMPLIANCE"
    ? []
    : [mode.violation(`principals with s3:BypassGovernanceRetention can delete them (${mode.displayText})`)];
}

export const enableBucketObjectLock: Rule<InputNode> = {
  name: "enable-bucket-object-lock",
  items: ["pre.backup.bucket"],
  description:
    "No principal, not even an administrator, can delete a production backup before its retention ends.",
  explanation: "Ransom begins with the backups; Object Lock in compliance mode outlasts stolen credentials.",
  remediation:
    "Set objectLockEnabled on the bucket and a default retention in its BucketObjectLockConfiguration.",
  environments: ["production"],
  subjects: (context) => resourcesOfTypes(context, ...BUCKET_TYPES),
  check: (bucket, context) => {
    const setting = bucketSetting(context, bucket, AWS_TYPES.bucketObjectLock);
    return [
      ...requireEnabled(bucket.at("objectLockEnabled"), "its objects cannot be locked"),
      ...(setting === undefined
        ? [bucket.at("bucket").violation("no retention is set")]
        : [
            ...requireSet(setting.at("rule", "defaultRetention", "days"), "no retention is set"),
            ...complianceModeViolations(setting.at("rule", "defaultRetention", "mode")),
          ]),
    ];
  },
};
