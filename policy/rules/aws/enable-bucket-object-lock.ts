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
    : [
        mode.violation(
          `the retention mode is not COMPLIANCE, so privileged users can delete objects (${mode.displayText})`,
        ),
      ];
}

export const enableBucketObjectLock: Rule<InputNode> = {
  name: "enable-bucket-object-lock",
  items: ["pre.backup.bucket"],
  description: "Production backup buckets use Object Lock in compliance mode.",
  explanation:
    "Ransomware deletes backups first; in compliance mode not even stolen administrator credentials can delete them.",
  remediation:
    "Set objectLockEnabled on the bucket and a default retention in its BucketObjectLockConfiguration.",
  environments: ["production"],
  subjects: (context) => resourcesOfTypes(context, ...BUCKET_TYPES),
  check: (bucket, context) => {
    const setting = bucketSetting(context, bucket, AWS_TYPES.bucketObjectLock);
    return [
      ...requireEnabled(bucket.at("objectLockEnabled"), "Object Lock is not enabled"),
      ...(setting === undefined
        ? [bucket.at("bucket").violation("no default retention is set")]
        : [
            ...requireSet(setting.at("rule", "defaultRetention", "days"), "no default retention is set"),
            ...complianceModeViolations(setting.at("rule", "defaultRetention", "mode")),
          ]),
    ];
  },
};
