import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, BUCKET_TYPES, bucketSetting, requireEnabled, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

const PUBLIC_ACCESS_SETTINGS = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
] as const;

export const requireBucketPublicAccessBlock: Rule<InputNode> = {
  name: "require-bucket-public-access-block",
  items: ["pre.backup.bucket"],
  description: "Every bucket blocks public access.",
  explanation: "A single bucket policy or object ACL could publish all backups.",
  remediation: "Add a BucketPublicAccessBlock with all four settings set to true.",
  subjects: (context) => resourcesOfTypes(context, ...BUCKET_TYPES),
  check: (bucket, context) => {
    const block = bucketSetting(context, bucket, AWS_TYPES.bucketPublicAccess);
    if (block === undefined) return [bucket.at("bucket").violation("the bucket has no public access block")];
    return PUBLIC_ACCESS_SETTINGS.flatMap((name) =>
      requireEnabled(block.at(name), "public access is not blocked"),
    );
  },
};
