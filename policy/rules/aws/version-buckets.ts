import { AWS, BUCKETS, ofTypes, settingOf } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const versionBuckets: Rule<Node> = {
  name: "version-buckets",
  items: ["pre.backup.bucket"],
  description: "Every bucket keeps what is overwritten or deleted.",
  explanation: "An intruder's first step is to overwrite the backups.",
  remediation: "Add a BucketVersioning with the status Enabled.",
  subjects: (context) => ofTypes(context, ...BUCKETS),
  check: (bucket, context) => {
    const setting = settingOf(context, bucket, AWS.bucketVersioning);
    if (setting === undefined) return [bucket.at("bucket").violation("what is overwritten is gone")];
    const status = setting.at("versioningConfiguration", "status");
    return status.text === "Enabled" ? [] : [status.violation(`versioning is ${status.shown}`)];
  },
};
