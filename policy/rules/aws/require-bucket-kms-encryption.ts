import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, BUCKET_TYPES, bucketSetting, requireSet, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireBucketKmsEncryption: Rule<InputNode> = {
  name: "require-bucket-kms-encryption",
  items: ["pre.backup.bucket"],
  description: "Every bucket encrypts what it holds with a key of our own.",
  explanation: "S3's own key opens to everybody who may read the bucket; ours asks for a second right.",
  remediation: "Add a BucketServerSideEncryptionConfiguration with aws:kms and the key.",
  subjects: (context) => resourcesOfTypes(context, ...BUCKET_TYPES),
  check: (bucket, context) => {
    const setting = bucketSetting(context, bucket, AWS_TYPES.bucketEncryption);
    if (setting === undefined) return [bucket.at("bucket").violation("no key of ours encrypts it")];
    const chosen = setting.at("rules", 0, "applyServerSideEncryptionByDefault");
    const algorithm = chosen.at("sseAlgorithm");
    return [
      ...(algorithm.text?.startsWith("aws:kms")
        ? []
        : [algorithm.violation(`encrypted by ${algorithm.displayText}`)]),
      ...requireSet(chosen.at("kmsMasterKeyId"), "names no key of ours"),
    ];
  },
};
