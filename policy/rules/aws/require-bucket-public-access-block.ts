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
  description: "No bucket can be made public.",
  explanation: "One policy or one object's list of grants would publish every backup.",
  remediation: "Add a BucketPublicAccessBlock with all four switches on.",
  subjects: (context) => resourcesOfTypes(context, ...BUCKET_TYPES),
  check: (bucket, context) => {
    const block = bucketSetting(context, bucket, AWS_TYPES.bucketPublicAccess);
    if (block === undefined)
      return [bucket.at("bucket").violation("nothing keeps it from being made public")];
    return PUBLIC_ACCESS_SETTINGS.flatMap((name) =>
      requireEnabled(block.at(name), "public access is not blocked"),
    );
  },
};
