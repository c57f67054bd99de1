import { AWS, BUCKETS, ofTypes, settingOf, unlessGiven } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const encryptBuckets: Rule<Node> = {
  name: "encrypt-buckets",
  items: ["pre.backup.bucket"],
  description: "Every bucket encrypts what it holds with a key of our own.",
  explanation: "S3's own key opens to everybody who may read the bucket; ours asks for a second right.",
  remediation: "Add a BucketServerSideEncryptionConfiguration with aws:kms and the key.",
  subjects: (context) => ofTypes(context, ...BUCKETS),
  check: (bucket, context) => {
    const setting = settingOf(context, bucket, AWS.bucketEncryption);
    if (setting === undefined) return [bucket.at("bucket").violation("no key of ours encrypts it")];
    const chosen = setting.at("rules", 0, "applyServerSideEncryptionByDefault");
    const algorithm = chosen.at("sseAlgorithm");
    return [
      ...(algorithm.text?.startsWith("aws:kms")
        ? []
        : [algorithm.violation(`encrypted by ${algorithm.shown}`)]),
      ...unlessGiven(chosen.at("kmsMasterKeyId"), "names no key of ours"),
    ];
  },
};
