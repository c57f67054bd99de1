import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, BUCKET_TYPES, bucketSetting, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const enableBucketVersioning: Rule<InputNode> = {
  name: "enable-bucket-versioning",
  items: ["pre.backup.bucket"],
  description: "Every bucket has versioning enabled.",
  explanation: "Without versioning, an attacker can destroy backups by overwriting them.",
  remediation: "Add a BucketVersioning resource with the status Enabled.",
  subjects: (context) => resourcesOfTypes(context, ...BUCKET_TYPES),
  check: (bucket, context) => {
    const setting = bucketSetting(context, bucket, AWS_TYPES.bucketVersioning);
    if (setting === undefined) return [bucket.at("bucket").violation("versioning is not configured")];
    const status = setting.at("versioningConfiguration", "status");
    return status.text === "Enabled" ? [] : [status.violation(`versioning is ${status.displayText}`)];
  },
};
