import { AWS, BUCKETS, ofTypes, settingOf, unlessOn } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

const SWITCHES = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
] as const;

export const blockPublicBuckets: Rule<Node> = {
  name: "block-public-buckets",
  items: ["pre.backup.bucket"],
  description: "No bucket can be made public.",
  explanation: "One policy or one object's list of grants would publish every backup.",
  remediation: "Add a BucketPublicAccessBlock with all four switches on.",
  subjects: (context) => ofTypes(context, ...BUCKETS),
  check: (bucket, context) => {
    const block = settingOf(context, bucket, AWS.bucketPublicAccess);
    if (block === undefined)
      return [bucket.at("bucket").violation("nothing keeps it from being made public")];
    return SWITCHES.flatMap((name) => unlessOn(block.at(name), "public access is not blocked"));
  },
};
